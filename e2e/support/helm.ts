import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { resolveBinary } from '../cluster/build.ts';
import type { TestCluster } from '../cluster/index.ts';

const run = promisify(execFile);

/** The real helm as the admin of a cluster. */
export interface Helm {
  path: string;
  /** Its standard output. Throws with what it wrote when it fails. */
  (...parameters: string[]): Promise<string>;
  end(): void;
}

/** Builds helm where it is not built yet. It writes nothing outside of a folder of its own, which `end` removes. */
export async function helmFor(cluster: TestCluster): Promise<Helm> {
  const binary = await resolveBinary('helm', (line) => console.log(line));
  if (binary === undefined) throw new Error('There is no helm.');
  const home = mkdtempSync(join(tmpdir(), 'sluice-suite-helm-'));
  const env = { HOME: home, KUBECONFIG: cluster.kubeconfig('admin') };

  const call = async (...parameters: string[]): Promise<string> => {
    const { stdout } = await run(binary.path, parameters, { env, cwd: home, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  };
  return Object.assign(call, { path: binary.path, end: () => rmSync(home, { recursive: true, force: true }) });
}
