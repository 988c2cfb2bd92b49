import { untilOver } from '../support/slow-work.ts';
import { expect, expectSound, test, untilLive } from '../support/test.ts';

const payouts = '/flux/kustomizations/team-payments/payouts/diff';
const promotions = '/flux/kustomizations/team-checkout/promotions/diff';

test.describe('what a source of the company holds', () => {
  test('tells what a suspended Kustomization would change, object by object', async ({ page }) => {
    await page.goto(payouts);
    await untilLive(page);
    await untilOver(page);
    const diff = page.locator('#detail-diff');
    await expect(diff).toContainText('is the source’s newest, Flux last applied');
    await expect(diff).toContainText('It is suspended: Flux does nothing.');
    await expect(diff.getByRole('link', { name: /deleted/ })).toContainText('1');
    await expect(diff.getByRole('link', { name: /created/ })).toContainText('1');
    await expect(diff.getByRole('link', { name: /changed/ })).toContainText('2');
    const image = diff.getByRole('row', { name: /payouts:4\.3\.7.*payouts:4\.3\.8/ });
    await expect(image.locator('mark')).not.toHaveCount(0);
    await diff.getByRole('link', { name: 'Unified' }).click();
    await expect(diff.locator('details[open] table.diff-unified').first()).toBeVisible();
    await diff.getByRole('link', { name: /created/ }).click();
    await expect(diff.locator('details')).toHaveCount(1);
    await expect(diff.locator('summary')).toContainText('payouts-holidays');
    await diff.getByRole('link', { name: /deleted/ }).click();
    await expect(diff.locator('summary')).toContainText('payouts-calendar');
  });

  test('tells drift with who made it', async ({ page }) => {
    await page.goto(promotions);
    await untilLive(page);
    await untilOver(page);
    const diff = page.locator('#detail-diff');
    await expect(diff.getByRole('heading', { name: 'Drift' })).toBeVisible();
    await expect(diff).toContainText('by kubectl-edit');
    await expect(diff).toContainText('When it is resumed, Flux corrects it at once.');
  });

  test('a patch can be taken along, and the API says the same', async ({ page, request }) => {
    await page.goto(payouts);
    await untilOver(page);
    const started = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Patch' }).click();
    expect((await started).suggestedFilename()).toBe('team-payments-payouts.patch');
    const answer = (await (await request.get(`/api/v1${payouts}`)).json()) as {
      data: { shows: string; counts: Record<string, number> };
    };
    expect(answer.data).toMatchObject({ shows: 'ahead', counts: { delete: 1, create: 1, update: 2 } });
  });

  test('who may not fetch the artifact is told which right is missing', async ({ page, sluiceAs }) => {
    const viewer = await sluiceAs('viewer');
    await page.goto(viewer.url + payouts);
    await untilLive(page);
    await untilOver(page);
    await expect(page.getByRole('heading', { name: 'You may not see what would change' })).toBeVisible();
    await expect(page.locator('#detail-diff')).toContainText('services/proxy');
  });

  test('reads the same without a script', async ({ browser, sluice }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${sluice.url}${payouts}?view=unified`);
    await untilOver(page);
    await expect(page.locator('#detail-diff details[open] table.diff-unified').first()).toBeVisible();
    await context.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(colorScheme, () => {
      test.use({ colorScheme });
      test('is accessible at every width, in both views', async ({ page, widths }) => {
        for (const address of [payouts, `${payouts}?view=unified`]) {
          await page.goto(address);
          await untilLive(page);
          await untilOver(page);
          await expect(page.locator('#detail-diff .diff-standing')).toBeVisible();
          await expectSound(page, widths);
        }
      });
    });
  }
});

test('says why it cannot be compared', async ({ page, widths }) => {
  await page.goto('/flux/kustomizations/team-payments/fraud-scoring/diff');
  await untilLive(page);
  await untilOver(page);
  await expect(page.getByRole('heading', { name: 'It could not be compared' })).toBeVisible();
  await expect(page.locator('#detail-diff')).toContainText('offers no artifact yet');
  await expectSound(page, widths);
});

test('leads from the search box and from the page of a Kustomization to its diff', async ({ page }) => {
  await page.goto('/flux/kustomizations/team-payments/payouts');
  await untilLive(page);
  await page
    .getByRole('navigation', { name: /Views of/ })
    .getByRole('link', { name: 'Diff' })
    .click();
  await expect(page).toHaveURL(/payouts\/diff$/);
  await untilLive(page);
  await page.keyboard.press('/');
  await page.keyboard.type('diff promotions');
  await expect(page.getByRole('option', { name: /Diff of.*promotions/ })).toBeVisible();
});

test('refuses queries that it does not know, in words', async ({ request }) => {
  for (const query of ['view=sideways', 'change=everything', 'page=0', 'after=yesterday'])
    expect((await request.get(`${payouts}?${query}`)).status(), query).toBe(400);
  expect((await request.get('/flux/helmreleases/platform/kyverno/diff')).status()).toBe(404);
});
