import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { resolveBinary } from '../cluster/build.ts';
import type { KubeObject } from '../../server/kube/object.ts';

const run = promisify(execFile);

/** An object before and after, as kubectl sees it; `before` is undefined for what would be new. */
interface KubectlChange {
  before: KubeObject | undefined;
  after: KubeObject;
}

/** The real kustomize and kubectl, which tell what applying would change. */
export interface KubectlDiff {
  /** Path of kustomize, for Sluice. */
  kustomize: string;
  /** Builds a folder of files. */
  build(files: Readonly<Record<string, string>>, path: string): Promise<KubeObject[]>;
  /** `kubectl diff --server-side` with Flux's field manager, as objects by `Kind/namespace/name`. */
  diff(kubeconfig: string, objects: readonly KubeObject[]): Promise<Map<string, KubectlChange>>;
  end(): void;
}

/** Builds both programs where they are not built yet. They write to a folder of their own only, which `end` removes. */
export async function kubectlDiff(): Promise<KubectlDiff> {
  const [kustomize, kubectl] = await Promise.all(
    (['kustomize', 'kubectl'] as const).map((name) => resolveBinary(name, (line) => console.log(line))),
  );
  if (kustomize === undefined || kubectl === undefined) throw new Error('There is no kustomize or no kubectl.');
  const home = mkdtempSync(join(tmpdir(), 'sluice-suite-diff-'));
  const env = { HOME: home, PATH: '/usr/bin:/bin' };
  let turn = 0;

  return {
    kustomize: kustomize.path,
    async build(files, path) {
      const folder = join(home, `source-${(turn += 1)}`);
      for (const [name, text] of Object.entries(files)) {
        const file = join(folder, name);
        mkdirSync(join(file, '..'), { recursive: true });
        writeFileSync(file, text);
      }
      const { stdout } = await run(kustomize.path, ['build', join(folder, path)], { env });
      return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject);
    },
    async diff(kubeconfig, objects) {
      const out = join(home, `diff-${(turn += 1)}`);
      mkdirSync(out);
      // kubectl hands two folders, one file per object in each, to the program it is told to compare with.
      const keep = join(out, 'keep');
      writeFileSync(keep, `#!/bin/sh\ncp -r "$1" ${out}/before; cp -r "$2" ${out}/after; exit 1\n`);
      chmodSync(keep, 0o755);
      const parameters = [
        'diff',
        '--server-side',
        '--force-conflicts',
        '--field-manager=kustomize-controller',
        '-f',
        '-',
      ];
      const code = await feed(kubectl.path, parameters, {
        env: { ...env, KUBECONFIG: kubeconfig, KUBECTL_EXTERNAL_DIFF: keep },
        input: objects.map((object) => JSON.stringify(object)).join('\n---\n'),
      });
      if (code > 1) throw new Error(`kubectl diff ended with ${code}.`);
      const changes = new Map<string, KubectlChange>();
      for (const name of readdirSync(join(out, 'after'))) {
        const after = objectIn(join(out, 'after', name));
        if (after === undefined) throw new Error(`${name} is not there after.`);
        const { namespace = '' } = after.metadata;
        changes.set(`${after.kind}/${namespace}/${after.metadata.name}`, {
          before: objectIn(join(out, 'before', name)),
          after,
        });
      }
      return changes;
    },
    end: () => rmSync(home, { recursive: true, force: true }),
  };
}

function objectIn(file: string): KubeObject | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text.trim() === '' ? undefined : (parse(text) as KubeObject);
}

function feed(
  program: string,
  parameters: readonly string[],
  { env, input }: { env: Record<string, string>; input: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { env, stdio: ['pipe', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 2));
    child.stdin.end(input);
  });
}
