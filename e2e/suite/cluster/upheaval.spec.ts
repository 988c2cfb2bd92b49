import { idleKustomization, kustomizationsPath, rowOf } from '../../support/objects.ts';
import { ownCluster } from '../../support/own-cluster.ts';
import { expect, test, untilLive } from '../../support/test.ts';

/** What breaks a cluster needs a cluster of its own; no controllers are wanted in it. */
test.describe.configure({ mode: 'serial' });

const namespace = 'media';
const own = ownCluster('upheaval');

async function create(name: string): Promise<void> {
  await own.cluster.request('POST', kustomizationsPath(namespace), idleKustomization(namespace, name));
}

/** Names in Sluice's answer, page by page, and in a fresh LIST. */
async function bothNames(): Promise<{ ours: string[]; theirs: string[] }> {
  const list = await own.cluster.request<{ items: { metadata: { namespace: string; name: string } }[] }>(
    'GET',
    '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations',
  );
  const theirs = list.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).toSorted();
  const ours: string[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await fetch(`${own.sluice.url}/api/v1/flux/kustomizations?page=${page}`);
    if (answer.status !== 200) break;
    const { data } = (await answer.json()) as { data: { items: { namespace: string; name: string }[]; total: number } };
    ours.push(...data.items.map((item) => `${item.namespace}/${item.name}`));
    if (data.items.length === 0 || ours.length >= data.total) break;
  }
  return { ours: ours.toSorted(), theirs };
}

async function expectSameAsAPI(): Promise<void> {
  await expect(async () => {
    const { ours, theirs } = await bothNames();
    expect(ours).toEqual(theirs);
  }).toPass();
}

test('the API server dies: pages keep serving with their age, and recover by themselves', async ({ page }) => {
  await page.goto(`${own.sluice.url}/flux/kustomizations?namespace=${namespace}`);
  await untilLive(page);
  await own.cluster.apiServer.kill();
  await expect(page.locator('body')).toContainText(/as of|cannot be reached|lost/i);
  const answer = await fetch(`${own.sluice.url}/flux/kustomizations`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('media/');

  await own.cluster.apiServer.start();
  const up = Date.now();
  await create('after-restart');
  await expect(rowOf(page, namespace, 'after-restart')).toBeVisible();
  test.info().annotations.push({ type: 'current again', description: `after ${Date.now() - up} ms` });
  await expectSameAsAPI();
});

test('a restart under churn with compaction leaves nothing behind', async ({ page }) => {
  await page.goto(`${own.sluice.url}/flux/kustomizations?namespace=${namespace}`);
  await untilLive(page);
  for (let one = 0; one < 20; one += 1) await create(`churn-${one}`);
  await own.cluster.apiServer.kill();
  await own.cluster.apiServer.start();
  for (let one = 0; one < 20; one += 2)
    await own.cluster.request('DELETE', kustomizationsPath(namespace, `churn-${one}`));
  await own.cluster.compact();
  await own.cluster.apiServer.kill();
  await own.cluster.apiServer.start();
  for (let one = 20; one < 30; one += 1) await create(`churn-${one}`);
  await expect(rowOf(page, namespace, 'churn-29')).toBeVisible();
  await expect(rowOf(page, namespace, 'churn-0')).toHaveCount(0);
  await expectSameAsAPI();
});

test('definitions that go switch their part off, and on when they come back', async ({ page }) => {
  await page.goto(`${own.sluice.url}/flux/buckets`);
  await untilLive(page);
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/buckets.source.toolkit.fluxcd.io';
  const definition = await own.cluster.request<{ metadata: { name: string }; spec: object }>('GET', path);
  // Nobody is there to clean up after them, so their finalizers would hold the definition.
  const buckets = await own.cluster.request<{ items: { metadata: { namespace: string; name: string } }[] }>(
    'GET',
    '/apis/source.toolkit.fluxcd.io/v1/buckets',
  );
  for (const { metadata } of buckets.items) {
    await own.cluster.request(
      'PATCH',
      `/apis/source.toolkit.fluxcd.io/v1/namespaces/${metadata.namespace}/buckets/${metadata.name}`,
      { metadata: { finalizers: null } },
      'application/merge-patch+json',
    );
  }
  await own.cluster.request('DELETE', path);
  await expect(page.locator('main')).toContainText(/not installed|does not serve|not serve/i);
  await own.cluster.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: definition.metadata.name },
    spec: definition.spec,
  });
  await expect(page.locator('main')).not.toContainText(/not installed|does not serve|not serve/i, { timeout: 60_000 });
  await expect(async () => {
    await own.cluster.request('POST', '/apis/source.toolkit.fluxcd.io/v1/namespaces/media/buckets', {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'Bucket',
      metadata: { name: 'returned', namespace: 'media' },
      spec: { bucketName: 'returned', endpoint: 'objects.example.com', interval: '10m' },
    });
  }).toPass();
  await expect(rowOf(page, 'media', 'returned')).toBeVisible();
});
