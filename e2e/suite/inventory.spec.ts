import { mergePatch } from '../support/objects.ts';
import { expect, expectSound, test, untilLive } from '../support/test.ts';

const player = '/flux/kustomizations/media/player';
const pods = '/api/v1/namespaces/media/pods';

test('the summary shows what fails first, down to the Pod, with the cause in words', async ({ page }) => {
  await page.goto(player);
  const inventory = page.locator('#detail-inventory');
  await expect(inventory.locator('.sub')).toHaveText('3 objects: 1 failing, 2 healthy');
  const first = inventory.locator('.tree > ul > li').first();
  await expect(first).toContainText('Deployment player');
  await expect(first.locator('.node').first()).toContainText('a pod cannot pull registry.example.com/media/player');
  await expect(first.getByText('2 earlier ReplicaSets, scaled to zero')).toBeVisible();
  const pod = first.locator('.node[data-state="failing"]').filter({ hasText: /Pod player-/ });
  await expect(pod).toBeVisible();
  await expect(pod.getByRole('link', { name: /^Logs/ })).toHaveAttribute(
    'href',
    /\/flux\/logs\?namespace=media&pod=player-/,
  );
});

test('from the tree to the Pod and back to who manages it', async ({ page }) => {
  await page.goto(player);
  await page.locator('#detail-inventory .node[data-state="failing"] a[href*="/pods/"]').first().click();
  await expect(page).toHaveURL(/\/objects\/core\/v1\/pods\/media\/player-/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Pod media/player-');
  await expect(page.locator('#object-finding')).toContainText('Cannot pull registry.example.com/media/player');
  await expect(page.locator('#object-containers')).toContainText('app');
  await expect(page.locator('#object-subject')).toContainText('Part of Deployment');
  await page.locator('#object-subject').getByRole('link', { name: 'Kustomization media/player' }).first().click();
  await expect(page).toHaveURL(/\/flux\/kustomizations\/media\/player$/);
});

test('the tab shows everything by kind, and filters by kind, health and words in its address', async ({ page }) => {
  await page.goto('/flux/kustomizations/search/indexer?tab=inventory');
  const groups = page.locator('#detail-inventory h3');
  await expect(groups).toHaveCount(5);
  await page.getByLabel('Kind', { exact: true }).selectOption('StatefulSet');
  await expect(page).toHaveURL(/kind=StatefulSet/);
  await expect(groups).toHaveText([/StatefulSet/]);
  await page.goto('/flux/kustomizations/media/player?tab=inventory&status=failing');
  await expect(page.locator('#detail-inventory h3')).toHaveText([/Deployment/]);
  await page.goto('/flux/kustomizations/media/player?tab=inventory&q=no-such-thing');
  await expect(page.locator('#detail-inventory')).toContainText('Nothing it owns matches this filter.');
});

test('an open page follows a Pod that recovers and keeps what the reader has unfolded', async ({ page, kube }) => {
  const { items } = await kube.json<{ items: { metadata: { name: string }; status: object }[] }>({ path: pods });
  const stuck = items.find(
    ({ metadata, status }) =>
      metadata.name.startsWith('player-') && JSON.stringify(status).includes('ImagePullBackOff'),
  );
  if (stuck === undefined) throw new Error('No pod of player is stuck.');
  const path = `${pods}/${stuck.metadata.name}/status`;
  await page.goto('/flux/kustomizations/media/player?tab=inventory');
  await untilLive(page);
  await page.getByLabel('2 earlier ReplicaSets').click();
  const row = page.locator('.node', { hasText: `Pod ${stuck.metadata.name}` });
  await expect(row).toHaveAttribute('data-state', 'failing');
  const before = structuredClone(stuck.status);
  try {
    await mergePatch(kube, path, {
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            name: 'app',
            image: 'x:1',
            imageID: '',
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: {} },
            lastState: {},
          },
        ],
      },
    });
    await expect(row).toHaveAttribute('data-state', 'ready');
    await expect(page.locator('.node', { hasText: 'scaled to zero' }).last()).toBeVisible();
  } finally {
    await mergePatch(kube, path, { status: before });
  }
});

