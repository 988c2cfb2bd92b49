import { expect, test } from 'vitest';
import type { AccessRule } from '../../../errors.ts';
import type { ServedResource } from '../../../kube/object.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { look } from '../sight.ts';
import { fluxWatches } from '../watches.ts';
import { readDiagnosis } from './read-diagnosis.ts';
import type { DiagnosisRead } from './read-diagnosis.ts';
import { failed, ready } from './testing/failures.ts';
import { wayOf } from './testing/world.ts';

const ann = { name: 'ann', groups: [] };
const now = new Date('2026-03-02T09:00:00Z');

const served: ServedResource[] = [
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true },
  { group: '', version: 'v1', resource: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true },
];

const oneOfNone = {
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'c', image: 'registry.example.com/cart:9' }] } } },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, unavailableReplicas: 1 },
};

function made(apiVersion: string, kind: string, name: string, owner: string | undefined, rest: object): PartialObject {
  const ownerReferences =
    owner === undefined ? [] : [{ apiVersion: 'apps/v1', kind: 'Owner', name: owner, uid: owner, controller: true }];
  return {
    apiVersion,
    kind,
    metadata: { namespace: 'shop', name, uid: name, generation: 1, ownerReferences },
    ...rest,
  };
}

const workloads: PartialObject[] = [
  made('apps/v1', 'Deployment', 'cart', undefined, oneOfNone),
  made('apps/v1', 'ReplicaSet', 'cart-9d', 'cart', oneOfNone),
  made('v1', 'Pod', 'cart-9d-4w', 'cart-9d', {
    spec: { containers: [{ name: 'c', image: 'registry.example.com/cart:9' }] },
    status: {
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'c',
          image: 'registry.example.com/cart:9',
          state: {
            waiting: {
              reason: 'ImagePullBackOff',
              message: 'Back-off pulling image "registry.example.com/cart:9": ErrImagePull: not found',
            },
          },
        },
      ],
    },
  }),
];

const unbound = '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.';

/** A Deployment whose pod waits for the volume of a claim. */
const claiming: PartialObject[] = [
  made('apps/v1', 'Deployment', 'cart', undefined, oneOfNone),
  made('apps/v1', 'ReplicaSet', 'cart-9d', 'cart', oneOfNone),
  made('v1', 'Pod', 'cart-9d-4w', 'cart-9d', {
    spec: { containers: [{ name: 'c' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: unbound }],
    },
  }),
  made('v1', 'PersistentVolumeClaim', 'data', undefined, {
    spec: { storageClassName: 'fast' },
    status: { phase: 'Pending' },
  }),
  {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'shop', name: 'data.1' },
    involvedObject: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', uid: 'data' },
    type: 'Warning',
    reason: 'ProvisioningFailed',
    message: 'storageclass.storage.k8s.io "fast" not found',
    lastTimestamp: '2026-03-02T08:59:00Z',
  },
];

const timeout = "health check failed after 30s: timeout waiting for: [Deployment/shop/cart status: 'InProgress']";
const cart = (status: Record<string, unknown> = {}) =>
  failed(
    'Kustomization',
    'cart',
    { sourceRef: { kind: 'GitRepository', name: 'apps' } },
    'HealthCheckFailed',
    timeout,
    status,
  );
const inventory = { inventory: { entries: [{ id: 'shop_cart_apps_Deployment', v: 'v1' }] } };
const till = failed(
  'Kustomization',
  'till',
  { sourceRef: { kind: 'GitRepository', name: 'apps' }, dependsOn: [{ name: 'cart' }] },
  'DependencyNotReady',
  `dependency 'shop/cart' is not ready`,
);

interface Read extends DiagnosisRead {
  requests: number;
}

async function read(
  name: string,
  objects: readonly PartialObject[],
  allow: (rule: AccessRule) => boolean = () => true,
): Promise<Read> {
  const cluster = fakeCluster({ watches: fluxWatches, served, objects, allow: (_, rule) => allow(rule) });
  const sight = await look(cluster, ann);
  const group = 'kustomize.toolkit.fluxcd.io';
  const entry = sight.entry({ group, kind: 'Kustomization', namespace: 'shop', name });
  if (entry === undefined) throw new Error(`There is no ${name}.`);
  const diagnosis = await readDiagnosis({ cluster, identity: ann, sight, now }, entry);
  return { ...diagnosis, requests: cluster.requests.length };
}

const way = 'Kustomization cart ← Deployment cart ← ReplicaSet cart-9d ← Pod cart-9d-4w';

test('a failed health check leads to the pod, by the inventory or by the name alone', async () => {
  for (const status of [inventory, {}]) {
    const diagnosis = await read('cart', [cart(status), ...workloads]);
    expect(wayOf(diagnosis)).toBe(way);
    expect(diagnosis.root?.title).toBe('The image registry.example.com/cart:9 cannot be pulled');
    expect(diagnosis.steps.map(({ state }) => state)).toEqual(['failing', 'late', 'late', 'failing']);
    expect(diagnosis.looked).toBe(true);
  }
});

test('what waits for it is led there too', async () => {
  const diagnosis = await read('till', [till, cart(inventory), ...workloads]);
  expect(wayOf(diagnosis)).toBe(`Kustomization till ← ${way}`);
});

test('without the right to pods the way ends before them, and the right is named', async () => {
  const diagnosis = await read('cart', [cart(inventory), ...workloads], ({ resource }) => resource !== 'pods');
  expect(wayOf(diagnosis)).toBe('Kustomization cart ← Deployment cart ← ReplicaSet cart-9d');
  expect(diagnosis.problems.map(({ message }) => message)).toEqual(['You may not list Pods in shop.']);
  const blind = await read('cart', [cart(), ...workloads], ({ group }) => group !== 'apps');
  expect(wayOf(blind)).toBe('Kustomization cart ← Deployment cart');
  expect(blind.problems.map(({ message }) => message)).toEqual(['You may not get Deployment shop/cart.']);
  expect(blind.root?.title).toBe('Deployment shop/cart does not become healthy');
});

test('nothing is read where no health check failed', async () => {
  const other = failed('Kustomization', 'cart', {}, 'BuildFailed', 'kustomize build failed: x', inventory);
  expect(await read('cart', [other, ...workloads])).toMatchObject({ requests: 0, looked: false });
  expect(await read('cart', [ready('Kustomization', 'cart')])).toMatchObject({ requests: 0, root: undefined });
});

test('a pod that waits for a volume leads to its claim and to the StorageClass that does not exist', async () => {
  const diagnosis = await read('cart', [cart(inventory), ...claiming]);
  expect(wayOf(diagnosis)).toBe(`${way} ← PersistentVolumeClaim data ← StorageClass fast`);
  expect(diagnosis.root).toMatchObject({ title: 'StorageClass fast does not exist', state: 'missing', known: true });
  expect(diagnosis.problems).toEqual([]);
});

test('without the right to claims or events the way ends before what they tell, and the right is named', async () => {
  const objects = [cart(inventory), ...claiming];
  const noClaims = await read('cart', objects, ({ resource }) => resource !== 'persistentvolumeclaims');
  expect(wayOf(noClaims)).toBe(way);
  expect(noClaims.root?.fix).toContain('storageClassName');
  expect(noClaims.problems.map(({ message }) => message)).toEqual(['You may not get PersistentVolumeClaim shop/data.']);
  const noEvents = await read('cart', objects, ({ resource }) => resource !== 'events');
  expect(wayOf(noEvents)).toBe(`${way} ← PersistentVolumeClaim data`);
  expect(noEvents.problems.map(({ message }) => message)).toEqual(['You may not list Events in shop.']);
});
