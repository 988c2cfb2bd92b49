import { expect, test } from 'vitest';
import type { AccessRule } from '../../../errors.ts';
import type { ServedResource } from '../../../kube/object.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { FakeCluster, PartialObject } from '../../../testing/fake-cluster.ts';
import { look } from '../sight.ts';
import { fluxWatches } from '../watches.ts';
import { inventoryTree } from './read-tree.ts';
import type { InventoryNode, InventoryTree } from './tree.ts';

const served = (group: string, kind: string, resource: string, namespaced = true): ServedResource => ({
  group,
  version: 'v1',
  resource,
  kind,
  namespaced,
});

const resources = [
  served('apps', 'Deployment', 'deployments'),
  served('apps', 'ReplicaSet', 'replicasets'),
  served('batch', 'CronJob', 'cronjobs'),
  served('batch', 'Job', 'jobs'),
  served('', 'Pod', 'pods'),
  served('', 'ConfigMap', 'configmaps'),
  served('', 'Secret', 'secrets'),
  served('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions', false),
];

const namespace = 'shop';

function made(kind: string, apiVersion: string, name: string, owner: string | undefined, more: object): PartialObject {
  const ownerReferences =
    owner === undefined ? [] : [{ apiVersion: 'v1', kind: 'Owner', name: owner, uid: owner, controller: true }];
  return { apiVersion, kind, metadata: { namespace, name, uid: name, generation: 1, ownerReferences }, ...more };
}

const replicas = (wanted: number, ready: number) => ({
  spec: { replicas: wanted },
  status: {
    observedGeneration: 1,
    replicas: wanted,
    updatedReplicas: wanted,
    readyReplicas: ready,
    availableReplicas: ready,
  },
});

const pullFails = {
  status: {
    phase: 'Pending',
    containerStatuses: [{ name: 'app', image: 'web:2', state: { waiting: { reason: 'ErrImagePull' } } }],
  },
};

const workload: PartialObject[] = [
  made('Deployment', 'apps/v1', 'web', undefined, replicas(1, 0)),
  made('ReplicaSet', 'apps/v1', 'web-new', 'web', replicas(1, 0)),
  made('ReplicaSet', 'apps/v1', 'web-old', 'web', replicas(0, 0)),
  made('Pod', 'v1', 'web-new-1', 'web-new', pullFails),
  made('Pod', 'v1', 'stranger', 'somebody-else', pullFails),
  made('ConfigMap', 'v1', 'settings', undefined, { data: { a: 'b' } }),
];

function owner(...ids: string[]): PartialObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace, name: 'apps' },
    spec: { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' } },
    status: { observedGeneration: 1, inventory: { entries: ids.map((id) => ({ id, v: 'v1' })) } },
  };
}

interface Read {
  cluster: FakeCluster;
  tree: InventoryTree;
  node(name: string): InventoryNode | undefined;
}

async function read(objects: PartialObject[], ids: string[], allow?: (rule: AccessRule) => boolean): Promise<Read> {
  const cluster = fakeCluster({
    watches: fluxWatches,
    served: resources,
    objects: [owner(...ids), ...objects],
    ...(allow !== undefined && { allow: (_identity, rule) => allow(rule) }),
  });
  return readFrom(cluster);
}