test('who may not see Secrets is told so, and sees no value of one in any case', async ({ page, sluiceAs }) => {
  const viewer = await sluiceAs('viewer');
  const refused = await page.goto(`${viewer.url}/objects/core/v1/secrets/team-checkout/deploy-token`);
  expect(refused?.status()).toBe(403);
  await expect(page.locator('main')).toContainText('secrets');
  const admin = await sluiceAs('admin');
  await page.goto(`${admin.url}/objects/core/v1/secrets/team-checkout/deploy-token`);
  await expect(page.locator('#detail-yaml')).toContainText('***');
  const html = await page.content();
  expect(html).not.toContain(Buffer.from('dummy-password-not-a-secret').toString('base64'));
  expect(html).not.toContain('dummy-password-not-a-secret');
});

test('a tenant sees the health of its own; a kind nobody granted is hidden with the right that is missing', async ({
  page,
  sluiceAs,
}) => {
  const tenant = await sluiceAs('tenant');
  await page.goto(`${tenant.url}/flux/kustomizations/team-checkout/pricing`);
  await expect(page.locator('#detail-inventory')).toContainText('a pod crashes with exit code 1');
  await page.goto(`${tenant.url}/flux/kustomizations/team-checkout/cart?tab=inventory`);
  const inventory = page.locator('#detail-inventory');
  await expect(inventory).toContainText('you may not see HorizontalPodAutoscalers here');
  await expect(inventory).toContainText(
    'You lack list on horizontalpodautoscalers.autoscaling in namespace team-checkout',
  );
  await expect(inventory).toContainText('3 of 3 pods ready');
  const foreign = await page.goto(`${tenant.url}/objects/apps/v1/deployments/media/player`);
  expect(foreign?.status()).toBe(403);
});

test('the API tells the same', async ({ page }) => {
  const answer = await page.request.get('/api/v1/flux/kustomizations/media/player/inventory');
  const { data } = (await answer.json()) as {
    data: { items: { kind: string; says: string; madeBy?: string }[]; total: number };
  };
  expect(data.total).toBe(3);
  expect(data.items[0]).toMatchObject({ kind: 'Deployment', status: 'Failed', state: 'failing' });
  expect(data.items.some(({ kind, madeBy }) => kind === 'Pod' && madeBy?.includes('ReplicaSet'))).toBe(true);
  const object = await page.request.get('/api/v1/objects/apps/v1/deployments/media/player');
  expect(await object.json()).toMatchObject({
    data: { managedBy: [{ kind: 'Kustomization', namespace: 'media', name: 'player' }] },
  });
  expect((await page.request.get('/api/v1/objects/apps/v1/deployments/media/nothing')).status()).toBe(404);
  expect((await page.request.get('/api/v1/objects/apps/v1/deployments/_/player')).status()).toBe(400);
});

test('an object that is not there says so, and shows when it comes', async ({ page, kube }) => {
  const collection = '/api/v1/namespaces/media/configmaps';
  const answer = await page.goto('/objects/core/v1/configmaps/media/comes-later');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no ConfigMap media/comes-later');
  await untilLive(page);
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'comes-later' }, data: { key: 'value' } };
  await kube.json({ method: 'POST', path: collection, body });
  try {
    await expect(page.locator('#detail-yaml')).toContainText('comes-later');
  } finally {
    await kube.json({ method: 'DELETE', path: `${collection}/comes-later` });
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('the tree reads and unfolds, and filters by its form', async ({ page }) => {
    await page.goto('/flux/kustomizations/media/player');
    await expect(page.locator('#detail-inventory')).toContainText('a pod cannot pull');
    await page.goto('/flux/kustomizations/search/indexer?tab=inventory');
    await page.getByLabel('What StatefulSet index-store made').click();
    await expect(page.getByText('Pod index-store-0')).toBeVisible();
    await page.locator('#filter-q').fill('compact');
    await page.locator('#filter-q').press('Enter');
    await expect(page.locator('#detail-inventory h3')).toHaveText([/CronJob/]);
  });
});

const pages = [
  player,
  '/flux/kustomizations/team-payments/currency-rates?tab=inventory',
  '/flux/helmreleases/platform/vault?tab=inventory',
  '/objects/apps/v1/deployments/media/player',
  '/objects/core/v1/pods/platform/vault-2',
  '/objects/core/v1/secrets/team-checkout/deploy-token',
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const address of pages) {
      test(`axe finds nothing on ${address}, and nothing is wider than the window`, async ({ page, widths }) => {
        await page.goto(address);
        await expectSound(page, widths);
      });
    }
  });
}
