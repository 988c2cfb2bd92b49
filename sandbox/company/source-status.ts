import { condition, ready } from './conditions.ts';
import type { Condition, Outcome } from './conditions.ts';
import { digestOf, numberOf } from './invent.ts';
import type { Described } from './metadata.ts';
import type { Before } from './time.ts';

/** Where the source controller offers what it has stored. */
export const storage = 'http://source-controller.flux-system.svc.cluster.local./';
export const sourceVersion = 'source.toolkit.fluxcd.io/v1';

export interface SourceCommon extends Described {
  interval?: string;
  secret?: string;
  outcome?: Outcome;
  /** When the artifact at hand was stored. */
  stored?: string;
}

interface Artifact {
  revision: string;
  path: string;
  metadata?: Record<string, string>;
}

/** The artifact of a source in the shape of its status. */
export function artifactOf({ revision, path, metadata }: Artifact, at: string): Record<string, unknown> {
  return {
    digest: digestOf(path),
    lastUpdateTime: at,
    ...(metadata === undefined ? {} : { metadata }),
    path,
    revision,
    size: numberOf(path, 900, 480_000),
    url: `${storage}${path}`,
  };
}

/** The status of a source: its conditions, its artifact (when it ever had one) and the generation looked at. */
export function sourceStatus(
  before: Before,
  source: SourceCommon,
  stored: { reason: string; message: string },
  artifact: Artifact,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const outcome = source.outcome ?? ready();
  const generation = 1;
  if (outcome.is === 'new') return { observedGeneration: -1 };
  const at = (duration: string) => ({ at: before(duration), generation });
  const storedSince = source.stored ?? (outcome.is === 'ready' ? outcome.since : '6d');
  const inStorage = condition('ArtifactInStorage', 'True', stored.reason, stored.message, at(storedSince));
  const handled = source.requested === undefined ? {} : { lastHandledReconcileAt: source.requested };
  const hadArtifact =
    outcome.is === 'ready' || outcome.is === 'progressing' || ('applied' in outcome && outcome.applied);
  return {
    ...(hadArtifact ? { artifact: artifactOf(artifact, before(storedSince)), ...more } : {}),
    conditions: [...sourceConditions(outcome, stored, at, storedSince), ...(hadArtifact ? [inStorage] : [])],
    ...handled,
    observedGeneration: hadArtifact || outcome.is === 'stalled' ? generation : -1,
  };
}

function sourceConditions(
  outcome: Exclude<Outcome, { is: 'new' }>,
  stored: { reason: string; message: string },
  at: (duration: string) => { at: string; generation: number },
  storedSince: string,
): Condition[] {
  switch (outcome.is) {
    case 'ready':
      return [condition('Ready', 'True', stored.reason, stored.message, at(storedSince))];
    case 'failing': {
      const verification = outcome.reason === 'VerificationError';
      return [
        condition('Reconciling', 'True', 'ProgressingWithRetry', 'building artifact', at(outcome.last)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
        condition(
          verification ? 'SourceVerified' : 'FetchFailed',
          verification ? 'False' : 'True',
          outcome.reason,
          outcome.message,
          at(outcome.since),
        ),
      ];
    }
    case 'stalled':
      return [
        condition('Stalled', 'True', outcome.stalledReason, outcome.stalledMessage, at(outcome.since)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.since)),
        condition('FetchFailed', 'True', outcome.reason, outcome.message, at(outcome.since)),
      ];
    case 'progressing':
      return [
        condition('Reconciling', 'True', 'Progressing', outcome.message, at(outcome.since)),
        condition('Ready', 'Unknown', 'Progressing', outcome.message, at(outcome.since)),
      ];
    case 'waiting':
      return [condition('Ready', 'False', 'SourceUnavailable', `waiting for ${outcome.on}`, at(outcome.since))];
  }
}
