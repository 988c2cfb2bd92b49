import { expect, test } from '../support/test.ts';

const bad = [
  { address: '/flux/nonsense', status: 404, says: /nonsense/ },
  { address: '/flux/kustomizations/team-checkout/no-such-one', status: 404, says: /no-such-one/ },
  { address: '/flux/kustomizations?page=minus', status: 400, says: /page/ },
  { address: '/flux/kustomizations?page=-1', status: 400, says: /page/ },
  { address: '/flux/kustomizations?sort=colour', status: 400, says: /sort/ },
  { address: '/flux/kustomizations?status=purple', status: 400, says: /status/ },
  { address: '/clusters/elsewhere/flux/kustomizations', status: 404, says: /elsewhere/ },
  { address: '/no/such/page', status: 404, says: /not/i },
];

for (const { address, status, says } of bad) {
  test(`${address} is answered with ${status} and what to do`, async ({ page }) => {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(status);
    await expect(page.locator('main')).toContainText(says);
    await expect(page.locator('main').getByRole('link').first()).toBeVisible();
  });
}

test('the API names the field that is wrong, in JSON', async ({ request }) => {
  const answer = await request.get('/api/v1/flux/kustomizations?page=minus');
  expect(answer.status()).toBe(400);
  expect(await answer.json()).toMatchObject({ success: false, error: { code: 'invalid', field: 'page' } });
  const unknown = await request.get('/api/v1/nothing');
  expect(unknown.status()).toBe(404);
  expect(await unknown.json()).toMatchObject({ success: false, error: { code: 'not_found' } });
});

test('a form from another site is refused, and nothing is changed', async ({ request }) => {
  const answer = await request.post('/actions/flux.suspend', {
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' },
    form: { plural: 'kustomizations', object: 'team-checkout/gift-cards', back: '/' },
  });
  expect(answer.status()).toBe(403);
});

test('after an action one is never sent to another site', async ({ request }) => {
  const answer = await request.post('/actions/flux.reconcile', {
    form: { plural: 'kustomizations', object: 'team-checkout/no-such-one', back: 'https://evil.example.com/' },
    maxRedirects: 0,
  });
  expect(answer.headers()['location'] ?? '').not.toContain('evil');
});
