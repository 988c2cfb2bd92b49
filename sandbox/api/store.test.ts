import { expect, test } from 'vitest';
import type { KubeObject } from '../../server/kube/object.ts';
import { createStore, type Change } from './store.ts';

function thing(name: string, value = 1): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name, namespace: 'a', uid: name, resourceVersion: '' },
    spec: { value },
  };
}

const names = (objects: KubeObject[] | undefined) => objects?.map((object) => object.metadata.name);

test('every write has a version of its own, over all resources', () => {
  const store = createStore(10);
  expect(store.put('/things', thing('one')).metadata.resourceVersion).toBe('1');
  expect(store.put('/others', thing('one')).metadata.resourceVersion).toBe('2');
  expect(store.remove('/things', 'a/one')?.metadata.resourceVersion).toBe('3');
  expect(store.revision()).toBe(3);
});

test('lists come in the order of their keys, of one namespace if wanted', () => {
  const store = createStore(10);
  for (const name of ['b', 'a-1', 'a']) store.put('/things', thing(name));
  store.put('/things', { ...thing('z'), metadata: { ...thing('z').metadata, namespace: 'A' } });
  expect(names(store.list('/things'))).toEqual(['z', 'a', 'a-1', 'b']);
  expect(names(store.list('/things', 'a'))).toEqual(['a', 'a-1', 'b']);
});

test('the past can be listed until it is forgotten', () => {
  const store = createStore(10);
  store.put('/things', thing('kept'));
  store.put('/things', thing('changed', 1));
  store.put('/things', thing('deleted'));
  const then = store.revision();
  store.put('/things', thing('changed', 2));
  store.put('/things', thing('changed', 3));
  store.put('/things', thing('new'));
  store.remove('/things', 'a/deleted');

  const past = store.listAt('/things', then);
  expect(names(past)).toEqual(['changed', 'deleted', 'kept']);
  expect(past?.[0]?.spec).toEqual({ value: 1 });
  store.compact();
  expect(store.listAt('/things', then)).toBeUndefined();
  expect(store.changesSince('/things', then)).toBeUndefined();
  expect(store.changesSince('/things', store.revision())).toEqual([]);
});

test('as many writes are remembered as promised, at most twice as many', () => {
  const store = createStore(3);
  for (let round = 0; round < 20; round++) {
    store.put('/things', thing('one', round));
    expect(store.changesSince('/things', Math.max(0, store.revision() - 3))).toHaveLength(Math.min(3, round + 1));
    expect(store.revision() - store.compactedRevision()).toBeLessThanOrEqual(6);
  }
});

test('listeners hear of writes in their order, also of those a listener makes', () => {
  const store = createStore(10);
  const heard: string[] = [];
  const word = (change: Change) => `${change.type} ${change.object.metadata.name} ${change.revision}`;
  store.subscribe((change) => {
    if (change.object.metadata.name === 'one' && change.type === 'ADDED') store.put('/things', thing('two'));
  });
  const stop = store.subscribe((change) => heard.push(word(change)));
  store.put('/things', thing('one'));
  stop();
  store.remove('/things', 'a/one');
  expect(heard).toEqual(['ADDED one 1', 'ADDED two 2']);
});
