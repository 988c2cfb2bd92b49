import type { Page } from '@playwright/test';
import { expect, expectSound, test } from '../support/test.ts';

const ingress = '/helm/platform/ingress-nginx';

test('the list tells every release with its chart, and what is labelled as one and is none', async ({ page }) => {
  await page.goto('/helm');
  const row = page.getByRole('row', { name: /platform\/ingress-nginx/ });
  await expect(row).toContainText('Deployed');
  await expect(row).toContainText('ingress-nginx 4.13.2');
  await expect(page.locator('#helm-notices')).toContainText('ingress-nginx-before-the-move');
  await page.getByLabel('Namespace').selectOption('observability');
  await expect(page).toHaveURL(/namespace=observability/);
  await expect(row).toHaveCount(0);
  await page.getByRole('link', { name: 'observability/loki' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('observability/loki');
});

test('from the HelmRelease to its history; a damaged revision is named and the others stand', async ({ page }) => {
  await page.goto('/flux/helmreleases/platform/ingress-nginx');
  await page.locator('#detail-tabs').getByRole('link', { name: 'Versions' }).click();
  await expect(page).toHaveURL(/\/helm\/platform\/ingress-nginx$/);
  const rows = page.locator('#helm-body tbody tr');
  await expect(rows).toHaveCount(7);
  await expect(rows.nth(4)).toContainText('Failed');
  await expect(rows.nth(6)).toContainText('Damaged');
  await expect(rows.nth(6)).toContainText('cannot be unpacked');
  await rows.nth(3).getByRole('link', { name: 'Compare 4 with 3' }).click();
  await expect(page.locator('#helm-body')).toContainText('The chart went from ingress-nginx 4.13.0');
});

test('values tell who set them; what a Secret sets is shown on no view', async ({ page }) => {
  await page.goto(`${ingress}?tab=values`);
  await expect(page.getByRole('row', { name: /controller\.replicaCount/ })).toContainText('ConfigMap ingress-values');
  await expect(page.getByRole('row', { name: /proxy-body-size/ })).toContainText('spec.values');
  const license = page.getByRole('row', { name: /licenseFile/ });
  await expect(license).toContainText('***');
  await expect(license).toContainText('Secret ingress-license');
  for (const tab of ['history', 'values', 'manifest', 'notes', 'hooks', 'compare', 'roll-back']) {
    await page.goto(`${ingress}?tab=${tab}`);
    await expect(page.locator('#helm-body')).toBeVisible();
    expect(await page.content(), tab).not.toContain('not-a-secret');
  }
  const api = await page.request.get('/api/v1/helm/releases/platform/ingress-nginx');
  expect(api.ok()).toBe(true);
  expect(await api.text()).not.toContain('not-a-secret');
});

test('two revisions are compared side by side and unified, with words and signs besides colours', async ({ page }) => {
  await page.goto(`${ingress}?tab=compare&from=4&to=7`);
  const values = page.locator('section', { has: page.locator('#h-diff-values') });
  await expect(values.locator('.diff-sign', { hasText: 'removed' }).first()).toContainText('−');
  await expect(values).toContainText('*** (another value)');
  await expect(page.locator('.helm-fold', { hasText: 'HorizontalPodAutoscaler' })).toContainText('added');
  await page.getByRole('link', { name: 'Unified' }).click();
  await expect(page.locator('.diff-unified').first()).toBeVisible();
  await page.locator('select[name=from]').selectOption('6');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page).toHaveURL(/from=6&to=7/);
  await expect(values.locator('tr[data-change="removed"]')).toContainText(['proxy-body-size: 16m']);
  await page.goto(`${ingress}?tab=compare&from=1&to=2`);
  await expect(page.locator('#helm-body')).toContainText('is damaged');
});

test('how to go back is told with what to commit and what to run', async ({ page }) => {
  await page.goto(`${ingress}?tab=roll-back&to=5`);
  const body = page.locator('#helm-body');
  await expect(body).toContainText('version: 4.13.0');
  await expect(body).toContainText('helm rollback ingress-nginx 5 -n platform --wait');
  await expect(body).toContainText('flux resume helmrelease ingress-nginx -n platform');
});

/** From the values to the question to the answer. */
async function reveal(page: Page): Promise<void> {
  await page.goto(`${ingress}?tab=values`);
  await page.locator('.helm-hidden').getByRole('link', { name: 'Show them' }).click();
  await expect(page.locator('h1')).toContainText('Show the hidden values');
  expect(await page.content()).not.toContain('not-a-secret');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Show them' }).click();
  expect((await answered).headers()['cache-control']).toBe('no-store');
  await expect(page.locator('pre')).toContainText('not-a-secret');
}

test('hidden values are shown once, on request, kept by no page, and the audit tells of it', async ({
  page,
  widths,
}) => {
  await reveal(page);
  await expectSound(page, widths);
  await page.getByRole('link', { name: 'Hide them again' }).click();
  await expect(page.locator('#h-origins')).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain('not-a-secret');
  await page.goto('/audit');
  await expect(page.locator('main')).toContainText('helm.reveal');
  expect(await page.content()).not.toContain('not-a-secret');
});

test('without helm the page says so, names the configuration and gives the commands', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('admin', '--helm', '/nowhere/helm');
  await page.goto(`${sluice.url}${ingress}?tab=roll-back`);
  await expect(page.locator('#helm-body')).toContainText('/nowhere/helm is no program that can be run');
  await expect(page.locator('#helm-body')).toContainText('tools.helm');
  await expect(page.locator('.helm-by-hand')).toHaveAttribute('open');
  const answer = await page.request.post(`${sluice.url}/api/v1/helm/releases/platform/ingress-nginx/rollback`, {
    data: { revision: 5 },
  });
  expect(answer.status()).toBe(502);
  expect(await answer.json()).toMatchObject({ success: false, error: { code: 'failed' } });
});

test('who may not list Secrets is told the right that is missing', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('viewer');
  for (const path of ['/helm', ingress]) {
    const answer = await page.goto(sluice.url + path);
    expect(answer?.status()).toBe(403);
    await expect(page.locator('main')).toContainText('list on secrets');
  }
  const api = await page.request.get(`${sluice.url}/api/v1/helm/releases`);
  expect(api.status()).toBe(403);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('hidden values are shown once, on request', async ({ page }) => {
    await reveal(page);
  });

  test('values, manifest and comparison read, and revisions are chosen by a form', async ({ page }) => {
    await page.goto(`${ingress}?tab=manifest`);
    await page.locator('summary', { hasText: 'Deployment' }).click();
    await expect(page.locator('#helm-body')).toContainText('registry.example.com/mirror/ingress-nginx:4.13.2');
    await page.goto(`${ingress}?tab=compare`);
    await page.locator('select[name=from]').selectOption('2');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect(page.locator('#helm-body')).toContainText('4.12.3 to ingress-nginx 4.13.2');
  });
});

const pages = [
  '/helm',
  ingress,
  `${ingress}?tab=values&all=true`,
  `${ingress}?tab=manifest`,
  `${ingress}?tab=hooks`,
  `${ingress}?tab=notes&revision=5`,
  `${ingress}?tab=compare&from=4`,
  `${ingress}?tab=compare&from=4&view=unified`,
  `${ingress}?tab=roll-back`,
  `${ingress}/reveal`,
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
