import { expect, test } from 'vitest';
import type { KubeObject } from './requests.ts';
import { groupByKind, planObject, statusFor, withReferences } from './seed-plan.ts';

const kustomization = (generation: number, observedGeneration: number): KubeObject => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: {
    name: 'shop',
    namespace: 'team-checkout',
    uid: 'u1',
    resourceVersion: '',
    generation,
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { team: 'checkout' },
  },
  spec: { interval: '5m' },
  status: { observedGeneration },
});

test('what the server decides is taken out, and Flux objects get the label that keeps controllers away', () => {
  const plan = planObject(kustomization(3, 3));
  expect(plan.object.metadata).toEqual({
    name: 'shop',
    namespace: 'team-checkout',
    labels: { team: 'checkout', 'sharding.fluxcd.io/key': 'none' },
  });
  expect(plan.object).not.toHaveProperty('status');
  expect(plan).toMatchObject({ uid: 'u1', generation: 3, behind: false, terminating: false });
});

test('other objects get no label', () => {
  const plan = planObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'search' } });
  expect(plan.object.metadata).toEqual({ name: 'search' });
});

test('an older observed generation is behind; one that was never observed is not', () => {
  expect(planObject(kustomization(4, 2)).behind).toBe(true);
  expect(planObject(kustomization(4, -1)).behind).toBe(false);
});

test('what is being deleted is created first', () => {
  const object = kustomization(1, 1);
  object.metadata['deletionTimestamp'] = '2026-01-02T00:00:00Z';
  object.metadata['finalizers'] = ['finalizers.fluxcd.io'];
  const plan = planObject(object);
  expect(plan.terminating).toBe(true);
  expect(plan.object.metadata['finalizers']).toEqual(['finalizers.fluxcd.io']);
  expect(plan.object.metadata).not.toHaveProperty('deletionTimestamp');
});

test('generations in the status are counted as the server counts', () => {
  const status = {
    observedGeneration: 6,
    lastAttemptedGeneration: 7,
    conditions: [{ type: 'Ready', observedGeneration: -1 }],
    failures: 7,
  };
  expect(statusFor(status, 7, 2)).toEqual({
    observedGeneration: 1,
    lastAttemptedGeneration: 2,
    conditions: [{ type: 'Ready', observedGeneration: -1 }],
    failures: 7,
  });
});

test('owners and events point at the objects as the server named them; unknown owners are dropped', () => {
  const uids = new Map([['invented', 'real']]);
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      ownerReferences: [
        { name: 'known', uid: 'invented' },
        { name: 'unknown', uid: 'other' },
      ],
    },
  };
  expect(withReferences(pod, uids).metadata['ownerReferences']).toEqual([{ name: 'known', uid: 'real' }]);

  const event: KubeObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', name: 'p', uid: 'invented', resourceVersion: '7' },
  };
  expect(withReferences(event, uids)['involvedObject']).toEqual({ kind: 'Pod', name: 'p', uid: 'real' });
});

test('neighbours of one kind form a group, in the given order', () => {
  const kinds = ['Namespace', 'Namespace', 'Secret', 'Namespace'];
  const plans = kinds.map((kind) => planObject({ apiVersion: 'v1', kind, metadata: { name: 'x' } }));
  expect(groupByKind(plans).map((group) => group.map(({ object }) => object.kind))).toEqual([
    ['Namespace', 'Namespace'],
    ['Secret'],
    ['Namespace'],
  ]);
});
