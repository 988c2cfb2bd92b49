import type { KubeObject } from '../../../kube/object.ts';
import { fact, intervalFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { instantAt, isTrueAt, listAt, numberAt, textAt } from '../read.ts';
import { imageGroup } from '../references.ts';
import { credentialFacts, credentialReferences, sourceReconciledAt, specInterval } from './source.ts';

const shownTags = 10;

function tagCount(object: KubeObject): string | undefined {
  const count = numberAt(object, 'status', 'lastScanResult', 'tagCount');
  return count === undefined ? undefined : String(count);
}

function texts(list: readonly unknown[]): string[] {
  return list.filter((item) => typeof item === 'string');
}

export const imageRepository: KindDefinition = {
  kind: 'ImageRepository',
  plural: 'imagerepositories',
  group: imageGroup,
  versions: ['v1', 'v1beta2'],
  title: 'ImageRepositories',
  section: 'images-and-notifications',
  icon: 'k-image',
  fluxCommand: 'image repository',
  purpose: 'An ImageRepository reads the tags of a container image at an interval, for image policies to choose from.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  withoutColumns: ['revision'],
  columns: [
    { key: 'image', label: 'Image', as: 'code', value: (object) => textAt(object, 'spec', 'image'), priority: 1 },
    { key: 'tags', label: 'Tags', as: 'text', value: tagCount, priority: 2 },
  ],
  facts: (object) => [
    ...fact('Image', textAt(object, 'spec', 'image'), 'code'),
    ...intervalFact(object),
    ...fact('Tags found', tagCount(object)),
    ...fact(
      'Newest tags',
      texts(listAt(object, 'status', 'lastScanResult', 'latestTags'))
        .slice(0, shownTags)
        .join(', '),
      'code',
    ),
    ...fact('Leaves out', texts(listAt(object, 'spec', 'exclusionList')).join(', '), 'code'),
    ...fact('Connection', isTrueAt(object, 'spec', 'insecure') ? 'plain HTTP, not encrypted' : undefined),
    ...credentialFacts(object),
  ],
  references: credentialReferences,
  revision: () => ({ applied: undefined, attempted: undefined }),
  intervalSeconds: specInterval,
  reconciledAt: (object) => instantAt(object, 'status', 'lastScanResult', 'scanTime') ?? sourceReconciledAt(object),
};
