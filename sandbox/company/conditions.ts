/** A condition as the Flux controllers write it. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration: number;
}

type At = { at: string; generation: number };

export function condition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
  { at, generation }: At,
): Condition {
  return { lastTransitionTime: at, message, observedGeneration: generation, reason, status, type };
}

/** The condition of this type among conditions of any shape; undefined when there is none. */
export function conditionOf(status: Record<string, unknown> | undefined, type: string): Condition | undefined {
  const conditions = status?.['conditions'];
  if (!Array.isArray(conditions)) return undefined;
  return (conditions as Condition[]).find((each) => each.type === type);
}

/** How a reconciler stands. Durations count back from "now". */
export type Outcome =
  | { is: 'ready'; since: string }
  /** Tried and failed: first so long ago (`since`), last so long ago (`last`). `applied`: it had worked before. */
  | { is: 'failing'; reason: string; message: string; since: string; last: string; applied: boolean; checked?: string }
  /** Given up until something changes. */
  | { is: 'stalled'; reason: string; message: string; stalledReason: string; stalledMessage: string; since: string }
  | { is: 'progressing'; message: string; since: string }
  /** A prerequisite is not ready: `'namespace/name'`. */
  | { is: 'waiting'; on: string; since: string }
  /** No controller has looked at it yet. */
  | { is: 'new' };

export const ready = (since = '4m'): Outcome => ({ is: 'ready', since });

export function failing(
  reason: string,
  message: string,
  times: { since?: string; last?: string; applied?: boolean } = {},
): Outcome {
  return {
    is: 'failing',
    reason,
    message,
    since: times.since ?? '2h14m',
    last: times.last ?? '48s',
    applied: times.applied ?? true,
  };
}
