import { expect, test } from '../support/test.ts';

test('who may read but not write sees everything, and buttons that name the missing right', async ({
  page,
  sluiceAs,
  world,
}) => {
  const sluice = await sluiceAs('viewer');
  const { namespace, name } = world.working;
  await page.goto(`${sluice.url}/flux/kustomizations/${namespace}/${name}`);
  const sync = page.getByRole('button', { name: /Sync/ }).first();
  await expect(sync).toHaveAttribute('aria-disabled', 'true');
  const refused = await page.request.post(`${sluice.url}/api/v1/flux/kustomizations/${namespace}/${name}/suspend`, {
    data: {},
  });
  expect(refused.status()).toBe(403);
  expect(JSON.stringify(await refused.json())).toContain('patch');
});

test('a tenant sees the own namespace and no name of another', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('tenant');
  await page.goto(`${sluice.url}/flux/kustomizations`);
  const namespaces = await page
    .locator('tbody[data-row]')
    .evaluateAll((rows) => rows.map((row) => (row.getAttribute('data-row') ?? '').split('/')[0]));
  expect(namespaces.length).toBeGreaterThan(0);
  expect(new Set(namespaces)).toEqual(new Set(['team-checkout']));
  await expect(page.locator('body')).not.toContainText('team-payments');
  const foreign = await page.goto(`${sluice.url}/flux/kustomizations/team-payments/ledger`);
  expect([403, 404]).toContain(foreign?.status());
  await expect(page.locator('main')).not.toContainText('clusterIPs');
});

test('who may nothing is told which right is missing and the rule that would grant it', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('nobody');
  const answer = await page.goto(`${sluice.url}/flux/kustomizations`);
  expect([200, 403]).toContain(answer?.status());
  await expect(page.locator('main')).toContainText('kustomizations');
  await expect(page.locator('main')).toContainText('rbac.authorization.k8s.io');
  await expect(page.locator('tbody[data-row]')).toHaveCount(0);
});

test('one Sluice acting as somebody else shows what that one may see', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('admin', '--as', 'somebody-unknown');
  await page.goto(`${sluice.url}/flux/kustomizations`);
  await expect(page.locator('tbody[data-row]')).toHaveCount(0);
  const api = await page.request.get(`${sluice.url}/api/v1/flux/kustomizations`);
  expect(await api.text()).not.toContain('gift-cards');
});
