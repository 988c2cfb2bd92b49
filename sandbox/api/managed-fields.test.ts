import { expect, test } from 'vitest';
import type { KubeObject } from '../../server/kube/object.ts';
import { builtInTopology, customTopology } from './list-topology.ts';
import { applied, managedAfterUpdate } from './managed-fields.ts';
import { mergePatch } from './merge-patch.ts';

const by = (manager: string) => ({
  manager,
  apiVersion: 'example.com/v1',
  time: '2026-01-01T00:00:00Z',
  topology: customTopology,
});

function thing(spec: Record<string, unknown>, labels?: Record<string, string>): KubeObject {
  return {
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name: 'one', uid: '1', resourceVersion: '1', ...(labels && { labels }) },
    spec,
  };
}

test('a merge patch removes by null, merges objects and replaces lists', () => {
  const target = { a: { b: 1, c: [1, 2] }, d: 1 };
  expect(mergePatch(target, { a: { b: null, c: [3] }, d: { e: null } })).toEqual({ a: { c: [3] }, d: {} });
  expect(target).toEqual({ a: { b: 1, c: [1, 2] }, d: 1 });
});

test('an apply removes what its manager no longer says, but nothing of others', () => {
  const first = applied(undefined, thing({ path: './a', timeout: '1m', list: [1] }), by('flux'), false);
  const shared = applied(first, thing({ timeout: '1m' }), by('other'), false);
  const second = applied(shared, thing({ path: './b' }), by('flux'), false);
  expect(second.spec).toEqual({ path: './b', timeout: '1m' });
});

test("another manager's field is a conflict, unless the value is the same or it is forced", () => {
  const first = applied(undefined, thing({ path: './a' }), by('flux'), false);
  expect(() => applied(first, thing({ path: './b' }), by('other'), false)).toThrow(
    'Apply failed with 1 conflict: conflict with "flux": .spec.path',
  );
  expect(applied(first, thing({ path: './a' }), by('other'), false).spec).toEqual({ path: './a' });
  const forced = applied(first, thing({ path: './b' }), by('other'), true);
  expect(forced.spec).toEqual({ path: './b' });
  expect(forced.metadata['managedFields']).toMatchObject([{ manager: 'other', operation: 'Apply' }]);
});

test('an update takes over the fields it changes', () => {
  const first = managedAfterUpdate(undefined, thing({ path: './a', suspend: false }), by('kubectl'));
  const next = { ...first, spec: { path: './a', suspend: true } };
  const second = managedAfterUpdate(first, next, by('sluice'));
  expect(second.metadata['managedFields']).toMatchObject([
    { manager: 'kubectl', fieldsV1: { 'f:spec': { 'f:path': {} } } },
    { manager: 'sluice', fieldsV1: { 'f:spec': { 'f:suspend': {} } } },
  ]);
  expect(() => applied(second, thing({ suspend: false }), by('flux'), false)).toThrow(
    'conflict with "sluice" using example.com/v1: .spec.suspend',
  );
});

test('what changes nothing leaves the managers alone', () => {
  const first = applied(undefined, thing({ path: './a' }), by('flux'), false);
  const later = { ...by('flux'), time: '2026-02-02T00:00:00Z' };
  expect(applied(first, thing({ path: './a' }), later, false)).toEqual(first);
  expect(managedAfterUpdate(first, { ...first }, later)).toEqual(first);
});

test('containers are merged by their names, and who is forced out of one keeps the others', () => {
  const pod = (...containers: object[]) => thing({ containers });
  const on = (manager: string) => ({ ...by(manager), topology: builtInTopology });
  const first = applied(undefined, pod({ name: 'web', image: 'web:1' }), on('flux'), false);
  const edited = {
    ...first,
    spec: {
      containers: [
        { name: 'web', image: 'web:9' },
        { name: 'debug', image: 'sh' },
      ],
    },
  };
  const live = managedAfterUpdate(first, edited, on('kubectl-edit'));
  expect(() => applied(live, pod({ name: 'web', image: 'web:1' }), on('flux'), false)).toThrow(
    'conflict with "kubectl-edit" using example.com/v1: .spec.containers[name="web"].image',
  );
  const forced = applied(live, pod({ name: 'web', image: 'web:1' }), on('flux'), true);
  expect(forced.spec).toEqual({
    containers: [
      { name: 'web', image: 'web:1' },
      { name: 'debug', image: 'sh' },
    ],
  });
  const another = applied(forced, pod({ name: 'api', image: 'api:1' }), on('flux'), true);
  expect(another.spec).toEqual({
    containers: [
      { name: 'api', image: 'api:1' },
      { name: 'debug', image: 'sh' },
    ],
  });
});
