import type { KubeObject } from '../../server/kube/object.ts';
import { inventoryOf } from './applied.ts';
import type { Applied } from './applied.ts';
import { condition } from './conditions.ts';
import type { Condition, Outcome } from './conditions.ts';
import { digestOf, gitRevision, numberOf } from './invent.ts';
import { fluxFinalizer, metadataOf, readyUntilSuspended, suspendOf } from './metadata.ts';
import type { Described } from './metadata.ts';
import type { Before } from './time.ts';
import { secondsOf } from './time.ts';

export interface SourceReference {
  kind: 'GitRepository' | 'OCIRepository' | 'Bucket' | 'ExternalArtifact';
  name: string;
  namespace?: string;
}

export interface KustomizationInput extends Described {
  source: SourceReference;
  path: string;
  /** The revision its source stands at; of a failing one, the revision it failed at. */
  revision: string;
  interval?: string;
  timeout?: string;
  dependsOn?: readonly { name: string; namespace?: string }[];
  applies?: readonly Applied[];
  wait?: boolean;
  prune?: boolean;
  targetNamespace?: string;
  serviceAccount?: string;
  substitute?: Record<string, unknown>;
  decryption?: string;
  /** Further fields of the spec, as they are. */
  spec?: Record<string, unknown>;
  /** Suspended since before the revision its source stands at. */
  behind?: boolean;
  outcome?: Outcome;
}

/** What a Kustomization was doing when it failed for this reason, as its Reconciling condition says. */
const doing: Record<string, string> = {
  ArtifactFailed: 'Fetching manifests',
  BuildFailed: 'Building manifests',
  ReconciliationFailed: 'Detecting drift',
  HealthCheckFailed: 'Running health checks',
  PruneFailed: 'Garbage collecting stale objects',
};

/** `4m30s`: how the controllers print a duration. */
export function printDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes % 60}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** The time a Kustomization gives itself: its `timeout`, else its interval less 30 seconds, at least 30. */
function timeoutOf(spec: { timeout?: unknown; interval?: unknown }): string {
  if (typeof spec.timeout === 'string') return printDuration(secondsOf(spec.timeout));
  const interval = secondsOf(typeof spec.interval === 'string' ? spec.interval : '10m');
  return printDuration(Math.max(30, interval - 30));
}

/** The message of the Reconciling condition before Ready turned False for `reason`; undefined for failures before any work. */
export function workMessage(reason: string, revision: string, spec: Record<string, unknown>): string | undefined {
  const work = doing[reason];
  return work === undefined ? undefined : `${work} for revision ${revision} with a timeout of ${timeoutOf(spec)}`;
}

export function kustomization(before: Before, input: KustomizationInput): KubeObject {
  const { source, applies = [], generation = 1 } = input;
  const revision = input.behind === true ? previousRevision(input.revision) : input.revision;
  const spec: Record<string, unknown> = {
    ...(input.decryption === undefined
      ? {}
      : { decryption: { provider: 'sops', secretRef: { name: input.decryption } } }),
    ...(input.dependsOn === undefined ? {} : { dependsOn: input.dependsOn }),
    force: false,
    interval: input.interval ?? '10m',
    path: input.path,
    ...(input.substitute === undefined ? {} : { postBuild: input.substitute }),
    prune: input.prune ?? true,
    ...(input.serviceAccount === undefined ? {} : { serviceAccountName: input.serviceAccount }),
    sourceRef: source,
    ...suspendOf(input),
    ...(input.targetNamespace === undefined ? {} : { targetNamespace: input.targetNamespace }),
    ...(input.timeout === undefined ? {} : { timeout: input.timeout }),
    ...(input.wait === true ? { wait: true } : {}),
    ...input.spec,
  };
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: metadataOf(before, 'Kustomization', input, fluxFinalizer),
    spec,
    status: kustomizationStatus(before, input, spec, revision, applies, generation),
  };
}

function kustomizationStatus(
  before: Before,
  input: KustomizationInput,
  spec: Record<string, unknown>,
  revision: string,
  applies: readonly Applied[],
  generation: number,
): Record<string, unknown> {
  const outcome = input.outcome ?? readyUntilSuspended(input);
  if (outcome.is === 'new') return { observedGeneration: -1 };
  // A generation above 1 that is not suspended is one the controller has not looked at yet.
  const observed = input.suspended === undefined ? 1 : generation;
  const worked = outcome.is === 'ready' || outcome.is === 'progressing' || ('applied' in outcome && outcome.applied);
  const inventory = worked && applies.length > 0 ? { inventory: inventoryOf(applies) } : {};
  const lastGood = outcome.is === 'ready' ? revision : previousRevision(revision);
  const attempted = outcome.is === 'waiting' || noAttempt(outcome) ? {} : { lastAttemptedRevision: revision };
  return {
    conditions: kustomizationConditions(before, outcome, spec, revision, observed),
    ...historyOf(before, input, outcome, revision, worked),
    ...inventory,
    ...(worked ? { lastAppliedRevision: lastGood } : {}),
    ...attempted,
    ...(input.requested === undefined ? {} : { lastHandledReconcileAt: input.requested }),
    observedGeneration: worked ? observed : -1,
  };
}

