import { startCluster, type TestCluster } from '../cluster/index.ts';
import { workloadImage } from '../cluster/node/configuration.ts';
import { createObjects } from '../cluster/objects.ts';
import type { KubeObject } from '../cluster/requests.ts';
import { secondRelease, shopFiles, shopLimits, shopManifests, shopNamespace } from './shop.ts';
import { makeWorldFolder } from './world-files.ts';
import { type Who, everyone } from './world.ts';

/** The parts that the shop needs: image automation and its kinds are no matter of pods. */
const parts = [
  'source-controller',
  'kustomize-controller',
  'helm-controller',
  'notification-controller',
  'registry',
  'git',
];

/** Playwright's global setup: a real Kubernetes with a node, on which Flux itself and the shop that it applies run. */
async function nodeWorld(): Promise<() => Promise<void>> {
  const folder = await makeWorldFolder();
  const cluster = await startCluster({
    name: `node-${process.pid}`,
    node: true,
    only: parts,
    progress: (line) => console.log(line),
  });
  const end = async (): Promise<void> => {
    await cluster.stop();
    await folder.remove();
  };
  try {
    await openShop(cluster);
    const kubeconfigs = Object.fromEntries(everyone.map((who) => [who, cluster.kubeconfig(who)])) as Record<
      Who,
      string
    >;
    await folder.publish({
      kind: 'cluster',
      node: true,
      kubeconfigs,
      folder: cluster.folder,
      auditLog: cluster.auditLog,
      working: { namespace: shopNamespace, name: 'web' },
      failing: { namespace: shopNamespace, name: 'unpullable', cause: 'catalogue' },
    });
  } catch (error) {
    // A node leaves mounts and networks behind that do not end with this process.
    await end();
    throw error;
  }
  return end;
}

/** Commits the shop's manifests and lets Flux apply them, each folder by a Kustomization of its own. */
export async function openShop(cluster: TestCluster): Promise<void> {
  const url = await cluster.git.createRepository('shop');
  await cluster.git.commit('shop', shopFiles());
  await createObjects(cluster.request, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shopNamespace } },
    tenantsPod(),
    ...shopLimits,
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'shop', namespace: shopNamespace },
      spec: { url, interval: '5s', ref: { branch: 'main' } },
    },
    ...Object.keys(shopManifests).map((name) => kustomization(name)),
  ]);
  await addBrokenRelease(cluster);
}

/** A chart whose manifests the API server refuses, and its release. */
async function addBrokenRelease(cluster: TestCluster): Promise<void> {
  await cluster.registry.pushChart(
    'charts/loyalty',
    { name: 'loyalty', version: '1.0.0' },
    {
      'Chart.yaml': 'apiVersion: v2\nname: loyalty\nversion: 1.0.0\n',
      'templates/settings.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: loyalty\ndata:\n  points: [1, 2]\n',
    },
  );
  await createObjects(cluster.request, [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata: { name: 'loyalty', namespace: shopNamespace },
      spec: {
        url: `oci://${cluster.registry.host}/charts/loyalty`,
        insecure: true,
        interval: '10m',
        ref: { tag: '1.0.0' },
        layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
      },
    },
    {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'loyalty', namespace: shopNamespace },
      spec: { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'loyalty' } },
    },
  ]);
}

/** The second release of the web shop, so that the first one's ReplicaSet is scaled to zero. */
export async function releaseAgain(cluster: TestCluster): Promise<void> {
  await cluster.git.commit('shop', secondRelease());
}

function kustomization(name: string): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: shopNamespace },
    spec: {
      interval: '10m',
      // While it tries again it is on its way and not failing.
      retryInterval: '10m',
      timeout: '30s',
      wait: true,
      path: `./${name}`,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'shop' },
    },
  };
}

/** A pod in the one namespace that the tenant may see. */
function tenantsPod(): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'till', namespace: 'team-checkout' },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: workloadImage, args: ['serve', '-every', '1s'] }],
    },
  };
}

export default nodeWorld;
