import { kustomizationsPath, mergePatch, rowOf } from '../support/objects.ts';
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

test('filters and a row action work as plain forms', async ({ page, kube, world }) => {
  const { namespace, name } = world.working;
  await page.goto('/flux/kustomizations');
  await page.locator('#filter-q').fill(name);
  await page.locator('#filter-q').press('Enter');
  await expect(page).toHaveURL(/q=/);
  await page.goto(`/flux/kustomizations?namespace=${namespace}`);
  const row = rowOf(page, namespace, name);
  await row.locator('summary').click();
  await row.getByRole('button', { name: /^Suspend/ }).click();
  await expect(page).toHaveURL(/\/flux\/kustomizations/);
  await expect
    .poll(
      async () =>
        (await kube.json<{ spec: { suspend?: boolean } }>({ path: kustomizationsPath(namespace, name) })).spec.suspend,
    )
    .toBe(true);
  await mergePatch(kube, kustomizationsPath(namespace, name), { spec: { suspend: null } });
});

test('a detail page suspends with a reason without script', async ({ page, kube, world }) => {
  const { namespace, name } = world.working;
  await page.goto(`/flux/kustomizations/${namespace}/${name}`);
  const control = page.locator('main').getByText('Suspend', { exact: false }).first();
  await control.click();
  const reason = page.getByRole('textbox', { name: /why/i }).first();
  await reason.fill('no script here');
  await page.getByRole('button', { name: 'Suspend' }).last().click();
  await expect
    .poll(async () => {
      const { metadata } = await kube.json<{ metadata: { annotations?: Record<string, string> } }>({
        path: kustomizationsPath(namespace, name),
      });
      return metadata.annotations?.['sluice.dev/suspend-reason'];
    })
    .toBe('no script here');
  await mergePatch(kube, kustomizationsPath(namespace, name), {
    metadata: {
      annotations: {
        'sluice.dev/suspended-by': null,
        'sluice.dev/suspended-at': null,
        'sluice.dev/suspend-reason': null,
      },
    },
    spec: { suspend: null },
  });
});
