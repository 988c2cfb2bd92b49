import type { ObjectState } from './summary.ts';
import { objectStates } from './summary.ts';

/** How many objects are in each state; every state is there. */
export type StateCounts = Record<ObjectState, number>;

export function noCounts(): StateCounts {
  return Object.fromEntries(objectStates.map((state) => [state, 0])) as StateCounts;
}

export function totalOf(counts: StateCounts): number {
  return objectStates.reduce((sum, state) => sum + counts[state], 0);
}

/** Failing, also while suspended, and those that gave up. */
export function failingOf(counts: StateCounts): number {
  return counts.failing + counts.stalled + counts['suspended-failing'];
}

/** Several counts as one. */
export function addCounts(all: readonly StateCounts[]): StateCounts {
  const sum = noCounts();
  for (const counts of all) for (const state of objectStates) sum[state] += counts[state];
  return sum;
}
