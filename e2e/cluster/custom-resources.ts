import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The Flux versions whose CRDs the suites run on: between them they serve different API versions. */
export const fluxVersions = ['2.9.4', '2.8.8', '2.7.5', '2.6.4'] as const;

export const defaultFluxVersion = fluxVersions[0];

export type CustomResource = {
  name: string;
  /** YAML, as the API server takes it. */
  text: string;
};

const run = promisify(execFile);
const manifestModule = 'github.com/controlplaneio-fluxcd/flux-operator';

async function moduleFolder(): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', manifestModule], {
    cwd: join(import.meta.dirname, 'flux-manifests'),
    env: { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off' },
  });
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  return Dir;
}

/** The kinds of the Flux Operator that the company uses. */
const operatorKinds = ['fluxinstances', 'resourcesets', 'resourcesetinputproviders'];

function operatorCustomResources(folder: string): CustomResource[] {
  return operatorKinds.flatMap((plural) => {
    const file = join(folder, 'config', 'crd', 'bases', `fluxcd.controlplane.io_${plural}.yaml`);
    return customResourcesIn(readFileSync(file, 'utf8'));
  });
}

/** The CRDs among the documents of a YAML stream. */
export function customResourcesIn(stream: string): CustomResource[] {
  return stream
    .split(/^---\s*$/m)
    .filter((text) => /^kind: CustomResourceDefinition$/m.test(text))
    .map((text) => {
      const name = text.match(/^metadata:\n(?:[ ].*\n)*? {2}name: (\S+)$/m)?.[1];
      if (!name) throw new Error('A CustomResourceDefinition has no name.');
      return { name, text };
    });
}

function versionFolder(module: string, version: string): string {
  const parent = join(module, 'config', 'data', 'flux');
  const folder = join(parent, `v${version}`);
  if (existsSync(folder)) return folder;
  const known = readdirSync(parent).map((name) => name.slice(1));
  throw new Error(`There are no CRDs of Flux ${version}. Known: ${known.join(', ')}.`);
}

/** The YAML streams by which a Flux version (`2.9.4`) installs parts of itself: `rbac`, or the name of a controller. */
export async function fluxManifests(version: string, names: readonly string[]): Promise<string[]> {
  const folder = versionFolder(await moduleFolder(), version);
  return names.map((name) => readFileSync(join(folder, `${name}.yaml`), 'utf8'));
}

/**
 * Reads the CRDs of a Flux version (`2.9.4`) and of the Flux Operator, which goes with any, from the Go module cache,
 * downloading the module that holds them first if need be. The version `none` has none.
 *
 * @throws Error naming the versions there are.
 */
export async function fluxCustomResources(version: string): Promise<CustomResource[]> {
  if (version === 'none') return [];
  const module = await moduleFolder();
  const folder = versionFolder(module, version);
  const flux = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => customResourcesIn(readFileSync(join(folder, name), 'utf8')));
  return [...flux, ...operatorCustomResources(module)];
}
