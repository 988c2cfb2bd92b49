import type { KubeObject } from '../../../kube/object.ts';
import { fact, intervalFact, referenceFact } from '../facts.ts';
import { appliersOf, chosenImage, pushBranch, usersOfImage, writersOf } from '../image-use.ts';
import type { KindDefinition, Panel, PanelRow, Surroundings } from '../kind.ts';
import { at, textAt } from '../read.ts';
import { imageGroup, referenceAt, referenceTo } from '../references.ts';
import { specInterval } from './source.ts';

function repository(object: KubeObject) {
  return referenceAt(object, at(object, 'spec', 'imageRepositoryRef'), 'ImageRepository');
}

/** How it chooses, in words: `the highest version in >=1.0`, `the highest number`. Order as image-reflector-controller has it. */
function policy(object: KubeObject): string | undefined {
  const range = textAt(object, 'spec', 'policy', 'semver', 'range');
  if (range !== undefined) return `the highest version in ${range}`;
  for (const way of ['alphabetical', 'numerical']) {
    if (at(object, 'spec', 'policy', way) === undefined) continue;
    const descending = textAt(object, 'spec', 'policy', way, 'order') === 'desc';
    if (way === 'alphabetical') return descending ? 'the first by alphabet' : 'the last by alphabet';
    return descending ? 'the lowest number' : 'the highest number';
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
    { key: 'policy', label: 'Chooses', as: 'text', value: policy, priority: 2 },
    { key: 'tag', label: 'Latest tag', as: 'code', value: chosenTag, priority: 1 },
  ],
  facts: (object) => [
    ...referenceFact('Image repository', object, repository(object)),
    ...fact('Chooses', policy(object)),
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
  panels: ({ object }, around) => usePanel(object, around),
};

/** Where the tag goes: who writes it into Git, and what runs the image now. */
async function usePanel(object: KubeObject, around: Surroundings): Promise<Panel[]> {
  const image = chosenImage(object);
  const writers = writersOf(object, around);
  const rows: PanelRow[] = writers.map(({ automation, wrote }) => {
    const branch = pushBranch(automation.object);
    const isWritten = wrote !== undefined && wrote === image?.tag;
    const into = branch === undefined ? 'Git' : `the branch ${branch}`;
    return {
      reference: referenceTo(automation.object),
      how: wrote === undefined ? 'has not written it' : isWritten ? `writes ${wrote}` : `wrote ${wrote}`,
      what:
        wrote === undefined || isWritten
          ? `Writes it into ${into}, where a file has its marker.`
          : `Has not written ${image?.tag ?? 'the new tag'} into ${into} yet.`,
    };
  });
  const appliers = writers.flatMap(({ automation }) => appliersOf(automation, around));
  const users = image === undefined ? { rows: [], unread: 0 } : await usersOfImage(image, appliers, around);
  const notes = [
    writers.length === 0
      ? 'No ImageUpdateAutomation that you may see follows this policy: nothing writes its tag.'
      : undefined,
    image !== undefined && users.rows.length === 0
      ? `Nothing that Flux applies and you may see runs ${image.name}.`
      : undefined,
    users.unread > 0
      ? `${users.unread} ${users.unread === 1 ? 'workload was' : 'workloads were'} not looked into.`
      : undefined,
  ].filter((note) => note !== undefined);
  return [
    {
      id: 'use',
      heading: 'Where the tag is used',
      sub: image?.tag ?? 'no tag is chosen',
      rows: [...rows, ...users.rows],
      ...(notes.length > 0 && { note: notes.join(' ') }),
    },
  ];
}

function digest(object: KubeObject): string | undefined {
  const how = textAt(object, 'spec', 'digestReflectionPolicy');
  if (how === 'Always') return 'read with every scan';
  return how === 'IfNotPresent' ? 'read once for each tag' : undefined;
}
