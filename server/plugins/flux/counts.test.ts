import { expect, test } from 'vitest';
import { addCounts, failingOf, noCounts, totalOf } from './counts.ts';
import { objectStates } from './summary.ts';

test('counts know every state, and add up', () => {
  expect(Object.keys(noCounts())).toEqual([...objectStates]);
  const some = { ...noCounts(), failing: 2, stalled: 1, 'suspended-failing': 1, suspended: 5, ready: 7 };
  expect(totalOf(some)).toBe(16);
  expect(failingOf(some)).toBe(4);
  const both = addCounts([some, { ...noCounts(), ready: 3 }]);
  expect(totalOf(both)).toBe(19);
  expect(both.ready).toBe(10);
  expect(some.ready).toBe(7);
});
