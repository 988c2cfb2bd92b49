import { kustomizationsPath, rowOf } from '../../support/objects.ts';
import { expect, test, untilLive } from '../../support/test.ts';
import { attachedCluster } from '../../support/attached-cluster.ts';

test('a commit goes through source and Kustomization to the applied object, live on the page', async ({
  page,
  kube,
  world,
}) => {
  const cluster = attachedCluster(world);
  const mode = `commit-${Date.now()}`;
  await page.goto('/flux/kustomizations/deploys/working');
  await untilLive(page);
  const commit = await cluster.git.commit('deploys', {
    'working/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: working-settings\n  namespace: deploys\ndata:\n  mode: ${mode}\n`,
  });
  const answer = await page.request.post('/api/v1/flux/kustomizations/deploys/working/reconcile?wait=true', {
    data: { withSource: true },
  });
  expect(await answer.json()).toMatchObject({ success: true });
  await expect(page.locator('main')).toContainText(commit.slice(0, 7));
  const settings = await kube.json<{ data: { mode: string } }>({
    path: '/api/v1/namespaces/deploys/configmaps/working-settings',
  });
  expect(settings.data.mode).toBe(mode);
});

test('a pushed OCI artifact is applied, and the list follows it', async ({ page, kube, world }) => {
  const cluster = attachedCluster(world);
  await cluster.registry.push('manifests/blue', 'v1', {
    'kustomization.yaml': 'resources: [settings.yaml]\n',
    'settings.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: blue\n  namespace: deploys\ndata:\n  from: oci\n',
  });
  await kube.json({
    method: 'PATCH',
    path: '/apis/source.toolkit.fluxcd.io/v1/namespaces/deploys/ocirepositories/blue',
    query: { fieldManager: 'suite', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata: { name: 'blue', namespace: 'deploys' },
      spec: {
        url: `oci://${cluster.registry.host}/manifests/blue`,
        insecure: true,
        interval: '10m',
        ref: { tag: 'v1' },
      },
    },
  });
  await page.goto('/flux/kustomizations?namespace=deploys');
  await untilLive(page);
  await kube.json({
    method: 'PATCH',
    path: kustomizationsPath('deploys', 'blue'),
    query: { fieldManager: 'suite', force: 'true' },
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'blue', namespace: 'deploys' },
      spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'OCIRepository', name: 'blue' } },
    },
  });
  await expect(rowOf(page, 'deploys', 'blue')).toHaveAttribute('data-state', 'ready');
  const applied = await kube.json<{ data: { from: string } }>({ path: '/api/v1/namespaces/deploys/configmaps/blue' });
  expect(applied.data.from).toBe('oci');
});

test('a chart from the registry is released, and a chart that fails says why', async ({ page, kube, world }) => {
  const cluster = attachedCluster(world);
  const chart = (version: string, port: string) =>
    cluster.registry.pushChart(
      'charts/green',
      { name: 'green', version },
      {
        'Chart.yaml': `apiVersion: v2\nname: green\nversion: ${version}\n`,
        'templates/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: green\ndata:\n  port: ${port}\n`,
      },
    );
  await chart('1.0.0', '"8080"');
  const apply = (path: string, body: object) =>
    kube.json({
      method: 'PATCH',
      path,
      query: { fieldManager: 'suite', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body,
    });
  const source = (tag: string) =>
    apply('/apis/source.toolkit.fluxcd.io/v1/namespaces/deploys/ocirepositories/green', {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'OCIRepository',
      metadata: { name: 'green', namespace: 'deploys' },
      spec: {
        url: `oci://${cluster.registry.host}/charts/green`,
        insecure: true,
        interval: '10m',
        ref: { tag },
        layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
      },
    });
  await source('1.0.0');
  await page.goto('/flux/helmreleases?namespace=deploys');
  await untilLive(page);
  await apply('/apis/helm.toolkit.fluxcd.io/v2/namespaces/deploys/helmreleases/green', {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'green', namespace: 'deploys' },
    spec: { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'green' } },
  });
  await expect(rowOf(page, 'deploys', 'green')).toHaveAttribute('data-state', 'ready');

  await chart('1.1.0', '[not, a, string]');
  await source('1.1.0');
  await expect(rowOf(page, 'deploys', 'green')).toHaveAttribute('data-state', /failing|stalled/);
  await expect(rowOf(page, 'deploys', 'green').locator('.because')).toContainText(/upgrade/i);
});
