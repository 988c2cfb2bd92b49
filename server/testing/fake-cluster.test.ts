import { expect, test } from 'vitest';
import type { Change, WatchDefinition } from '../kube/cluster.ts';
import { getVisible, visible } from '../kube/visible.ts';
import { fakeCluster } from './fake-cluster.ts';

const kustomizations: WatchDefinition<string> = {
  group: 'kustomize.toolkit.fluxcd.io',
  resource: 'kustomizations',
  kind: 'Kustomization',
  namespaced: true,
  versions: ['v1', 'v1beta2'],
  summarize: (object) => `${object.metadata.name} at ${object.metadata.generation}`,
};

function kustomization(namespace: string, name: string) {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace, name },
    spec: { suspend: false },
  };
}

const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/apps/kustomizations/shop';

test('holds what is set and tells of changes', () => {
  const cluster = fakeCluster({ watches: [kustomizations], objects: [kustomization('apps', 'shop')] });
  const changes: Change[] = [];
  cluster.onChange((change) => changes.push(change));
  cluster.set(kustomization('apps', 'till'));
  cluster.remove(kustomization('apps', 'shop'));
  expect(changes.map((change) => [change.type, change.entry?.key])).toEqual([
    ['added', 'apps/till'],
    ['deleted', 'apps/shop'],
  ]);
  expect(cluster.collection(kustomizations).size).toBe(1);
  expect(cluster.ready()).toEqual({ ok: true, waitingFor: [] });
});

test('a merge patch changes the object, its generation and its summary', async () => {
  const cluster = fakeCluster({ watches: [kustomizations], objects: [kustomization('apps', 'shop')] });
  const body = { metadata: { annotations: { note: 'x' } }, spec: { suspend: true } };
  await cluster.client.json({ method: 'PATCH', path, body });
  const entry = cluster.collection<string>(kustomizations).get('apps', 'shop');
  expect(entry?.object.spec).toEqual({ suspend: true });
  expect(entry?.object.metadata.annotations).toEqual({ note: 'x' });
  expect(entry?.summary).toBe('shop at 2');
  expect(cluster.requests).toEqual([{ method: 'PATCH', path, body }]);
});

test('a merge patch removes what is null and refuses an old resourceVersion', async () => {
  const cluster = fakeCluster({ watches: [kustomizations], objects: [kustomization('apps', 'shop')] });
  await cluster.client.json({ method: 'PATCH', path, body: { spec: { suspend: null } } });
  expect(cluster.collection(kustomizations).get('apps', 'shop')?.object.spec).toEqual({});
  const body = { metadata: { resourceVersion: '1' } };
  await expect(cluster.client.json({ method: 'PATCH', path, body })).rejects.toMatchObject({ kind: 'conflict' });
});

test('refuses what is not allowed and does not know what is not there', async () => {
  const cluster = fakeCluster({
    watches: [kustomizations],
    objects: [kustomization('apps', 'shop')],
    allow: (_identity, rule) => rule.verb !== 'patch',
  });
  await expect(cluster.client.json({ method: 'PATCH', path, body: {} })).rejects.toMatchObject({
    kind: 'forbidden',
    missing: [{ verb: 'patch', resource: 'kustomizations', namespace: 'apps', name: 'shop' }],
  });
  await expect(cluster.client.json({ path: `${path}s` })).rejects.toMatchObject({ kind: 'not_found' });
});

test('shows each asker their namespaces only', async () => {
  const cluster = fakeCluster({
    watches: [kustomizations],
    objects: [kustomization('apps', 'shop'), kustomization('infra', 'ingress')],
    allow: (identity, rule) => identity.name === 'admin' || rule.namespace === 'apps',
  });
  const tenant = { name: 'tenant', groups: [], impersonate: { user: 'tenant', groups: [] } };
  const admin = { name: 'admin', groups: [] };
  expect([...(await visible(cluster, kustomizations, tenant)).entries].map((entry) => entry.key)).toEqual([
    'apps/shop',
  ]);
  expect([...(await visible(cluster, kustomizations, admin)).entries]).toHaveLength(2);
  expect((await getVisible(cluster, kustomizations, tenant, 'apps', 'shop')).key).toBe('apps/shop');
  await expect(getVisible(cluster, kustomizations, tenant, 'infra', 'ingress')).rejects.toMatchObject({
    kind: 'forbidden',
  });
  await expect(getVisible(cluster, kustomizations, tenant, 'infra', 'none')).rejects.toMatchObject({
    kind: 'forbidden',
  });
  await expect(getVisible(cluster, kustomizations, admin, 'infra', 'none')).rejects.toMatchObject({
    kind: 'not_found',
  });
});

test('a lost connection makes collections stale, with their age', async () => {
  const cluster = fakeCluster({ watches: [kustomizations], objects: [kustomization('apps', 'shop')] });
  const since = new Date('2026-02-03T04:05:06Z');
  cluster.loseConnection('Nothing answers.', since);
  const seen = await visible(cluster, kustomizations, cluster.self);
  expect(seen.problems).toEqual([{ kind: 'stale', subject: 'Kustomizations', message: 'Nothing answers.', since }]);
  expect([...seen.entries]).toHaveLength(1);
  cluster.regainConnection();
  expect((await visible(cluster, kustomizations, cluster.self)).problems).toEqual([]);
});
