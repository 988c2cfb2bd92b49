import { join, resolve } from 'node:path';
import { SluiceError } from '../../../../errors.ts';
import { at, listAt, textAt } from '../../read.ts';
import { toFluxYaml } from '../to-flux-yaml.ts';
import { kindOfPath, readKustomization, readYaml } from './kustomization-file.ts';
import type { Kustomization } from './kustomization-file.ts';

/** What can be built without kustomize: fields that gather objects and change none. */
const harmless = new Set(['apiVersion', 'kind', 'metadata', 'resources']);
/** What Flux puts into a kustomization that would be empty. */
const fillers = new Set(['namespace', 'buildMetadata']);
const most = 20_000;

/**
 * Builds what needs no kustomize: YAML files, and kustomizations that do nothing but gather them. References have been checked.
 * Throws `refused` naming the field that takes the real kustomize.
 */
export async function buildPlain(root: string, folder: string, content: Kustomization): Promise<string[]> {
  const objects: unknown[] = [];
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
      if ((await kindOfPath(path)) === 'folder') {
        const inner = await readKustomization(path, path.slice(root.length + 1));
        if (inner !== undefined) await gather(path, inner.content);
      } else
        for (const document of await readYaml(path, path.slice(root.length + 1), 'kustomize'))
          add(document, join(called, resource));
    }
  }

  function add(document: unknown, file: string): void {
    const kind = textAt(document, 'kind');
    const items = at(document, 'items');
    if (kind?.endsWith('List') === true && Array.isArray(items)) {
      for (const item of items) add(item, file);
      return;
    }
    const [apiVersion, name] = [textAt(document, 'apiVersion'), textAt(document, 'metadata', 'name')];
    if (kind === undefined || apiVersion === undefined || name === undefined) {
      throw new SluiceError('failed', `${file} holds something that has no apiVersion, kind and name.`);
    }
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const id = JSON.stringify([group, kind, textAt(document, 'metadata', 'namespace'), name]);
    if (ids.has(id))
      throw new SluiceError('failed', `${file} holds ${kind} ${name} a second time, which kustomize refuses.`);
    ids.add(id);
    objects.push(document);
    if (objects.length > most) throw new SluiceError('too_large', 'The build has more objects than Sluice takes.');
  }

  await gather(folder, content);
  return objects.map(toFluxYaml);
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
