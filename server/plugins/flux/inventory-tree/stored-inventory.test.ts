import { expect, test } from 'vitest';
import type { AccessRule } from '../../../errors.ts';
import type { ServedResource } from '../../../kube/object.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { storedSecret } from '../../helm/testing/stored.ts';
import { look } from '../sight.ts';
import { fluxWatches } from '../watches.ts';
import { inventoryTree } from './read-tree.ts';

const core = (kind: string, resource: string, namespaced = true): ServedResource => ({
  group: '',
  version: 'v1',
  resource,
  kind,
  namespaced,
});
const served = [core('Secret', 'secrets'), core('ConfigMap', 'configmaps'), core('Namespace', 'namespaces', false)];

const manifest = ['ConfigMap', 'Namespace']
  .map((kind) => `---\napiVersion: v1\nkind: ${kind}\nmetadata:\n  name: settings\n`)
  .join('');

const release = (status: Record<string, unknown>): PartialObject => ({
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {},
  status,
});

const history = [{ name: 'web', version: 2 }];

async function treeOf(
  helmRelease: PartialObject,
  objects: readonly PartialObject[],
  allow = (_rule: AccessRule) => true,
) {
  const cluster = fakeCluster({
    watches: fluxWatches,
    served,
    objects: [...objects, helmRelease],
    allow: (_identity, rule) => allow(rule),
  });
  const identity = { name: 'ada', groups: [] };
  const object = cluster.set(helmRelease);
  const sight = await look(cluster, identity);
  return inventoryTree({ cluster, identity, object, sight, now: new Date('2026-11-21T10:00:00Z') });
}

const settings: PartialObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
};

test('a HelmRelease without an inventory owns what the newest revision in Helm’s storage holds', async () => {
  const tree = await treeOf(release({ history }), [storedSecret({ revision: 2, manifest }), settings]);
  expect(tree?.nodes.map(({ reference, health }) => [reference.kind, reference.namespace, health.says])).toEqual([
    ['Namespace', undefined, 'is missing from the cluster'],
    ['ConfigMap', 'shop', ''],
  ]);
  expect(tree?.problems).toEqual([]);
});

test('who may not read the Secret is told which right is missing; what is gone or damaged is told, too', async () => {
  const stored = storedSecret({ revision: 2, manifest });
  const hidden = await treeOf(release({ history }), [stored], ({ resource }) => resource !== 'secrets');
  expect(hidden).toMatchObject({
    nodes: [],
    problems: [{ kind: 'forbidden', missing: [{ verb: 'get', group: '', resource: 'secrets', namespace: 'shop' }] }],
  });
  expect((await treeOf(release({ history }), []))?.problems).toMatchObject([{ kind: 'failed' }]);
  const damaged = { ...stored, data: { release: 'bm8=' } };
  expect((await treeOf(release({ history }), [damaged]))?.problems[0]?.message).toContain('is damaged');
});

test('what was never installed, or tells its inventory itself, is not looked up', async () => {
  expect(await treeOf(release({}), [])).toBeUndefined();
  expect(await treeOf(release({ history, inventory: { entries: [] } }), [])).toMatchObject({ nodes: [], problems: [] });
});
