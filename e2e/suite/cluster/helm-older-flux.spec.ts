import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { expect, expectSound, test } from '../../support/test.ts';
import { type SluiceProcess, startSluice, untilReady } from '../../support/sluice-process.ts';

/** HelmReleases before Flux 2.8 have no inventory in their status: Helm's storage tells what they own. */
const namespace = 'shop';
let cluster: TestCluster;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  cluster = await startCluster({
    name: `older-${process.pid}`,
    fluxVersion: '2.6.4',
    only: ['source-controller', 'helm-controller', 'registry'],
  });
  await cluster.registry.pushChart(
    'charts/web',
    { name: 'web', version: '1.0.0' },
    {
      'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'templates/settings.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: web-reader\nrules: []\n',
    },
  );
  const create = (path: string, body: object) => cluster.request('POST', path, body);
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await create(`/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/ocirepositories`, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'web', namespace },
    spec: {
      url: `oci://${cluster.registry.host}/charts/web`,
      insecure: true,
      interval: '10m',
      ref: { tag: '1.0.0' },
      layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
    },
  });
  await create(`/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`, {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace },
    spec: { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'web' } },
  });
});

test.afterAll(async () => {
  await cluster.stop();
});

async function sluiceAs(who: 'admin' | 'viewer'): Promise<SluiceProcess> {
  const sluice = await startSluice({ kubeconfig: cluster.kubeconfig(who) });
  await untilReady(sluice.url);
  return sluice;
}

test('what a release owns is read from Helm’s storage, and who may not is told which right is missing', async ({
  page,
}) => {
  const [admin, viewer] = await Promise.all([sluiceAs('admin'), sluiceAs('viewer')]);
  try {
    await page.goto(`${admin.url}/flux/helmreleases/${namespace}/web?tab=inventory`);
    await expect(page.locator('#detail-inventory')).toContainText('2 objects: 2 healthy', { timeout: 60_000 });
    await expect(page.locator('#detail-inventory')).toContainText('web-reader');
    type Release = { status: { inventory?: object } };
    const path = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases/web`;
    expect((await cluster.request<Release>('GET', path)).status.inventory).toBeUndefined();
    await page.goto(`${viewer.url}/flux/helmreleases/${namespace}/web?tab=inventory`);
    await expect(page.locator('#detail-inventory')).toContainText(`get on secrets in namespace ${namespace}`);
    await expectSound(page, [360, 1440]);
  } finally {
    await Promise.all([admin.stop(), viewer.stop()]);
  }
});
