import { join } from 'node:path';
import { SluiceError } from '../../../../errors.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { at, isTrueAt, listAt, textAt } from '../../read.ts';
import { findManifests, kindOfPath, readKustomization } from './kustomization-file.ts';
import type { Kustomization } from './kustomization-file.ts';
import { isRemote } from './remote.ts';

/** The fields that kustomize knows. Flux reads a folder's own file permissively and writes it anew with these. */
const known = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'openapi',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'patchesStrategicMerge',
  'patchesJson6902',
  'patches',
  'images',
  'imageTags',
  'replacements',
  'replicas',
  'vars',
  'sortOptions',
  'resources',
  'components',
  'crds',
  'bases',
  'configMapGenerator',
  'secretGenerator',
  'helmGlobals',
  'helmCharts',
  'helmChartInflationGenerator',
  'generatorOptions',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'buildMetadata',
]);

/**
 * The kustomization that Flux builds a folder with: the folder's own or, where it has none, one of all YAML files below it,
 * with what the Kustomization's spec adds. `path` is where it belongs.
 */
export async function generateKustomization(
  folder: string,
  object: KubeObject,
  signal?: AbortSignal,
): Promise<{ path: string; content: Kustomization }> {
  const own = await readKustomization(folder, textAt(object, 'spec', 'path') ?? '.', signal);
  const content: Kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  if (own === undefined) {
    const resources = await findManifests(folder);
    // A kustomization must not be empty.
    Object.assign(content, resources.length === 0 ? { namespace: '_placeholder' } : { resources });
  } else {
    Object.assign(content, Object.fromEntries(Object.entries(own.content).filter(([field]) => known.has(field))));
    if (listAt(content, 'resources').length === 0) content['buildMetadata'] = ['originAnnotations'];
  }
  for (const [field, from] of [
    ['namespace', 'targetNamespace'],
    ['namePrefix', 'namePrefix'],
    ['nameSuffix', 'nameSuffix'],
  ] as const) {
    const text = textAt(object, 'spec', from);
    if (text !== undefined) content[field] = text;
  }
  addPatches(content, object);
  await addComponents(content, object, folder);
  addImages(content, object);
  const metadata = listAt(object, 'spec', 'buildMetadata');
  if (metadata.length > 0) content['buildMetadata'] = metadata;
  return { path: own?.path ?? join(folder, 'kustomization.yaml'), content };
}

function addPatches(content: Kustomization, object: KubeObject): void {
  const patches = listAt(object, 'spec', 'patches').map((each) => {
    const target = at(each, 'target');
    return { patch: textAt(each, 'patch') ?? '', ...(target !== undefined && { target }) };
  });
  if (patches.length > 0) content['patches'] = [...listAt(content, 'patches'), ...patches];
}

async function addComponents(content: Kustomization, object: KubeObject, folder: string): Promise<void> {
  const added: string[] = [];
  for (const component of listAt(object, 'spec', 'components')) {
    if (typeof component !== 'string') continue;
    if (isRemote(component) || component.startsWith('/')) {
      throw new SluiceError('failed', `The component ${component} is no path within the source, which Flux refuses.`);
    }
    const isThere = (await kindOfPath(join(folder, component))) !== undefined;
    if (isThere || !isTrueAt(object, 'spec', 'ignoreMissingComponents')) added.push(component);
  }
  if (added.length > 0) content['components'] = [...listAt(content, 'components'), ...added];
}

/** An image that both name is merged, tag and digest as one: setting either of them drops the other. */
function addImages(content: Kustomization, object: KubeObject): void {
  const images = listAt(content, 'images').map((image) => ({ ...(image as Record<string, unknown>) }));
  for (const added of listAt(object, 'spec', 'images')) {
    const [name, newName, newTag, digest] = ['name', 'newName', 'newTag', 'digest'].map((field) =>
      textAt(added, field),
    );
    let image = images.find((each) => each['name'] === name);
    if (image === undefined) {
      image = { name: name ?? '' };
      images.push(image);
    }
    if (newName !== undefined) image['newName'] = newName;
    if (newTag === undefined && digest === undefined) continue;
    image['newTag'] = newTag ?? '';
    image['digest'] = digest ?? '';
  }
  if (images.length > 0) content['images'] = images;
}
