import { join, resolve } from 'node:path';
import { SluiceError } from '../../../../errors.ts';
import { listAt } from '../../read.ts';
import { kindOfPath, readKustomization, readManifests } from './kustomization-file.ts';
import type { Kustomization } from './kustomization-file.ts';

/** What can be built without kustomize: fields that gather objects and change none. */
const harmless = new Set(['apiVersion', 'kind', 'metadata', 'resources']);
/** What Flux puts into a kustomization that would be empty. */
const fillers = new Set(['namespace', 'buildMetadata']);
const most = 20_000;

interface PlainBuild {
  /** The unpacked artifact. */
  root: string;
  folder: string;
  signal?: AbortSignal | undefined;
}

/**
 * Builds what needs no kustomize: YAML files, and kustomizations that do nothing but gather them. References have been checked.
 * Throws `refused` naming the field that takes the real kustomize.
 */
export async function buildPlain({ root, folder, signal }: PlainBuild, content: Kustomization): Promise<string[]> {
  const texts: string[] = [];
  const ids = new Set<string>();

  async function gather(from: string, kustomization: Kustomization): Promise<void> {
    const called = from.slice(root.length + 1) || '.';
    const resources = listAt(kustomization, 'resources');
    const more = Object.entries(kustomization).find(([field, value]) => !harmless.has(field) && !isNothing(value));
    if (more !== undefined && (resources.length > 0 || !fillers.has(more[0]))) {
      throw new SluiceError('refused', `To build this takes kustomize: ${called} uses ${more[0]}.`, {
        wayOut: 'Put kustomize (or kubectl) on the PATH of Sluice, or name it in its configuration: tools.kustomize.',
      });
    }
    for (const resource of resources) {
      if (typeof resource !== 'string') continue;
      const path = resolve(from, resource);
      const file = join(called, resource);
      if ((await kindOfPath(path)) === 'folder') {
        const inner = await readKustomization(path, path.slice(root.length + 1), signal);
        if (inner !== undefined) await gather(path, inner.content);
      } else for (const { id, text } of await readManifests(path, file, signal)) add(id, text, file);
    }
  }

  function add(id: readonly (string | undefined)[], text: string, file: string): void {
    const key = JSON.stringify(id);
    if (ids.has(key)) {
      const [, kind = '', , name = ''] = id;
      throw new SluiceError('failed', `${file} holds ${kind} ${name} a second time, which kustomize refuses.`);
    }
    ids.add(key);
    texts.push(text);
    if (texts.length > most) throw new SluiceError('too_large', 'The build has more objects than Sluice takes.');
  }

  await gather(folder, content);
  return texts;
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
