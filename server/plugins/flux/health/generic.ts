import type { KubeObject } from '../../../kube/object.ts';
import { maskText } from '../../../mask-credentials.ts';
import { conditionsOf } from '../conditions.ts';
import type { Condition } from '../conditions.ts';
import { numberAt, textAt } from '../read.ts';
import { current, failed, healthAs, inProgress } from './health.ts';
import type { Health } from './health.ts';

/** A message of a condition or an event as it may be shown. */
export function shown(message: string | undefined): string | undefined {
  return message === undefined ? undefined : maskText(message).trim();
}

/** The condition of a type. */
export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** The first sentence or line of a message, cut to what fits a row. */
export function brief(message: string, longest = 110): string {
  const line = (message.split(/\n|(?<=\w)\. /)[0] ?? '').trim();
  return line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line;
}

/**
 * What holds for every kind before its own rules: deletion, a generation nobody has seen, and the conditions
 * `Reconciling` and `Stalled`. Undefined: the kind's own rules decide.
 */
export function healthOfAny(object: KubeObject): Health | undefined {
  const { deletionTimestamp, finalizers = [], generation } = object.metadata;
  if (deletionTimestamp !== undefined) {
    const held = finalizers.length === 0 ? '' : `, held by ${finalizers.join(', ')}`;
    return healthAs('Terminating', `is being deleted${held}`);
  }
  const seen = numberAt(object, 'status', 'observedGeneration');
  if (generation !== undefined && seen !== undefined && seen < generation)
    return inProgress('its controller has not seen the latest change', { reason: 'LatestGenerationNotObserved' });
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True') {
    const detail = shown(stalled.message);
    return failed(detail === undefined ? 'has given up' : brief(detail), {
      reason: stalled.reason,
      detail,
      state: 'stalled',
    });
  }
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status !== 'True') return undefined;
  const ready = conditionOf(object, 'Ready');
  const detail = shown(ready?.status === 'False' ? ready.message : reconciling.message);
  const reason = ready?.status === 'False' ? ready.reason : reconciling.reason;
  return inProgress(detail === undefined ? 'is on its way' : brief(detail), { reason, detail });
}

/** Kinds without rules of their own: the condition `Ready` where there is one, else being there is enough. */
export function healthByReady(object: KubeObject): Health {
  const ready = conditionOf(object, 'Ready') ?? conditionOf(object, 'Available');
  if (ready === undefined) return current('', { reason: textAt(object, 'status', 'phase') });
  const detail = shown(ready.message);
  const told = { reason: ready.reason, detail };
  if (ready.status === 'True') return current('ready', told);
  if (ready.status === 'Unknown')
    return inProgress(detail === undefined ? 'not known yet to be ready' : brief(detail), told);
  const says = detail === undefined ? (ready.reason ?? '') : brief(detail);
  return inProgress(says === '' ? 'not ready' : `not ready: ${says}`, { ...told, state: 'waiting' });
}
