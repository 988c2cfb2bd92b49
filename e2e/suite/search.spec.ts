import type { Locator, Page } from '@playwright/test';
import { expect, expectAccessible, test, untilLive } from '../support/test.ts';

const pricing = '/flux/kustomizations/team-checkout/pricing';

function box(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Search everything' });
}

function option(page: Page, name: RegExp): Locator {
  return page.getByRole('option', { name });
}

test('the search page finds across kinds and says why each was found', async ({ page }) => {
  await page.goto('/flux/search?q=pricing');
  await expect(page.getByRole('heading', { name: 'Kustomizations' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'ImagePolicies' })).toBeVisible();
  await expect(page.locator('[data-row="team-checkout/pricing"]').first()).toContainText('did not become healthy');
  await page.locator('#search-page-q').fill('kind:gitrepository status:failing');
  await expect(page).toHaveURL(/status%3Afailing/);
  await expect(page.getByRole('heading', { name: 'GitRepositories' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Kustomizations' })).toHaveCount(0);
  await expect(page.locator('#search-results [data-row][data-state="failing"]')).not.toHaveCount(0);
  await expect(page.locator('#search-results [data-row]:not([data-state="failing"])')).toHaveCount(0);
});

test('nothing fits: the nearest name leads on', async ({ page }) => {
  await page.goto('/flux/search?q=prcing');
  await page
    .locator('#search-results')
    .getByRole('link', { name: /pricing/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('pricing');
});

test('a slash opens the search box; arrows choose, Enter goes there', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('/');
  await expect(box(page)).toBeFocused();
  await expect(option(page, /^Kustomizations$/)).toBeVisible();
  await page.keyboard.type('pricing');
  await expect(option(page, /Failing: Kustomization team-checkout\/pricing/)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  const first = page.getByRole('option').first();
  await expect(first).toHaveAttribute('aria-selected', 'true');
  await expect(box(page)).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id')) ?? 'none');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(pricing);
});

test('Enter without a choice goes to the search page, Escape closes the list', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('checkout');
  await expect(page.getByRole('listbox')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/flux/search?q=checkout');
});

test('only one request is under way while one types', async ({ page }) => {
  await page.goto('/');
  let underWay = 0;
  let most = 0;
  await page.route('**/flux/search/palette?**', async (route) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await route.fulfill({ response: await route.fetch() });
    underWay -= 1;
  });
  await page.keyboard.press('/');
  await box(page).pressSequentially('pricing', { delay: 60 });
  await expect(option(page, /Kustomization team-checkout\/pricing/).first()).toBeVisible();
  expect(most).toBe(1);
  // The last one may still be under way.
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a sync is a command, and its end is shown', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('/');
  await page.keyboard.type('sync suggest');
  await expect(page.getByRole('option').first()).toContainText(/Sync.*suggest/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/kustomizations\/search\/suggest$/);
  await expect(page.locator('#detail-run')).toContainText(/Sync/i);
});

test('an answer that comes late does not put another command in the place of the chosen one', async ({ page }) => {
  await page.goto('/');
  await page.keyboard.press('/');
  await page.keyboard.type('sync pricing');
  await expect(page.getByRole('option').first()).toContainText(/Sync.*pricing/);
  const late = Promise.withResolvers<void>();
  await page.route('**/flux/search/palette?**', async (route) => {
    await late.promise;
    await route.continue();
  });
  await box(page).fill('sync suggest');
  await page.keyboard.press('ArrowDown');
  const chosen = page.getByRole('option', { selected: true });
  await expect(chosen).toContainText('pricing');
  late.resolve();
  await expect(page.getByRole('option').first()).toContainText(/Sync.*suggest/);
  await expect(chosen).toHaveCount(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a command one may not give says which right is missing', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('viewer');
  await page.goto(sluice.url);
  await page.keyboard.press('/');
  await page.keyboard.type('sync pricing');
  const denied = page.getByRole('option').first();
  await expect(denied).toHaveAttribute('aria-disabled', 'true');
  await expect(denied).toContainText('You may not patch');
  await denied.click({ force: true });
  await expect(page).toHaveURL(`${sluice.url}/`);
});

test('g goes places, and no key does anything while one types', async ({ page }) => {
  await page.goto('/');
  await untilLive(page);
  // Keys that come too far apart, as from a machine that is busy, are no sequence.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await expect(page).toHaveURL('/flux/kustomizations', { timeout: 5_000 });
  }).toPass();
  await untilLive(page);
  await page.keyboard.press('f');
  await expect(page.locator('#filter-q')).toBeFocused();
  await page.keyboard.type('gh?j');
  await expect(page.locator('#filter-q')).toHaveValue('gh?j');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL(/\/flux\/kustomizations/);
});

test('the arrow leads from the filter to the rows, Escape leaves what is empty', async ({ page }) => {
  await page.goto('/flux/kustomizations');
  await untilLive(page);
  const filter = page.locator('#filter-q');
  await page.keyboard.press('f');
  await filter.fill('pricing');
  await expect(page.locator('[data-row]')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-row] :focus')).toContainText('pricing');
  await filter.fill('');
  await page.keyboard.press('Escape');
  await expect(filter).not.toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('combobox', { name: 'Search everything' })).not.toBeFocused();
});

test('the help sheet lists what is true on the page', async ({ page }) => {
  await page.goto('/flux/kustomizations');
  await untilLive(page);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(help).toContainText('Sync the row');
  await expect(help).toContainText('Go to HelmReleases');
  await page.keyboard.press('Escape');
  await page.goto('/audit');
  await untilLive(page);
  await page.keyboard.press('?');
  await expect(help).toContainText('Search');
  await expect(help).not.toContainText('Pick the row');
});

test('s on a list does nothing before a row is chosen', async ({ page }) => {
  await page.goto('/flux/kustomizations');
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().includes('/actions/')) posts.push(request.url());
  });
  await page.keyboard.press('s');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(posts).toEqual([]);
});

