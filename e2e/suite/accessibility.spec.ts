import { expectSound, test } from '../support/test.ts';

const addresses = [
  '/',
  '/flux/kustomizations',
  '/flux/helmreleases',
  '/flux/gitrepositories',
  '/flux/kustomizations?q=nothing-matches-this',
  '/flux/kustomizations/team-checkout/pricing',
  '/flux/gitrepositories/team-payments/audit-trail',
  '/flux/kustomizations/team-checkout/pricing?tab=yaml',
  '/flux/kustomizations/team-checkout/no-such-one',
  '/audit',
  '/bootstrap',
];

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const address of addresses) {
      test(`axe finds nothing on ${address}, and nothing is wider than the window`, async ({ page, widths }) => {
        await page.goto(address);
        await expectSound(page, widths);
      });
    }
  });
}
