import type { KubeObject } from '../../server/kube/object.ts';
import { condition, ready } from './conditions.ts';
import type { Outcome } from './conditions.ts';
import { commitOf, gitRevision, numberOf } from './invent.ts';
import { fluxFinalizer, metadataOf, suspendOf } from './metadata.ts';
import type { Described } from './metadata.ts';
import type { Before } from './time.ts';

const imageVersion = 'image.toolkit.fluxcd.io/v1';

export interface ImageRepositoryInput extends Described {
  image: string;
  /** Newest first. */
  tags: readonly string[];
  interval?: string;
  secret?: string;
  outcome?: Outcome;
}

/** Ready or failing conditions of an image object, in the order the controllers keep. */
function imageConditions(before: Before, outcome: Outcome, done: string, doing: string) {
  const at = (duration: string) => ({ at: before(duration), generation: 1 });
  switch (outcome.is) {
    case 'ready':
      return [condition('Ready', 'True', 'Succeeded', done, at(outcome.since))];
    case 'failing':
      return [
        condition('Reconciling', 'True', 'ProgressingWithRetry', doing, at(outcome.last)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
      ];
    case 'stalled':
      return [
        condition('Stalled', 'True', outcome.stalledReason, outcome.stalledMessage, at(outcome.since)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.since)),
      ];
    case 'progressing':
      return [
        condition('Reconciling', 'True', 'Progressing', outcome.message, at(outcome.since)),
        condition('Ready', 'Unknown', 'Progressing', outcome.message, at(outcome.since)),
      ];
    case 'waiting':
      return [condition('Ready', 'False', 'DependencyNotReady', `waiting for ${outcome.on}`, at(outcome.since))];
    case 'new':
      return [];
  }
}

export function imageRepository(before: Before, input: ImageRepositoryInput): KubeObject {
  const outcome = input.outcome ?? ready('3m');
  const checksum = String(numberOf(input.image, 1_000_000_000, 3_999_999_999));
  const count = numberOf(`${input.image} tags`, 18, 412);
  const done = `successful scan: found ${count} tags with checksum ${checksum}`;
  const scanned = outcome.is === 'ready' || (outcome.is === 'failing' && outcome.applied);
  return {
    apiVersion: imageVersion,
    kind: 'ImageRepository',
    metadata: metadataOf(before, 'ImageRepository', input, fluxFinalizer),
    spec: {
      exclusionList: [String.raw`^.*\.sig$`],
      image: input.image,
      interval: input.interval ?? '5m',
      provider: 'generic',
      ...(input.secret === undefined ? {} : { secretRef: { name: input.secret } }),
      ...suspendOf(input),
    },
    status: {
      ...(scanned ? { canonicalImageName: input.image } : {}),
      ...(outcome.is === 'new' ? {} : { conditions: imageConditions(before, outcome, done, 'scanning image tags') }),
      ...(scanned
        ? {
            lastScanResult: {
              latestTags: input.tags,
              revision: checksum,
              scanTime: before(outcome.is === 'failing' ? outcome.since : outcome.since),
              tagCount: count,
            },
            observedExclusionList: [String.raw`^.*\.sig$`],
          }
        : {}),
      observedGeneration: scanned ? 1 : -1,
    },
  };
}

export interface ImagePolicyInput extends Described {
  repository: { name: string; namespace?: string };
  image: string;
  range: string;
  tag: string;
  previousTag?: string;
  outcome?: Outcome;
}

export function imagePolicy(before: Before, input: ImagePolicyInput): KubeObject {
  const outcome = input.outcome ?? ready('2h');
  const previously = input.previousTag === undefined ? '' : ` (previously ${input.image}:${input.previousTag})`;
  const done = `Latest image tag for ${input.image} resolved to ${input.tag}${previously}`;
  const resolved = outcome.is === 'ready';
  return {
    apiVersion: imageVersion,
    kind: 'ImagePolicy',
    metadata: metadataOf(before, 'ImagePolicy', input, fluxFinalizer),
    spec: {
      digestReflectionPolicy: 'Never',
      imageRepositoryRef: input.repository,
      policy: { semver: { range: input.range } },
      ...suspendOf(input),
    },
    status: {
      ...(outcome.is === 'new'
        ? {}
        : { conditions: imageConditions(before, outcome, done, 'determining the latest tag') }),
      ...(resolved ? { latestRef: { name: input.image, tag: input.tag } } : {}),
      ...(resolved && input.previousTag !== undefined
        ? { observedPreviousRef: { name: input.image, tag: input.previousTag } }
        : {}),
      observedGeneration: resolved ? 1 : -1,
    },
  };
}

export interface ImageUpdateAutomationInput extends Described {
  source: { name: string; namespace?: string };
  sourceUrl: string;
  path: string;
  /** Where the new commit goes, when not to the branch it was read from. */
  pushBranch?: string;
  policies: Record<string, { name: string; tag: string }>;
  pushed?: string;
  outcome?: Outcome;
}

export function imageUpdateAutomation(before: Before, input: ImageUpdateAutomationInput): KubeObject {
  const outcome = input.outcome ?? ready('11m');
  const ran = outcome.is === 'ready' || (outcome.is === 'failing' && outcome.applied);
  return {
    apiVersion: imageVersion,
    kind: 'ImageUpdateAutomation',
    metadata: metadataOf(before, 'ImageUpdateAutomation', input, fluxFinalizer),
    spec: {
      git: {
        commit: {
          author: { email: 'automation@example.com', name: 'image automation' },
          messageTemplate: 'Update images',
        },
        ...(input.pushBranch === undefined ? {} : { push: { branch: input.pushBranch } }),
      },
      interval: '30m',
      sourceRef: { kind: 'GitRepository', ...input.source },
      ...suspendOf(input),
      update: { path: input.path, strategy: 'Setters' },
    },
    status: {
      ...(outcome.is === 'new'
        ? {}
        : { conditions: imageConditions(before, outcome, 'repository up-to-date', 'processing policies') }),
      ...(ran
        ? {
            lastAutomationRunTime: before('11m'),
            lastPushCommit: commitOf(`pushed ${input.sourceUrl}`),
            lastPushTime: before(input.pushed ?? '2h'),
            observedPolicies: input.policies,
            observedSourceRevision: gitRevision('main', input.sourceUrl),
          }
        : {}),
      observedGeneration: ran ? 1 : -1,
    },
  };
}
