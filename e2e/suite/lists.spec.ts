import { idleKustomization, kustomizationsPath, recreate, remove, rowOf } from '../support/objects.ts';
import { startSluice, untilReady } from '../support/sluice-process.ts';
import { expect, test } from '../support/test.ts';

const lists = [
  { plural: 'kustomizations', title: 'Kustomizations' },
  { plural: 'helmreleases', title: 'HelmReleases' },
  { plural: 'gitrepositories', title: 'GitRepositories' },
  { plural: 'ocirepositories', title: 'OCIRepositories' },
  { plural: 'helmrepositories', title: 'HelmRepositories' },
  { plural: 'helmcharts', title: 'HelmCharts' },
  { plural: 'buckets', title: 'Buckets' },
];

for (const { plural, title } of lists) {
  test(`${title} are listed as the API server has them`, async ({ page, kube }) => {
    const group = plural === 'kustomizations' ? 'kustomize' : plural === 'helmreleases' ? 'helm' : 'source';
    const version = plural === 'helmreleases' ? 'v2' : 'v1';
    await page.goto(`/flux/${plural}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(title);
    // Other specs make objects and delete them meanwhile; the page follows.
    await expect(async () => {
      const { items } = await kube.json<{ items: unknown[] }>({
        path: `/apis/${group}.toolkit.fluxcd.io/${version}/${plural}`,
      });
      await expect(page.getByRole('heading', { level: 1 })).toContainText(String(items.length), { timeout: 5_000 });
      await expect(page.locator('tbody[data-row]')).toHaveCount(Math.min(50, items.length), { timeout: 5_000 });
    }).toPass();
  });
}

test('what fails stands first, with its cause in words', async ({ page }) => {
  await page.goto('/flux/kustomizations');
  const first = page.locator('tbody[data-row]').first();
  await expect(first).toHaveAttribute('data-state', /failing|stalled/);
  await expect(first.locator('.because')).not.toBeEmpty();
});

test('the address is the view: status, namespace, text and sort come back with it', async ({ page }) => {
  await page.goto('/flux/kustomizations');
  await page
    .locator('#list-channel')
    .getByRole('link', { name: /failing/ })
    .first()
    .click();
  await expect(page).toHaveURL(/status=failing/);
  await expect(page.locator('tbody[data-row][data-state="failing"]')).not.toHaveCount(0);
  await expect(page.locator('tbody[data-row]:not([data-state="failing"])')).toHaveCount(0);

  await page.goto('/flux/kustomizations?namespace=team-checkout&sort=name');
  const names = await page
    .locator('tbody[data-row]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row') ?? ''));
  expect(names.length).toBeGreaterThan(5);
  expect(names.every((name) => name.startsWith('team-checkout/'))).toBe(true);
  expect(names).toEqual(names.toSorted());
});

test('typing in the filter narrows the list and the address', async ({ page }) => {
  await page.goto('/flux/kustomizations');
  await page.locator('#filter-q').fill('gift-cards');
  await expect(page).toHaveURL(/q=gift-cards/);
  await expect(page.locator('tbody[data-row]')).toHaveCount(1);
  await expect(rowOf(page, 'team-checkout', 'gift-cards')).toBeVisible();
});

test('every column sorts', async ({ page }) => {
  await page.goto('/flux/gitrepositories');
  const hrefs = await page
    .locator('thead a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(hrefs.length).toBeGreaterThan(3);
  for (const href of hrefs) {
    const answer = await page.goto(href);
    expect(answer?.status(), href).toBe(200);
    await expect(page.locator('tbody[data-row]').first()).toBeVisible();
  }
});

test('a list of more than fifty is paged by the server', async ({ page }) => {
  const large = await startSluice({ arguments: ['--demo', '--story', 'still', '--scale', '120'] });
  try {
    await untilReady(large.url);
    const rows = page.locator('tbody[data-row]');
    await page.goto(`${large.url}/flux/kustomizations`);
    const total = Number(/\d+/.exec((await page.getByRole('heading', { level: 1 }).textContent()) ?? '')?.[0]);
    expect(total).toBeGreaterThan(100);
    await expect(rows).toHaveCount(50);
    const first = await rows.first().getAttribute('data-row');
    await page.getByRole('link', { name: 'Next' }).click();
    await expect(page).toHaveURL(/page=2/);
    await expect(rows).toHaveCount(50);
    expect(await rows.first().getAttribute('data-row')).not.toBe(first);
    await page.goto(`${large.url}/flux/kustomizations?page=${Math.ceil(total / 50)}`);
    await expect(rows).toHaveCount(total % 50 || 50);
  } finally {
    await large.stop();
  }
});

test('nothing matches is not nothing exists', async ({ page }) => {
  await page.goto('/flux/kustomizations?q=zzz-no-such-thing');
  await expect(page.locator('main')).toContainText(/match/i);
  await page.goto('/flux/kustomizations?q=gift-card');
  await expect(rowOf(page, 'team-checkout', 'gift-cards')).toBeVisible();
});

test('markup, right-to-left marks and very long names stay text and keep the layout', async ({ page, kube }) => {
  const name = `a${'b'.repeat(251)}c`;
  const path = './<script>window.hacked=1</script>\u202Egnp';
  const namespace = 'team-checkout';
  await recreate(kube, kustomizationsPath(namespace), idleKustomization(namespace, name, { path }));
  try {
    for (const address of [
      `/flux/kustomizations?q=${name.slice(0, 30)}`,
      `/flux/kustomizations/${namespace}/${name}`,
    ]) {
      await page.goto(address);
      await expect(page.locator('main')).toContainText('<script>');
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, 'wider than the window').toBeLessThanOrEqual(0);
    }
  } finally {
    await remove(kube, kustomizationsPath(namespace, name));
  }
});
