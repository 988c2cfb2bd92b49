import { expect, test } from 'vitest';
import type { KubeObject } from '../../server/kube/object.ts';
import { conditionsOf, mergeDifference, withConditions } from './status.ts';

const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'Any',
  metadata: { name: 'any', uid: '', resourceVersion: '1', generation: 3 },
};
const early = new Date('2026-05-04T10:00:00Z');
const late = new Date('2026-05-04T11:00:00Z');
const ready = { type: 'Ready', status: 'True' as const, reason: 'Succeeded', message: 'fine' };

test('conditions stand in the order of the Flux controllers', () => {
  const status = withConditions({}, object, early, [
    ready,
    { ...ready, type: 'ArtifactInStorage' },
    { ...ready, type: 'Stalled' },
    { ...ready, type: 'Healthy' },
  ]);
  expect(conditionsOf(status).map((each) => each.type)).toEqual(['Stalled', 'Ready', 'ArtifactInStorage', 'Healthy']);
});

test('a condition keeps its time while it says the same', () => {
  const first = withConditions({}, object, early, [ready]);
  const same = withConditions(first, object, late, [ready]);
  const other = withConditions(first, object, late, [{ ...ready, message: 'other' }]);
  expect(conditionsOf(same)[0]?.lastTransitionTime).toBe('2026-05-04T10:00:00Z');
  expect(conditionsOf(other)[0]).toMatchObject({ lastTransitionTime: '2026-05-04T11:00:00Z', observedGeneration: 3 });
});

test('conditions can be taken away, the others stay', () => {
  const status = withConditions({}, object, early, [ready, { ...ready, type: 'Reconciling' }]);
  expect(conditionsOf(withConditions(status, object, late, [], ['Reconciling'])).map((each) => each.type)).toEqual([
    'Ready',
  ]);
});

test('a merge difference says what to set and what to remove', () => {
  const before = { same: 1, gone: 2, nested: { same: 1, gone: 2 }, list: [1, 2] };
  const after = { same: 1, nested: { same: 1, fresh: 3 }, list: [2] };
  expect(mergeDifference(before, after)).toEqual({ gone: null, nested: { gone: null, fresh: 3 }, list: [2] });
  expect(mergeDifference(before, { ...before })).toBeUndefined();
});
