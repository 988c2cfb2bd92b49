import { SluiceError } from '../../../../errors.ts';
import { runProgram } from '../../../../tools/program.ts';
import type { Program } from '../../../../tools/program.ts';
import type { Tools } from '../../../../tools/tools.ts';
import { complaintOf } from './complaint.ts';

const endsWithin = 60_000;
/** Replacements that copy values into one another grow without end. */
const mostMemory = 1024 * 1024 * 1024;
const mostOutput = 32 * 1024 * 1024;

/** kustomize itself, or the one within kubectl. */
export interface Kustomize extends Program {
  parameters: readonly string[];
}

/** The kustomize of this machine; undefined where there is none. Throws when the configured one cannot be used. */
export async function findKustomize(tools: Tools): Promise<Kustomize | undefined> {
  const own = await tools.find('kustomize');
  if (own !== undefined) return { ...own, parameters: ['build'] };
  const kubectl = await tools.find('kubectl');
  if (kubectl === undefined) return undefined;
  return { path: kubectl.path, version: `of kubectl ${kubectl.version}`, parameters: ['kustomize'] };
}

interface Build {
  /** The unpacked artifact. */
  root: string;
  folder: string;
  /** Files outside of a kustomization's own folder may be read: all that are named have been looked at. */
  anyFolder: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * Runs kustomize over a folder and gives the YAML of each object, as kustomize-controller gets it. Nothing can be started from
 * there (PATH is empty), no plugin that is not built in runs, no request leaves the machine. Throws `failed` with what
 * kustomize says.
 */
export async function runKustomize(
  kustomize: Kustomize,
  { root, folder, anyFolder, signal }: Build,
): Promise<string[]> {
  const restriction = anyFolder ? 'LoadRestrictionsNone' : 'LoadRestrictionsRootOnly';
  const { code, stdout, stderr } = await runProgram(
    kustomize.path,
    [...kustomize.parameters, folder, '--load-restrictor', restriction],
    {
      cwd: root,
      env: {
        PATH: '',
        HOME: '/nonexistent',
        KUBECONFIG: '/dev/null',
        TMPDIR: root,
        // Should a way to the network be left open, it ends here.
        HTTP_PROXY: 'http://127.0.0.1:9',
        HTTPS_PROXY: 'http://127.0.0.1:9',
      },
      timeoutMilliseconds: endsWithin,
      maxOutputBytes: mostOutput,
      maxMemoryBytes: mostMemory,
      ...(signal !== undefined && { signal }),
    },
  );
  if (code !== 0) {
    throw new SluiceError('failed', `kustomize build failed: ${complaintOf(stderr, root)}`, {
      wayOut: 'kustomize-controller meets the same when it builds this revision.',
    });
  }
  return stdout.split(/^---$\n?/m).filter((document) => document.trim() !== '');
}
