import { maskText } from '../../../mask-credentials.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Condition } from '../conditions.ts';
import { conditionsOf } from '../conditions.ts';
import type { ObjectState } from '../summary.ts';

/** A condition as the conditions component draws it. */
export interface ConditionView {
  state: ObjectState;
  /** `Ready: no`. */
  word: string;
  reason: string | undefined;
  at: string | undefined;
  message: string | undefined;
}

/** Conditions whose True is bad news; of all others it is good news. */
const abnormal = new Set([
  'Stalled',
  'FetchFailed',
  'BuildFailed',
  'StorageOperationFailed',
  'IncludeUnavailable',
  'Drifted',
  'HealthCheckFailed',
  'ReplicaFailure',
  'Failed',
  'FailureTarget',
  'DisruptionTarget',
]);

const answers: Record<Condition['status'], string> = { True: 'yes', False: 'no', Unknown: 'not known yet' };

/** All conditions of an object, Ready first, then what is wrong, then the rest in the object's own order. */
export function conditionViews(object: KubeObject, state: ObjectState): ConditionView[] {
  const generation = object.metadata.generation;
  return conditionsOf(object)
    .map((condition) => ({ condition, shown: stateOf(condition, state) }))
    .toSorted((one, other) => rank(one.condition, one.shown) - rank(other.condition, other.shown))
    .map(({ condition, shown }) => ({
      state: shown,
      word: `${condition.type}: ${answers[condition.status]}`,
      reason: condition.reason,
      at: condition.since,
      message: messageOf(condition, generation),
    }));
}

function rank(condition: Condition, shown: ObjectState): number {
  if (condition.type === 'Ready') return 0;
  return shown === 'failing' || shown === 'stalled' ? 1 : 2;
}

function stateOf({ type, status }: Condition, state: ObjectState): ObjectState {
  if (type === 'Reconciling') return status === 'True' ? 'reconciling' : 'none';
  if (type === 'ArtifactOutdated') return status === 'True' ? 'reconciling' : 'none';
  if (type === 'Stalled') return status === 'True' ? 'stalled' : 'none';
  if (abnormal.has(type)) return status === 'True' ? 'failing' : 'none';
  if (status === 'True') return 'ready';
  if (status === 'Unknown') return 'reconciling';
  return type === 'Ready' && state === 'waiting' ? 'waiting' : 'failing';
}

function messageOf({ message, observedGeneration }: Condition, generation: number | undefined): string | undefined {
  const text = message === undefined ? undefined : maskText(message).trim();
  if (generation === undefined || observedGeneration === undefined || observedGeneration >= generation) return text;
  const old = `Said of generation ${observedGeneration}; the spec is at generation ${generation}.`;
  return text === undefined ? old : `${text} (${old})`;
}