/** Whether it failed before a revision was known: its source is missing or has no artifact. */
function noAttempt(outcome: Outcome): boolean {
  return outcome.is === 'failing' && outcome.reason === 'ArtifactFailed' && !outcome.message.includes('path not found');
}

/** The revision before this one. */
function previousRevision(revision: string): string {
  const at = revision.indexOf('@');
  const reference = at === -1 ? 'latest' : revision.slice(0, at);
  const before = `before ${revision}`;
  return revision.includes('sha256:') ? `${reference}@${digestOf(before)}` : gitRevision(reference, before);
}

function kustomizationConditions(
  before: Before,
  outcome: Exclude<Outcome, { is: 'new' }>,
  spec: Record<string, unknown>,
  revision: string,
  generation: number,
): Condition[] {
  const at = (duration: string) => ({ at: before(duration), generation });
  switch (outcome.is) {
    case 'ready':
      return [
        condition('Ready', 'True', 'ReconciliationSucceeded', `Applied revision: ${revision}`, at(outcome.since)),
        ...(spec['wait'] === true
          ? [condition('Healthy', 'True', 'Succeeded', 'Health check passed in 5.157254601s', at(outcome.since))]
          : []),
      ];
    case 'failing': {
      const work = noAttempt(outcome) ? undefined : workMessage(outcome.reason, revision, spec);
      return [
        ...(work === undefined
          ? []
          : [condition('Reconciling', 'True', 'ProgressingWithRetry', work, at(outcome.last))]),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
        ...(outcome.reason === 'HealthCheckFailed'
          ? [
              condition(
                'Healthy',
                'False',
                outcome.reason,
                outcome.message.replace(/^health check failed after [^:]*: /, ''),
                at(outcome.since),
              ),
            ]
          : []),
      ];
    }
    case 'stalled':
      return [
        condition('Stalled', 'True', outcome.stalledReason, outcome.stalledMessage, at(outcome.since)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.since)),
      ];
    case 'progressing':
      return [
        condition('Reconciling', 'True', 'Progressing', outcome.message, at(outcome.since)),
        condition('Ready', 'Unknown', 'Progressing', 'Reconciliation in progress', at(outcome.since)),
      ];
    case 'waiting':
      return [
        condition('Ready', 'False', 'DependencyNotReady', `dependency '${outcome.on}' is not ready`, at(outcome.since)),
      ];
  }
}

function historyOf(
  before: Before,
  input: KustomizationInput,
  outcome: Outcome,
  revision: string,
  worked: boolean,
): { history?: unknown[] } {
  const key = `${input.namespace}/${input.name}`;
  const entry = (at: string, last: string, status: string, metadataRevision: string, count: number) => ({
    digest: digestOf(`${key} built ${metadataRevision}`),
    firstReconciled: before(at),
    lastReconciled: before(last),
    lastReconciledDuration: `${numberOf(key, 180, 980)}.${numberOf(`${key} fraction`, 100_000, 999_999)}ms`,
    lastReconciledStatus: status,
    metadata: { revision: metadataRevision },
    totalReconciliations: count,
  });
  const good = (at: string, last: string, of: string) =>
    entry(at, last, 'ReconciliationSucceeded', of, numberOf(`${key} count`, 3, 240));
  if (outcome.is === 'ready') {
    const last = secondsOf(outcome.since);
    const began = `${last + 9 * 3600}s`;
    const long = `${last + 6 * 86_400}s`;
    return { history: [good(began, outcome.since, revision), good(long, began, previousRevision(revision))] };
  }
  const earlier = worked ? [good('6d', '3h', previousRevision(revision))] : [];
  const reachedApply = outcome.is === 'failing' && /^(Reconciliation|HealthCheck|Prune)Failed$/.test(outcome.reason);
  const failed = reachedApply
    ? [entry(outcome.since, outcome.last, outcome.reason, revision, numberOf(`${key} failures`, 4, 29))]
    : [];
  const history = [...failed, ...earlier];
  return history.length === 0 ? {} : { history };
}
