import { kustomizationsPath, rowOf } from '../support/objects.ts';
import { expect, test } from '../support/test.ts';

test.use({ javaScriptEnabled: false });

const addresses = ['/', '/flux/kustomizations', '/flux/helmreleases', '/audit', '/bootstrap'];

for (const address of addresses) {
  test(`${address} reads without script`, async ({ page }) => {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });
}

test('filters and actions work as plain forms', async ({ page, kube }) => {
  // Not the object of the other specs, which run at the same time.
  const [namespace, name] = ['team-checkout', 'address-book'];
  await page.goto('/flux/kustomizations');
  await page.locator('#filter-q').fill(name);
  await page.locator('#filter-q').press('Enter');
  await expect(page).toHaveURL(/q=/);
  await page.goto(`/flux/kustomizations?namespace=${namespace}`);
  const row = rowOf(page, namespace, name);
  await row.locator('summary').click();
  await row.getByRole('link', { name: /^Suspend/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Suspend Kustomization ${namespace}/${name}?`);
  await page.getByRole('textbox', { name: /why/i }).fill('no script here');
  await page.getByRole('button', { name: 'Suspend' }).click();
  await expect(page).toHaveURL(/\/flux\/kustomizations/);
  await expect(async () => {
    await page.reload();
    await expect(rowOf(page, namespace, name)).toHaveAttribute('data-state', 'suspended', { timeout: 5_000 });
  }).toPass();
  const { metadata } = await kube.json<{ metadata: { annotations?: Record<string, string> } }>({
    path: kustomizationsPath(namespace, name),
  });
  expect(metadata.annotations?.['sluice.dev/suspend-reason']).toBe('no script here');

  await page.goto(`/flux/kustomizations/${namespace}/${name}`);
  await page.getByRole('button', { name: 'Resume', exact: true }).first().click();
  await expect
    .poll(
      async () =>
        (await kube.json<{ spec: { suspend?: boolean } }>({ path: kustomizationsPath(namespace, name) })).spec
          .suspend ?? false,
    )
    .toBe(false);
});
