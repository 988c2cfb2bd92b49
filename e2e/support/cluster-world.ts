import { startCluster, type TestCluster } from '../cluster/index.ts';
import { seedWholeCompany } from '../cluster/seed-company.ts';
import { makeWorldFolder } from './world-files.ts';
import { type Who, everyone } from './world.ts';

const namespace = 'deploys';

const files = {
  'working/kustomization.yaml': 'resources: [settings.yaml]\n',
  'working/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: working-settings\n  namespace: deploys\ndata:\n  mode: first\n',
  'failing/kustomization.yaml': 'resources: [missing.yaml]\n',
};

/** Playwright's global setup: a real Kubernetes with the company in it and real controllers at work in one namespace. */
async function clusterWorld(): Promise<() => Promise<void>> {
  const folder = await makeWorldFolder();
  const cluster = await startCluster({ name: `suite-${process.pid}`, progress: (line) => console.log(line) });
  const end = async (): Promise<void> => {
    await cluster.stop();
    await folder.remove();
  };
  try {
    await seedWholeCompany(cluster);
    await addDeploys(cluster);
    const kubeconfigs = Object.fromEntries(everyone.map((who) => [who, cluster.kubeconfig(who)])) as Record<
      Who,
      string
    >;
    await folder.publish({
      kind: 'cluster',
      kubeconfigs,
      folder: cluster.folder,
      auditLog: cluster.auditLog,
      working: { namespace, name: 'working' },
      failing: { namespace, name: 'failing', cause: 'missing.yaml' },
    });
  } catch (error) {
    await end();
    throw error;
  }
  return end;
}

/** A namespace whose objects the real controllers reconcile, from a real Git repository. */
async function addDeploys(cluster: TestCluster): Promise<void> {
  const url = await cluster.git.createRepository('deploys');
  await cluster.git.commit('deploys', files);
  await cluster.request('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await cluster.request('POST', `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'deploys', namespace },
    spec: { url, interval: '10m', ref: { branch: 'main' } },
  });
  for (const name of ['working', 'failing']) {
    await cluster.request('POST', `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`, {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace },
      spec: {
        interval: '10m',
        path: `./${name}`,
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'deploys' },
      },
    });
  }
}

export default clusterWorld;