async function readFrom(cluster: FakeCluster): Promise<Read> {
  const entry = cluster
    .collection({ group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' })
    .get(namespace, 'apps');
  if (entry === undefined) throw new Error('The owner is not there.');
  const identity = cluster.self;
  const sight = await look(cluster, identity);
  const tree = await inventoryTree({ cluster, identity, object: entry.object, sight, now: new Date() });
  if (tree === undefined) throw new Error('It has no inventory.');
  return { cluster, tree, node: (name) => tree.nodes.find(({ reference }) => reference.name === name) };
}

const web = 'shop_web_apps_Deployment';
const settings = 'shop_settings__ConfigMap';

test('a Deployment is shown down to its Pods and says what is wrong with them; former ReplicaSets are folded', async () => {
  const { tree, node } = await read(workload, [settings, web]);
  expect(tree.nodes.map(({ reference }) => reference.name)).toEqual(['web', 'settings']);
  expect(tree.counts).toEqual({ failing: 1, ready: 1 });
  const deployment = node('web');
  expect(deployment?.health).toMatchObject({
    status: 'InProgress',
    state: 'failing',
    says: '0 of 1 pod ready: a pod cannot pull web:2',
    reason: 'ErrImagePull',
  });
  const [replicaSet, ...others] = deployment?.children ?? [];
  expect(others).toEqual([]);
  expect(replicaSet?.health).toMatchObject({ state: 'failing', says: '0 of 1 pod ready' });
  expect(replicaSet?.children.map(({ reference }) => reference.name)).toEqual(['web-new-1']);
  expect(deployment?.folded.map(({ reference }) => reference.name)).toEqual(['web-old']);
});

test('what is in the inventory and not in the cluster, and what the cluster does not know, say so', async () => {
  const { node } = await read(workload, [settings, 'shop_gone__ConfigMap', 'shop_probe_monitoring.example.com_Probe']);
  expect(node('gone')?.health).toMatchObject({
    status: 'NotFound',
    state: 'failing',
    says: 'is missing from the cluster',
  });
  expect(node('probe')?.health).toMatchObject({ status: 'Unknown', says: 'of a kind that the cluster does not serve' });
  expect(node('settings')?.health.state).toBe('ready');
});

test('what may not be read hides piece by piece, with the missing right', async () => {
  const allow = ({ resource }: AccessRule) => resource !== 'pods' && resource !== 'secrets';
  const { tree, node } = await read(workload, [web, 'shop_db__Secret'], allow);
  expect(node('db')?.health).toMatchObject({ state: 'forbidden', says: 'you may not see Secrets here' });
  expect(node('web')?.children.map(({ reference }) => reference.name)).toEqual(['web-new']);
  expect(tree.problems.map(({ kind, missing }) => [kind, missing])).toEqual([
    ['forbidden', [{ verb: 'list', group: '', resource: 'secrets', namespace }]],
    ['forbidden', [{ verb: 'list', group: '', resource: 'pods', namespace }]],
  ]);
});

test('kinds of which being there is enough are read by their metadata; a definition is judged by what is served', async () => {
  const ids = ['_kustomizations.kustomize.toolkit.fluxcd.io_apiextensions.k8s.io_CustomResourceDefinition', settings];
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'kustomizations.kustomize.toolkit.fluxcd.io' },
  };
  const { cluster, tree } = await read([...workload, definition], ids);
  expect(tree.nodes.map(({ health }) => [health.status, health.says])).toEqual([
    ['Current', ''],
    ['Current', 'serves v1'],
  ]);
  expect(cluster.requests.every(({ accept }) => accept?.includes('PartialObjectMetadata'))).toBe(true);
});

test('a CronJob is as its last Job', async () => {
  const job = (name: string, at: string, type: string) =>
    made('Job', 'batch/v1', name, 'nightly', {
      metadata: { ...made('Job', 'batch/v1', name, 'nightly', {}).metadata, creationTimestamp: at },
      status: { failed: 2, conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded' }] },
    });
  const cronJob = made('CronJob', 'batch/v1', 'nightly', undefined, { spec: { schedule: '15 3 * * *' } });
  const id = 'shop_nightly_batch_CronJob';
  const bad = await read(
    [cronJob, job('n1', '2026-01-01T00:00:00Z', 'Complete'), job('n2', '2026-01-02T00:00:00Z', 'Failed')],
    [id],
  );
  expect(bad.node('nightly')?.health).toMatchObject({
    state: 'failing',
    says: 'its last run gave up after 2 failed tries',
  });
  const good = await read(
    [cronJob, job('n1', '2026-01-01T00:00:00Z', 'Failed'), job('n2', '2026-01-02T00:00:00Z', 'Complete')],
    [id],
  );
  expect(good.node('nightly')?.health.state).toBe('ready');
});

test('owned Flux objects are known without asking', async () => {
  const { cluster, node } = await read([], ['shop_apps_kustomize.toolkit.fluxcd.io_Kustomization']);
  expect(node('apps')?.object?.kind).toBe('Kustomization');
  expect(cluster.requests).toEqual([]);
});

test('while the API server is away nothing is asked, and the tree says why it knows nothing', async () => {
  const cluster = fakeCluster({ watches: fluxWatches, served: resources, objects: [owner(web), ...workload] });
  cluster.loseConnection('Nothing answers.');
  const { tree } = await readFrom(cluster);
  expect(cluster.requests).toEqual([]);
  expect(tree.nodes.map(({ health }) => [health.status, health.says])).toEqual([['Unknown', 'not read yet']]);
  expect(tree.problems).toMatchObject([{ kind: 'unreachable', message: 'Nothing answers.' }]);
});

test('who waits only so long gets what is known, and the rest at the next look', async () => {
  const cluster = fakeCluster({ watches: fluxWatches, served: resources, objects: [owner(web), ...workload] });
  const slow = Promise.withResolvers<undefined>();
  cluster.answer(() => slow.promise);
  const entry = cluster
    .collection({ group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' })
    .get(namespace, 'apps');
  if (entry === undefined) throw new Error('The owner is not there.');
  const identity = cluster.self;
  const request = { cluster, identity, object: entry.object, sight: await look(cluster, identity), now: new Date() };
  const early = await inventoryTree({ ...request, patienceMilliseconds: 1 });
  expect(early?.late).toBe(true);
  expect(early?.nodes.map(({ health }) => health.says)).toEqual(['not read yet']);
  slow.resolve(undefined);
  const next = await inventoryTree({ ...request, patienceMilliseconds: 60_000 });
  expect(next?.late).toBe(false);
  expect(next?.nodes[0]?.health.state).toBe('failing');
});
