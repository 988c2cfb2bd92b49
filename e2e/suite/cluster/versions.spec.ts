import { startCluster } from '../../cluster/index.ts';
import { seedCompany } from '../../cluster/seed-company.ts';
import { startSluice, untilReady } from '../../support/sluice-process.ts';
import { expect, test, untilLive } from '../../support/test.ts';
import { rowOf } from '../../support/objects.ts';

const versions = ['2.6.4', '2.7.5', '2.8.8', '2.9.4'];

for (const fluxVersion of versions) {
  test(`lists, details and actions on the definitions of Flux ${fluxVersion}`, async ({ page }) => {
    test.setTimeout(600_000);
    const cluster = await startCluster({
      name: `versions-${fluxVersion.replaceAll('.', '-')}-${process.pid}`,
      fluxVersion,
      only: ['kube-controller-manager'],
    });
    try {
      await seedCompany(cluster);
      const sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin') });
      try {
        await untilReady(sluice.url);
        for (const plural of [
          'kustomizations',
          'helmreleases',
          'gitrepositories',
          'ocirepositories',
          'helmrepositories',
          'helmcharts',
          'buckets',
        ]) {
          await page.goto(`${sluice.url}/flux/${plural}`);
          const rows = page.locator('tbody[data-row]');
          await expect(rows.first(), `${plural} of ${fluxVersion}`).toBeVisible();
          await rows.first().locator('a[data-open]').click();
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await expect(page.locator('main')).toContainText(/condition/i);
        }
        await page.goto(`${sluice.url}/flux/kustomizations?namespace=team-checkout`);
        await untilLive(page);
        const suspend = await page.request.post(
          `${sluice.url}/api/v1/flux/kustomizations/team-checkout/gift-cards/suspend?wait=true`,
          {
            data: { reason: 'a test of versions' },
          },
        );
        expect(await suspend.json()).toMatchObject({ success: true });
        await expect(rowOf(page, 'team-checkout', 'gift-cards')).toHaveAttribute('data-state', 'suspended');
      } finally {
        await sluice.stop();
      }
    } finally {
      await cluster.stop();
    }
  });
}

test('without Flux there is guidance, and the plugin comes on when the definitions appear', async ({ page }) => {
  test.setTimeout(300_000);
  const cluster = await startCluster({
    name: `without-flux-${process.pid}`,
    fluxVersion: 'none',
    only: ['kube-controller-manager'],
  });
  try {
    const sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin') });
    try {
      await untilReady(sluice.url);
      await page.goto(`${sluice.url}/`);
      await untilLive(page);
      await expect(page.locator('main')).toContainText(/not installed/i);
      await expect(
        page
          .locator('main')
          .getByRole('link', { name: /bootstrap|install/i })
          .first(),
      ).toBeVisible();
      await cluster.installCustomResources('2.9.4');
      await expect(page.locator('main')).not.toContainText(/not installed/i, { timeout: 60_000 });
    } finally {
      await sluice.stop();
    }
  } finally {
    await cluster.stop();
  }
});
