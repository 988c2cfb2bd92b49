import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { Change, WatchDefinition } from './cluster.ts';
import { keyOf, type KubeObject } from './object.ts';
import { createStore } from './store.ts';

const definition: WatchDefinition<string> = {
  group: 'example.org',
  resource: 'things',
  kind: 'Thing',
  namespaced: true,
  versions: ['v1'],
  summarize: nameAndVersion,
};

function nameAndVersion(object: KubeObject): string {
  return `${object.metadata.name}@${object.metadata.resourceVersion}`;
}

function thing(namespace: string, name: string, resourceVersion = '1', metadata: object = {}): KubeObject {
  return {
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    metadata: { namespace, name, uid: `uid-${namespace}-${name}`, resourceVersion, ...metadata },
  };
}

function storeWithChanges(summarize = vi.fn<WatchDefinition<string>['summarize']>(nameAndVersion)) {
  const store = createStore({ ...definition, summarize }, pino({ level: 'silent' }));
  const changes: Change<string>[] = [];
  store.collection.onChange((change) => changes.push(change));
  return { store, changes, summarize };
}

test('keeps objects by namespace and name', () => {
  const { store } = storeWithChanges();
  for (const object of [thing('a', 'x'), thing('a', 'y'), thing('b', 'x')]) store.put(object);
  const { collection } = store;
  expect(collection.size).toBe(3);
  expect(collection.get('b', 'x')).toMatchObject({ key: 'b/x', summary: 'x@1' });
  expect(collection.get('b', 'y')).toBeUndefined();
  expect([...collection.inNamespace('a')].map((entry) => entry.key)).toEqual(['a/x', 'a/y']);
  expect([...collection.inNamespace('nowhere')]).toEqual([]);
  expect([...collection.entries()]).toHaveLength(3);
  expect(collection.namespaces()).toEqual(['a', 'b']);
  store.remove(thing('b', 'x'));
  expect(collection.namespaces()).toEqual(['a']);
});

test('keeps objects without a namespace', () => {
  const { store } = storeWithChanges();
  const { namespace: _namespace, ...metadata } = thing('', 'node').metadata;
  store.put({ apiVersion: 'v1', kind: 'Thing', metadata });
  expect(store.collection.get(undefined, 'node')?.key).toBe('/node');
  expect(store.collection.namespaces()).toEqual([]);
});

test('tells of each change with the entry before and after', () => {
  const { store, changes } = storeWithChanges();
  store.put(thing('a', 'x', '1'));
  store.put(thing('a', 'x', '2'));
  store.remove(thing('a', 'x', '3'));
  store.remove(thing('a', 'x', '3'));
  expect(changes.map(({ type, entry, previous }) => [type, entry?.summary, previous?.summary])).toEqual([
    ['added', 'x@1', undefined],
    ['modified', 'x@2', 'x@1'],
    ['deleted', 'x@2', 'x@2'],
  ]);
});

test('a list replaces by difference: what is the same is neither told nor summarized again', () => {
  const { store, changes, summarize } = storeWithChanges();
  for (const object of [thing('a', 'same'), thing('a', 'changed'), thing('b', 'gone')]) store.put(object);
  changes.length = 0;
  summarize.mockClear();
  const listed = [thing('a', 'same'), thing('a', 'changed', '2'), thing('c', 'new')];
  for (const object of listed) store.put(object);
  store.retain(new Set(listed.map(keyOf)));
  expect(changes.map(({ type, entry }) => [type, entry?.key])).toEqual([
    ['modified', 'a/changed'],
    ['added', 'c/new'],
    ['deleted', 'b/gone'],
  ]);
  expect(summarize).toHaveBeenCalledTimes(2);
});

test('an object created anew under the same name and version is a change', () => {
  const { store, changes } = storeWithChanges();
  store.put(thing('a', 'x'));
  store.put(thing('a', 'x', '1', { uid: 'another' }));
  expect(changes.map(({ type }) => type)).toEqual(['added', 'modified']);
});

test('retaining in one namespace leaves the others alone', () => {
  const { store } = storeWithChanges();
  for (const object of [thing('a', 'x'), thing('a', 'y'), thing('b', 'x')]) store.put(object);
  store.retain(new Set(['a/x']), 'a');
  expect([...store.collection.entries()].map((entry) => entry.key)).toEqual(['a/x', 'b/x']);
});

test('drops managedFields and the last-applied annotation, and nothing else', () => {
  const { store } = storeWithChanges();
  const object = thing('a', 'x', '1', {
    managedFields: [{ manager: 'kubectl' }],
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' },
  });
  store.put({ ...object, data: { key: 'value' } });
  expect(store.collection.get('a', 'x')?.object).toEqual({
    ...thing('a', 'x', '1', { annotations: { note: 'kept' } }),
    data: { key: 'value' },
  });
  store.put(thing('a', 'x', '2', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }));
  expect(store.collection.get('a', 'x')?.object.metadata).not.toHaveProperty('annotations');
});

test('the version grows with every change and stays without one', () => {
  const { store } = storeWithChanges();
  const versions = [store.collection.version];
  const steps = [
    () => store.put(thing('a', 'x')),
    () => store.become({ state: 'live', asOf: new Date(1) }),
    () => store.remove(thing('a', 'x')),
  ];
  for (const step of steps) {
    step();
    versions.push(store.collection.version);
  }
  expect(versions).toEqual(versions.toSorted((left, right) => left - right));
  expect(new Set(versions).size).toBe(4);
  store.put(thing('a', 'y'));
  const before = store.collection.version;
  store.put(thing('a', 'y'));
  store.become({ state: 'live', asOf: new Date(2) });
  expect(store.collection.version).toBe(before);
  expect(store.collection.asOf).toEqual(new Date(2));
});

test('a listener that throws does not keep others from hearing; one that left hears nothing', () => {
  const { store, changes } = storeWithChanges();
  const left = vi.fn<() => void>();
  const leave = store.collection.onChange(left);
  leave();
  store.collection.onChange(() => {
    throw new Error('broken listener');
  });
  const after = vi.fn<() => void>();
  store.collection.onChange(after);
  store.put(thing('a', 'x'));
  expect(changes).toHaveLength(1);
  expect(after).toHaveBeenCalledOnce();
  expect(left).not.toHaveBeenCalled();
});

test('an object that cannot be summarized is left out and the others are kept', () => {
  const { store } = storeWithChanges(
    vi.fn<WatchDefinition<string>['summarize']>((object) => {
      if (object.metadata.name === 'broken') throw new Error('cannot read this');
      return 'fine';
    }),
  );
  store.put(thing('a', 'broken'));
  store.put(thing('a', 'x'));
  expect([...store.collection.entries()].map((entry) => entry.key)).toEqual(['a/x']);
});
