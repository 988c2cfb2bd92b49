import { kustomizationsPath, mergePatch } from '../support/objects.ts';
import { expect, test, untilLive } from '../support/test.ts';

test('the controllers come to an open overview, with version, readiness and leader', async ({ page }) => {
  await page.goto('/');
  const controllers = page.locator('#overview-controllers');
  const row = controllers.getByRole('row', { name: /kustomize-controller/ });
  await expect(row).toContainText('1 of 1');
  await expect(row).toContainText(/v1\.\d+\.\d+/);
  await expect(page.locator('#overview-verdict')).toContainText(/Flux 2\.\d+\.\d+/);
  await controllers.getByRole('link', { name: 'Their kinds and versions' }).click();
  await expect(page).toHaveURL(/\/flux\/controllers$/);
});

test('who may not read the controllers is told the right that is missing, and sees the rest', async ({
  page,
  sluiceAs,
}) => {
  const sluice = await sluiceAs('tenant');
  await page.goto(sluice.url);
  await expect(page.locator('#overview-controllers')).toContainText(
    'list on deployments.apps in namespace flux-system',
  );
  await expect(page.locator('#overview-kinds')).toContainText('Kustomizations');
});

test('what is reconciled comes to the top of the list while one looks', async ({ page, kube, world }) => {
  const { namespace, name } = world.working;
  await page.goto('/');
  await untilLive(page);
  await mergePatch(kube, kustomizationsPath(namespace, name), {
    metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `overview-${Date.now()}` } },
  });
  await expect(page.locator('#overview-recent li').filter({ hasText: `${namespace}/${name}` })).toBeVisible();
});

test('failed notifications are told in a sentence that leads to their Alert', async ({ page }) => {
  await page.goto('/');
  const notice = page.locator('#overview-notices .notice').filter({ hasText: 'not sent in the last hour' });
  await expect(notice).toContainText('context deadline exceeded');
  await notice.getByRole('link', { name: 'flux-system/failures' }).click();
  await expect(page.locator('#detail-finding')).toContainText('Not all was sent.');
});
