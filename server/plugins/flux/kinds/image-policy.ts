import type { KubeObject } from '../../../kube/object.ts';
import { fact, intervalFact, referenceFact } from '../facts.ts';
import type { KindDefinition } from '../kind.ts';
import { at, textAt } from '../read.ts';
import { imageGroup, referenceAt } from '../references.ts';
import { specInterval } from './source.ts';

function repository(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'imageRepositoryRef'), 'ImageRepository');
}

/** `semver >=1.0`, `alphabetical, last first`, `numerical, highest first`. */
function policy(object: KubeObject): string | undefined {
  const range = textAt(object, 'spec', 'policy', 'semver', 'range');
  if (range !== undefined) return `semver ${range}`;
  for (const way of ['alphabetical', 'numerical']) {
    if (at(object, 'spec', 'policy', way) === undefined) continue;
    const descending = textAt(object, 'spec', 'policy', way, 'order') === 'desc';
    if (way === 'alphabetical') return descending ? 'alphabetically first' : 'alphabetically last';
    return descending ? 'lowest number' : 'highest number';
  }
  return undefined;
}

/** A reference of the status as `image:tag@digest`. */
function image(object: KubeObject, field: string): string | undefined {
  const name = textAt(object, 'status', field, 'name');
  if (name === undefined) return undefined;
  const tag = textAt(object, 'status', field, 'tag');
  const digest = textAt(object, 'status', field, 'digest');
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function chosen(object: KubeObject): string | undefined {
  return image(object, 'latestRef') ?? textAt(object, 'status', 'latestImage');
}

function chosenTag(object: KubeObject): string | undefined {
  const tag = textAt(object, 'status', 'latestRef', 'tag');
  if (tag !== undefined) return tag;
  return /:([\w.-]+)(?:@.*)?$/.exec(textAt(object, 'status', 'latestImage') ?? '')?.[1];
}

/** Before Flux 2.7 an ImagePolicy only follows its ImageRepository: it has neither interval nor suspension of its own. */
function onlyFollows(object: KubeObject): boolean {
  return textAt(object, 'apiVersion')?.endsWith('/v1beta2') === true;
}

export const imagePolicy: KindDefinition = {
  kind: 'ImagePolicy',
  plural: 'imagepolicies',
  group: imageGroup,
  versions: ['v1', 'v1beta2'],
  title: 'ImagePolicies',
  section: 'images-and-notifications',
  icon: 'k-image-policy',
  fluxCommand: 'image policy',
  purpose: 'An ImagePolicy chooses one of the tags that an ImageRepository found, for an automation to write into Git.',
  actions: { reconcile: true, suspend: true, reconcileWithSource: false },
  neverReconciled: (object) =>
    onlyFollows(object)
      ? 'In this version of Flux an ImagePolicy follows its ImageRepository: reconcile that instead.'
      : undefined,
  neverSuspended: (object) =>
    onlyFollows(object)
      ? 'In this version of Flux an ImagePolicy cannot be suspended: suspend its ImageRepository instead.'
      : undefined,
  columns: [
    { key: 'policy', label: 'Policy', as: 'text', value: policy, priority: 2 },
    { key: 'tag', label: 'Latest tag', as: 'code', value: chosenTag, priority: 1 },
  ],
  facts: (object) => [
    ...referenceFact('Image repository', object, repository(object)),
    ...fact('Policy', policy(object)),
    ...fact('Only tags like', textAt(object, 'spec', 'filterTags', 'pattern'), 'code'),
    ...fact('Compares by', textAt(object, 'spec', 'filterTags', 'extract'), 'code'),
    ...fact('Chosen', chosen(object), 'code'),
    ...fact(
      'Before it',
      image(object, 'observedPreviousRef') ?? textAt(object, 'status', 'observedPreviousImage'),
      'code',
    ),
    ...fact('Digest', digest(object)),
    ...intervalFact(object),
  ],
  source: repository,
  revision: (object) => ({ applied: chosenTag(object), attempted: undefined }),
  intervalSeconds: specInterval,
};

function digest(object: KubeObject): string | undefined {
  const how = textAt(object, 'spec', 'digestReflectionPolicy');
  if (how === 'Always') return 'read with every scan';
  return how === 'IfNotPresent' ? 'read once for each tag' : undefined;
}
