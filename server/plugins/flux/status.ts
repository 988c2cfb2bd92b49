import type { KubeObject } from '../../kube/object.ts';
import { isSuspended, suspendedAtAnnotation } from './annotations.ts';
import type { Condition } from './conditions.ts';
import { conditionsOf } from './conditions.ts';
import type { KindDefinition } from './kind.ts';
import { earliest, instantAt, latest, listAt, numberAt, textAt } from './read.ts';
import type { ObjectState } from './summary.ts';

/** Where an object stands, told from all of its conditions together. */
export interface Standing {
  state: ObjectState;
  /** ISO instant since when; undefined where nothing tells. */
  since: string | undefined;
  ready: Condition | undefined;
  reconciling: Condition | undefined;
  stalled: Condition | undefined;
  conditions: readonly Condition[];
  /** The newest generation that the controller has reported on; undefined when it never did. */
  observedGeneration: number | undefined;
}

/**
 * Reasons of a Ready condition that is False although nothing is broken here: the object waits for another one
 * (kustomize- and helm-controller write them when they return early, source-controller for a chart whose source is empty).
 */
const waitingReasons = new Set(['DependencyNotReady', 'SourceNotReady', 'NoSourceArtifact']);

/** Reasons of a Ready condition that is False although work goes on. */
const movingReasons = new Set(['Progressing', 'HealthCheckCanceled']);

/**
 * The state of an object. `conditions[0]` means nothing: a failing object carries `Reconciling=True` before
 * `Ready=False`, a rolled back release `Stalled=True`; and `status.observedGeneration` is -1 on everything that never
 * became ready, so the conditions' own generations count too.
 */
export function standingOf(object: KubeObject, kind: Pick<KindDefinition, 'statusless'>): Standing {
  const conditions = conditionsOf(object);
  const find = (type: string) => conditions.find((condition) => condition.type === type);
  const told = {
    ready: find('Ready'),
    reconciling: find('Reconciling'),
    stalled: find('Stalled'),
    conditions,
    observedGeneration: observedGeneration(object, conditions),
  };
  const state = stateOf(object, kind, told);
  return { state, since: sinceOf(object, state, told), ...told };
}

type Told = Omit<Standing, 'state' | 'since'>;

function stateOf(object: KubeObject, kind: Pick<KindDefinition, 'statusless'>, told: Told): ObjectState {
  const { ready, reconciling, stalled } = told;
  if (textAt(object, 'metadata', 'deletionTimestamp') !== undefined) return 'deleting';
  const gaveUp = stalled?.status === 'True';
  const broken = gaveUp || (ready?.status === 'False' && !isWaiting(ready) && !movingReasons.has(ready.reason ?? ''));
  if (isSuspended(object)) return broken ? 'suspended-failing' : 'suspended';
  if (told.conditions.length === 0 && kind.statusless?.(object) === true) return 'none';
  const generation = numberAt(object, 'metadata', 'generation');
  if (generation !== undefined && told.observedGeneration !== undefined && told.observedGeneration < generation)
    return 'stale';
  if (gaveUp && !isOlder(stalled, generation)) return 'stalled';
  const moving = reconciling?.status === 'True';
  if (ready === undefined || ready.status === 'Unknown') return 'reconciling';
  if (ready.status === 'True') {
    if (moving) return 'reconciling';
    // Whatever else was reported since: nobody has yet said that the present spec is there.
    return isOlder(ready, generation) ? 'stale' : 'ready';
  }
  if (moving && isOlder(ready, generation) && !isOlder(reconciling, generation)) return 'reconciling';
  if (isWaiting(ready)) return 'waiting';
  return broken ? 'failing' : 'reconciling';
}

function isWaiting(ready: Condition): boolean {
  if (ready.status !== 'False') return false;
  if (waitingReasons.has(ready.reason ?? '')) return true;
  return ready.reason === 'ArtifactFailed' && /^Source (?:artifact not found|is not ready)/i.test(ready.message ?? '');
}

/** Whether a condition speaks of an earlier spec than the present one. */
function isOlder(condition: Condition, generation: number | undefined): boolean {
  return (
    generation !== undefined && condition.observedGeneration !== undefined && condition.observedGeneration < generation
  );
}

function observedGeneration(object: KubeObject, conditions: readonly Condition[]): number | undefined {
  const seen = [
    numberAt(object, 'status', 'observedGeneration'),
    ...conditions.map((condition) => condition.observedGeneration),
  ];
  const known = seen.filter((generation) => generation !== undefined && generation > 0);
  return known.length === 0 ? undefined : Math.max(...(known as number[]));
}

function sinceOf(object: KubeObject, state: ObjectState, told: Told): string | undefined {
  switch (state) {
    case 'deleting':
      return instantAt(object, 'metadata', 'deletionTimestamp');
    case 'suspended':
    case 'suspended-failing':
      return instantAt(object, 'metadata', 'annotations', suspendedAtAnnotation);
    case 'stalled':
      return told.stalled?.since;
    case 'reconciling':
      return told.reconciling?.status === 'True'
        ? told.reconciling.since
        : (told.ready?.since ?? instantAt(object, 'metadata', 'creationTimestamp'));
    case 'failing':
      return failingSince(object, told);
    case 'ready':
      return historySince(object, (status) => status === 'ReconciliationSucceeded') ?? told.ready?.since;
    case 'waiting':
      return told.ready?.since;
    case 'stale':
    case 'none':
      return undefined;
  }
}

/**
 * Ready turns Unknown and False again with every try, so its own time is that of the last try. The conditions that name
 * what failed, and a Kustomization's history, remember the first one.
 */
function failingSince(object: KubeObject, told: Told): string | undefined {
  const { ready } = told;
  const negative = told.conditions.filter(
    (condition) =>
      condition !== ready &&
      (condition.reason === ready?.reason ||
        (ready?.reason === 'RetryAfterInterval' && condition.type === 'Released')) &&
      condition.type !== 'Reconciling' &&
      condition.type !== 'Stalled',
  );
  return earliest([
    ready?.since,
    ...negative.map((condition) => condition.since),
    historySince(object, (status) => status !== undefined && status === ready?.reason),
  ]);
}

/** Since when the newest entries of `status.history` all have such a status (Kustomizations of Flux 2.7 and later). */
function historySince(object: KubeObject, matches: (status: string | undefined) => boolean): string | undefined {
  const history = listAt(object, 'status', 'history').filter(
    (item) => textAt(item, 'lastReconciledStatus') !== undefined,
  );
  const [newest] = history;
  if (newest === undefined || !matches(textAt(newest, 'lastReconciledStatus'))) return undefined;
  const alike = history.filter((item) => matches(textAt(item, 'lastReconciledStatus')));
  const otherwise = history.filter((item) => !matches(textAt(item, 'lastReconciledStatus')));
  const interrupted = latest(otherwise.map((item) => instantAt(item, 'lastReconciled')));
  return latest([earliest(alike.map((item) => instantAt(item, 'firstReconciled'))), interrupted]);
}
