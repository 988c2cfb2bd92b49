import type { KubeObject } from '../../server/kube/object.ts';
import type { Condition } from '../company/conditions.ts';
import { instant } from '../company/time.ts';

export type Status = Record<string, unknown>;

export interface NewCondition {
  type: string;
  status: Condition['status'];
  reason: string;
  message: string;
}

export function conditionsOf(status: Status): Condition[] {
  return Array.isArray(status['conditions']) ? (status['conditions'] as Condition[]) : [];
}

/** Reconciling and Stalled first, then Ready, then the rest by name: the order of the Flux controllers. */
function place(type: string): string {
  if (type === 'Reconciling' || type === 'Stalled') return `0${type}`;
  return type === 'Ready' ? '1' : `2${type}`;
}

/**
 * A status in which these conditions are set and the ones named in `without` are gone. As in Flux a condition keeps its
 * time while status, reason and message stay the same.
 */
export function withConditions(
  status: Status,
  object: KubeObject,
  now: Date,
  set: readonly NewCondition[],
  without: readonly string[] = [],
): Status {
  const old = conditionsOf(status);
  const fresh = set.map((wanted): Condition => {
    const present = old.find((each) => each.type === wanted.type);
    const same =
      present?.status === wanted.status && present.reason === wanted.reason && present.message === wanted.message;
    return {
      lastTransitionTime: same ? present.lastTransitionTime : instant(now),
      message: wanted.message,
      observedGeneration: object.metadata.generation ?? 1,
      reason: wanted.reason,
      status: wanted.status,
      type: wanted.type,
    };
  });
  const types = new Set([...set.map((each) => each.type), ...without]);
  const kept = old.filter((each) => !types.has(each.type));
  const conditions = [...kept, ...fresh].toSorted((one, other) => (place(one.type) < place(other.type) ? -1 : 1));
  return { ...status, conditions };
}

/** A JSON merge patch that makes `after` out of `before`; undefined when there is nothing to do. */
export function mergeDifference(before: unknown, after: unknown): unknown {
  if (!isFields(before) || !isFields(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  }
  const patch: Record<string, unknown> = {};
  for (const field of Object.keys(before)) if (after[field] === undefined) patch[field] = null;
  for (const [field, value] of Object.entries(after)) {
    const difference = value === undefined ? undefined : mergeDifference(before[field], value);
    if (difference !== undefined) patch[field] = difference;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