test('an object and a view become favourites and go again', async ({ page }) => {
  await page.goto(pricing);
  await page.getByRole('button', { name: 'Add team-checkout/pricing to the favourites' }).click();
  const rail = page.locator('#favourites-rail');
  await expect(rail.getByRole('link', { name: /team-checkout\/pricing/ })).toHaveAttribute('aria-current', 'page');

  await page.goto('/flux/kustomizations');
  await page
    .locator('#list-channel')
    .getByRole('link', { name: /failing/ })
    .first()
    .click();
  await expect(page).toHaveURL(/status=failing/);
  await page.getByLabel('Save this view').click();
  const name = page.getByLabel('Name of this view');
  await expect(name).toBeFocused();
  await expect(name).toHaveValue('Kustomizations: failing');
  await name.fill('What <b>fails</b>');
  await page.getByRole('button', { name: 'Save this view' }).click();
  await expect(rail.getByRole('link', { name: 'What <b>fails</b>' })).toHaveAttribute(
    'href',
    '/flux/kustomizations?status=failing',
  );

  // The star belongs to the address, also when a filter changes it within the page.
  await expect(page.getByRole('button', { name: 'Take What <b>fails</b> from the favourites' })).toBeVisible();
  await page.locator('#filter-q').fill('gift');
  await expect(page.getByLabel('Save this view')).toBeVisible();

  await page.goto('/');
  await expect(page.locator('#favourites-strip').getByRole('link')).toHaveCount(2);
  await page.goto(pricing);
  await page.getByRole('button', { name: 'Take team-checkout/pricing from the favourites' }).click();
  await expect(rail.getByRole('link')).toHaveCount(1);
});

test('a favourite that was deleted says so and can be taken away', async ({ page, context, baseURL }) => {
  const value = encodeURIComponent(JSON.stringify([['/flux/kustomizations/team-checkout/long-gone', '']]));
  await context.addCookies([{ name: 'sluice-favourites', value, url: baseURL ?? '' }]);
  await page.goto('/');
  await expect(page.locator('#favourites-strip')).toContainText('There is no Kustomization of this name any more.');
  await page.getByRole('button', { name: 'Take team-checkout/long-gone from the favourites' }).click();
  await expect(page.locator('#favourites-strip').getByRole('link')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [360, 1440]) {
    test.describe(`${theme}, ${width}`, () => {
      test.use({ colorScheme: theme, viewport: { width, height: 900 } });
      test.beforeEach(({ widths }) => test.skip(!widths.includes(width), 'walked through on the real cluster'));
      test('axe finds nothing on search and favourites', async ({ page, context, baseURL }) => {
        const kept = [
          [pricing, ''],
          ['/flux/kustomizations/team-checkout/long-gone', ''],
          ['/flux/kustomizations?status=failing', 'What fails'],
        ];
        const value = encodeURIComponent(JSON.stringify(kept));
        await context.addCookies([{ name: 'sluice-favourites', value, url: baseURL ?? '' }]);
        for (const address of ['/', '/flux/search', '/flux/search?q=checkout', '/flux/search?q=prcing+kind:pod']) {
          await page.goto(address);
          await untilLive(page);
          await expectAccessible(page);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow, `${address} at ${width}`).toBeLessThanOrEqual(0);
        }
      });

      test('axe finds nothing on what opens above a page', async ({ page }) => {
        await page.goto('/flux/helmreleases');
        await untilLive(page);
        await page.keyboard.press('Control+k');
        await page.keyboard.type('sync pric');
        await expect(page.getByRole('option').first()).toContainText('Sync');
        await page.keyboard.press('ArrowDown');
        await expectAccessible(page);
        // The first closes the list, the second leaves the box, which covers the bar of a narrow window.
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        await page.getByLabel('Save this view').click();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await page.locator('h1').click();
        await page.keyboard.press('?');
        await expect(page.getByRole('dialog')).toBeVisible();
        await expectAccessible(page);
      });
    });
  }
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('searching and favourites are plain forms', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('textbox', { name: 'Search everything' }).fill('pricing');
    await page.getByRole('textbox', { name: 'Search everything' }).press('Enter');
    await expect(page).toHaveURL('/flux/search?q=pricing');
    await page.locator('[data-row="team-checkout/pricing"] a').first().click();
    await page.getByRole('button', { name: /^Add .* to the favourites/ }).click();
    await expect(page.locator('#favourites-rail').getByRole('link')).toHaveCount(1);
    await page.goto('/flux/helmreleases?status=failing');
    await page.locator('.star summary').click();
    await page.getByLabel('Name of this view').fill('Releases that fail');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await expect(page).toHaveURL('/flux/helmreleases?status=failing');
    await expect(page.locator('#favourites-rail').getByRole('link')).toHaveCount(2);
  });
});
