import { idleKustomization, kustomizationsPath, mergePatch, recreate, remove, rowOf } from '../support/objects.ts';
import { expect, test, untilLive } from '../support/test.ts';

const namespace = 'media';

test('a new, a changed and a deleted object show in the open list without a reload', async ({ page, kube }) => {
  const name = 'live-list';
  await remove(kube, kustomizationsPath(namespace, name));
  await page.goto(`/flux/kustomizations?namespace=${namespace}`);
  await untilLive(page);
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  await recreate(kube, kustomizationsPath(namespace), idleKustomization(namespace, name));
  await expect(rowOf(page, namespace, name)).toBeVisible();
  await mergePatch(kube, kustomizationsPath(namespace, name), { spec: { path: './changed-live' } });
  await expect(rowOf(page, namespace, name)).toContainText('./changed-live');
  await remove(kube, kustomizationsPath(namespace, name));
  await expect(rowOf(page, namespace, name)).toHaveCount(0);
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
});

test('an open detail follows the status, and says so when the object is gone', async ({ page, kube }) => {
  const name = 'live-detail';
  await recreate(kube, kustomizationsPath(namespace), idleKustomization(namespace, name));
  await page.goto(`/flux/kustomizations/${namespace}/${name}`);
  await untilLive(page);
  await kube.json({
    method: 'PATCH',
    path: `${kustomizationsPath(namespace, name)}/status`,
    contentType: 'application/merge-patch+json',
    body: {
      status: {
        observedGeneration: 1,
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'BuildFailed',
            message: 'kustomize build failed: a message only a test writes',
            lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
            observedGeneration: 1,
          },
        ],
      },
    },
  });
  await expect(page.locator('main')).toContainText('a message only a test writes');
  await remove(kube, kustomizationsPath(namespace, name));
  await expect(page.locator('main')).toContainText(/deleted|gone|no longer|not found/i);
});

test('what one is typing and has opened survives a change', async ({ page, kube }) => {
  const name = 'live-focus';
  await recreate(kube, kustomizationsPath(namespace), idleKustomization(namespace, name));
  await page.goto(`/flux/kustomizations?namespace=${namespace}`);
  await untilLive(page);
  const row = rowOf(page, namespace, name);
  await row.getByRole('checkbox').check();
  await mergePatch(kube, kustomizationsPath(namespace, name), { spec: { path: './changed-under-focus' } });
  await expect(row).toContainText('./changed-under-focus');
  await expect(row.getByRole('checkbox')).toBeChecked();
  await remove(kube, kustomizationsPath(namespace, name));
});

test('a lost connection says as of when, and comes back by itself', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('admin');
  await page.goto(`${sluice.url}/flux/kustomizations`);
  await untilLive(page);
  await sluice.stop();
  await expect(page.locator('#live')).toHaveAttribute('data-live', 'lost');
  await expect(page.locator('body')).toContainText(/as of/i);
  await expect(page.locator('tbody[data-row]').first()).toBeVisible();
});
