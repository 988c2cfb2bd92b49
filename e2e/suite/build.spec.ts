import { untilOver } from '../support/slow-work.ts';
import { expect, expectSound, test, untilLive } from '../support/test.ts';

const api = '/flux/kustomizations/team-checkout/checkout-api/build';
const receipts = '/flux/kustomizations/team-payments/receipts/build';

test.describe('what a source of the company holds', () => {
  test('variables are told with their values, where they come from and whom they overrule', async ({ page }) => {
    await page.goto('/flux/kustomizations/team-checkout/checkout-api');
    await page.locator('#detail-tabs').getByRole('link', { name: 'Build' }).click();
    await untilLive(page);
    await untilOver(page);
    const row = (name: string) => page.locator('.build-variables').getByRole('row', { name: new RegExp(`^${name} `) });
    await expect(row('storefront')).toContainText('shop.example.com');
    await expect(row('storefront')).toContainText('over ConfigMap cluster-variables');
    await expect(row('service_class')).toContainText('the default in the manifests');
    await expect(row('payment_key')).toContainText('hidden');
    await expect(row('cluster')).toContainText('no manifest mentions it');
    const endpoints = page.locator('details', { hasText: 'checkout-api-endpoints' });
    await endpoints.locator('summary').click();
    await expect(endpoints.locator('code')).toContainText('STOREFRONT: https://shop.example.com');
    await expect(endpoints.locator('code')).toContainText('PAYMENT_KEY: "***"');
    expect(await page.content()).not.toContain('not-a-secret');
    expect(await (await page.request.get(`/api/v1${api}`)).text()).not.toContain('not-a-secret');
    await row('region').getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('cluster-variables');
  });

  test('what is encrypted is told and not shown', async ({ page }) => {
    await page.goto(receipts);
    await untilLive(page);
    await untilOver(page);
    await expect(page.locator('#detail-build')).toContainText('1 object is encrypted with SOPS.');
    await page.locator('summary', { hasText: 'receipts-signing' }).click();
    expect(await page.content()).not.toContain('AES256_GCM');
  });

  test('what fails to build says why, as Flux does', async ({ page }) => {
    await page.goto('/flux/kustomizations/team-checkout/load-test/build');
    await untilOver(page);
    await expect(page.getByRole('heading', { name: 'It cannot be built' })).toBeVisible();
    await expect(page.locator('#detail-build')).toContainText('service.yaml, which the artifact does not have');
  });

  test('it is sound in all its states, also without a script', async ({ page, browser, sluice, widths }) => {
    for (const path of [api, receipts, '/flux/kustomizations/team-checkout/gift-cards']) {
      await page.goto(path);
      await untilLive(page);
      await untilOver(page);
      await expectSound(page, widths);
    }
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(sluice.url + api);
    await untilOver(plain);
    await expect(plain.locator('.build-variables')).toContainText('payment_key');
    await context.close();
  });
});

test('who may not fetch the artifact is told which right is missing', async ({ page, sluiceAs }) => {
  const viewer = await sluiceAs('viewer');
  // One without variables from a Secret: that right is missing, too, and either may be met first.
  await page.goto(`${viewer.url}/flux/kustomizations/team-checkout/gift-cards/build`);
  await untilLive(page);
  await untilOver(page);
  await expect(page.getByRole('heading', { name: 'You may not see what it builds' })).toBeVisible();
  await expect(page.locator('#detail-build')).toContainText('services/proxy');
});
