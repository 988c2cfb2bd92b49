import { expect, test } from 'vitest';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import { parseFilter } from './filter.ts';
import { kustomization } from './kinds/kustomization.ts';
import { gitRepository } from './kinds/git-repository.ts';
import { bucket } from './kinds/bucket.ts';
import { referenceTo } from './references.ts';
import { selectPage } from './select-page.ts';
import { look } from './sight.ts';
import { fluxObject } from './testing/situations.ts';
import { dependentsOf } from './used-by.ts';
import { fluxWatches } from './watches.ts';

const fleet = fluxObject('GitRepository', 'fleet', { metadata: { namespace: 'flux-system' } });
const tenant = { name: 'kim', groups: ['shop'] };

function app(name: string, namespace: string) {
  return fluxObject('Kustomization', name, {
    metadata: { namespace },
    spec: { sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' } },
  });
}

function clusterOf(allow: (namespace: string | undefined, resource: string) => boolean) {
  return fakeCluster({
    watches: fluxWatches,
    objects: [fleet, app('cart', 'shop'), app('player', 'media')],
    absent: [{ group: bucket.group, resource: bucket.plural }],
    allow: (_, rule) => allow(rule.namespace, rule.resource),
  });
}

test('all kinds at once, each with its own scope; what is not served has nothing and needs nothing', async () => {
  const cluster = clusterOf((namespace) => namespace === 'shop');
  const sight = await look(cluster, tenant);
  expect([...(sight.of(kustomization)?.entries ?? [])].map(({ key }) => key)).toEqual(['shop/cart']);
  expect(sight.entry(referenceTo(app('cart', 'shop')))?.key).toBe('shop/cart');
  expect(sight.entry(referenceTo(app('player', 'media')))).toBeUndefined();
  expect(sight.entry(referenceTo(fleet))).toBeUndefined();
  expect(sight.entry({ group: 'example.com', kind: 'Kustomization', namespace: 'shop', name: 'cart' })).toBeUndefined();
  expect([...(sight.of(bucket)?.entries ?? [])]).toEqual([]);
  expect(sight.asOf).toBeInstanceOf(Date);
  await cluster.close();
});

test('looking at a part asks for rights of that part only', async () => {
  const cluster = clusterOf(() => true);
  await look(cluster, tenant, [gitRepository]);
  expect(new Set(cluster.asked.map(({ rule }) => rule.resource))).toEqual(new Set(['gitrepositories']));
  await cluster.close();
});

test('dependents and lists follow a living cluster, also after its connection was lost', async () => {
  const cluster = clusterOf(() => true);
  const users = async () => dependentsOf(await look(cluster, tenant), referenceTo(fleet)).map(({ entry }) => entry.key);
  const listed = async () => {
    const seen = (await look(cluster, tenant)).of(kustomization);
    if (seen === undefined) throw new Error('Kustomizations are not seen');
    const filter = parseFilter(new URLSearchParams({ sort: 'name' }), kustomization);
    return selectPage(seen.entries, filter, kustomization, new Date(), seen).rows.map(({ key }) => key);
  };
  expect(await users()).toEqual(['media/player', 'shop/cart']);
  expect(await listed()).toEqual(['shop/cart', 'media/player']);
  cluster.loseConnection();
  cluster.remove(app('player', 'media'));
  cluster.regainConnection();
  cluster.set(app('api', 'shop'));
  expect(await users()).toEqual(['shop/api', 'shop/cart']);
  expect(await listed()).toEqual(['shop/api', 'shop/cart']);
  await cluster.close();
});
