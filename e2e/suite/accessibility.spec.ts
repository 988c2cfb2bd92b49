import { kinds } from '../../server/plugins/flux/kinds/index.ts';
import { expectSound, expectToFit, test } from '../support/test.ts';

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

    for (const { plural, title } of kinds) {
      test(`the list of ${title} and the worst one of them fit every window`, async ({ page, world, widths }) => {
        // The embedded cluster has the same pages: there the widths alone, and once.
        test.skip(world.kind === 'sandbox' && theme === 'dark', 'looks do not change widths');
        const sound = () => (world.kind === 'cluster' ? expectSound(page, widths) : expectToFit(page));
        await page.goto(`/flux/${plural}`);
        await sound();
        await page.setViewportSize({ width: 1440, height: 900 });
        const first = await page.locator('tbody[data-row]').first().getAttribute('data-row');
        await page.goto(`/flux/${plural}/${first}`);
        await sound();
      });
    }
  });
}
