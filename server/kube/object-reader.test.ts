import { expect, test } from 'vitest';
import { fakeCluster } from '../testing/fake-cluster.ts';
import type { FakeCluster, FakeClusterOptions, PartialObject } from '../testing/fake-cluster.ts';
import type { Identity } from './identity.ts';
import type { ServedResource } from './object.ts';
import { objectReader } from './object-reader.ts';

const deployments: ServedResource = {
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  kind: 'Deployment',
  namespaced: true,
};
const secrets: ServedResource = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true };
const asker: Identity = { name: 'ann', groups: [], impersonate: { user: 'ann', groups: [] } };
const other: Identity = { name: 'bob', groups: [], impersonate: { user: 'bob', groups: [] } };
const whole = () => 'whole' as const;

function deployment(name: string): PartialObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name }, spec: { replicas: 1 } };
}

function clusterOf(objects: PartialObject[], allow?: FakeClusterOptions['allow']): FakeCluster {
  const options = { watches: [], served: [deployments, secrets], objects };
  return fakeCluster(allow === undefined ? options : { ...options, allow });
}

const at = (name: string) => ({ resource: deployments, namespace: 'shop', name });

test('three or more of a kind in a namespace come as one list, fewer one by one; the order stays', async () => {
  const names = ['a', 'b', 'c'];
  const many = clusterOf(names.map(deployment));
  const readings = await objectReader(many).getMany(asker, [...names, 'missing'].map(at), whole);
  expect(readings.map(({ found }) => found?.metadata.name)).toEqual(['a', 'b', 'c', undefined]);
  expect(many.requests.map(({ path, as }) => [path, as?.name])).toEqual([
    ['/apis/apps/v1/namespaces/shop/deployments', 'ann'],
  ]);
  expect(many.requests[0]?.query).toEqual({ limit: '500' });

  const few = clusterOf(names.map(deployment));
  await objectReader(few).getMany(asker, [at('a'), at('missing')], whole);
  expect(few.requests.map(({ path }) => path)).toEqual([
    '/apis/apps/v1/namespaces/shop/deployments/a',
    '/apis/apps/v1/namespaces/shop/deployments/missing',
  ]);
});

test('an answer serves the same asker for some seconds, and nobody else', async () => {
  const cluster = clusterOf([deployment('a')]);
  const reader = objectReader(cluster);
  expect(objectReader(cluster)).toBe(reader);
  const [first, second] = await Promise.all([reader.get(asker, at('a')), reader.get(asker, at('a'))]);
  expect(second.found).toBe(first.found);
  expect(cluster.requests).toHaveLength(1);
  await reader.get(other, at('a'));
  expect(cluster.requests.map(({ as }) => as?.name)).toEqual(['ann', 'bob']);
});

test('who may read single objects but not list gets them one by one; who may neither gets the refusal', async () => {
  const names = ['a', 'b', 'c'];
  const noList = clusterOf(names.map(deployment), (_identity, { verb }) => verb !== 'list');
  const read = await objectReader(noList).getMany(asker, names.map(at), whole);
  expect(read.map(({ found }) => found?.metadata.name)).toEqual(names);
  const nothing = clusterOf(names.map(deployment), () => false);
  const refused = await objectReader(nothing).getMany(asker, names.map(at), whole);
  expect(refused.map(({ error }) => error?.kind)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  expect(nothing.requests).toHaveLength(1);
});

test('pages of a list are read to the end', async () => {
  const cluster = clusterOf([]);
  cluster.answer(({ query }) => {
    const items = [deployment(query?.['continue'] === undefined ? 'a' : 'b')];
    return { metadata: { continue: query?.['continue'] === undefined ? 'next' : '' }, items };
  });
  const listing = await objectReader(cluster).list(asker, deployments, 'shop');
  expect(listing.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Deployment a',
    'Deployment b',
  ]);
});

test('a Secret is read without its values, several by their metadata only', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'shop', name: 'db' },
    data: { password: 'aHVudGVyMg==' },
  };
  const cluster = clusterOf([secret]);
  const reader = objectReader(cluster);
  const { found } = await reader.get(asker, { resource: secrets, namespace: 'shop', name: 'db' });
  expect(found?.['data']).toEqual({ password: '***' });
  const listing = await reader.list(asker, secrets, 'shop');
  expect(cluster.requests[1]?.accept).toContain('PartialObjectMetadataList');
  expect(JSON.stringify([found, listing])).not.toContain('aHVudGVyMg');
});
