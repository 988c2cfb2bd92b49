import { afterEach, expect, test } from 'vitest';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { buildFailed, gitRepository, kustomization } from './testing/objects.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

const objects = [
  gitRepository('checkout'),
  kustomization('checkout-web', { status: { conditions: [buildFailed()] } }),
  kustomization('secret-plan', { namespace: 'hidden' }),
];

const nowhereHidden = (rule: { verb: string; namespace?: string | undefined }) =>
  rule.verb !== 'list' || rule.namespace === 'shop';

async function keep(path: string, name = ''): Promise<string> {
  const response = await fetch(`${app.url}/favourites`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ do: 'add', path, name, back: '/' }),
  });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

test('finds across kinds, marks the worst state and says why', async () => {
  app = await startFluxApp({ objects });
  const { $, status } = await app.page('/flux/search?q=checkout');
  expect(status).toBe(200);
  expect(
    $('#search-results section h2')
      .map((_, heading) => $(heading).text())
      .get(),
  ).toEqual(['GitRepositories', 'Kustomizations']);
  const row = $('[data-row="shop/checkout-web"]');
  expect(row.attr('data-state')).toBe('failing');
  expect(row.find('.what').text()).toContain('does not exist');
  expect($('#search-page-q').attr('value')).toBe('checkout');
});

test('looks only through what the asker may see, also for near names', async () => {
  app = await startFluxApp({ objects, allow: nowhereHidden });
  const found = await app.page('/flux/search?q=secret-plan');
  expect(found.$('#search-results').text()).toContain('Nothing fits');
  const near = await app.page('/flux/search?q=secret-plam');
  expect(near.html).not.toContain('secret-plan');
  const palette = await app.page('/flux/search/palette?q=secret-plan');
  expect(palette.html).not.toContain('hidden/');
  const answer = await fetch(`${app.url}/api/v1/flux/search?q=plan`);
  expect(await answer.json()).toMatchObject({ success: true, data: { total: 0, items: [] } });
});

test('nothing fits: the nearest names lead on; nothing asked: what can be', async () => {
  app = await startFluxApp({ objects });
  const near = await app.page('/flux/search?q=chekout');
  expect(near.$('#search-results a').first().attr('href')).toBe('/flux/gitrepositories/shop/checkout');
  const empty = await app.page('/flux/search');
  expect(empty.$('main').text()).toContain('kind:helmrelease');
  const odd = await app.page('/flux/search?q=%3Cscript%3Ealert(1)%3C/script%3E+kind:pod');
  expect(odd.html).not.toContain('<script>alert');
  expect(odd.$('.notice').text()).toContain('pod');
  expect((await app.page(`/flux/search?q=${'a'.repeat(300)}`)).status).toBe(400);
});

test('the list under the search box offers objects and what can be done to the best of them', async () => {
  app = await startFluxApp({ objects });
  const { $ } = await app.page('/flux/search/palette?q=checkout-web');
  const words = $('[role="option"]')
    .map((_, option) => $(option).text().replaceAll(/\s+/g, ' ').trim())
    .get();
  expect(words[0]).toContain('Kustomization shop/checkout-web');
  expect(words.some((text) => text.startsWith('Sync shop/checkout-web'))).toBe(true);
  expect(words.some((text) => text.startsWith('Suspend… shop/checkout-web'))).toBe(true);
  expect($('[data-action="/actions/flux.reconcile"]').first().attr('data-object')).toBe('shop/checkout-web');
  expect($('html body #main')).toHaveLength(0);
  const sync = await app.page('/flux/search/palette?q=sync+checkout');
  expect(
    sync
      .$('[role="option"][data-action]')
      .map((_, option) => sync.$(option).attr('data-plural'))
      .get(),
  ).toEqual(['gitrepositories', 'kustomizations']);
});

test('a command that one may not give says which right it takes', async () => {
  app = await startFluxApp({ objects, allow: (rule) => rule.verb !== 'patch' });
  const { $ } = await app.page('/flux/search/palette?q=sync+checkout-web');
  const option = $('[role="option"]').first();
  expect(option.attr('aria-disabled')).toBe('true');
  expect(option.attr('data-action')).toBeUndefined();
  expect(option.text()).toContain('You may not patch kustomizations');
});

test('searching asks the API server for nothing', async () => {
  app = await startFluxApp({ objects });
  await app.page('/flux/search?q=checkout');
  const before = app.cluster.requests.length;
  await app.page('/flux/search?q=web');
  await app.page('/flux/search/palette?q=web');
  await fetch(`${app.url}/api/v1/flux/search?q=web`);
  expect(app.cluster.requests.length).toBe(before);
});

test('the API has the best first, all counted, and refuses what it does not understand', async () => {
  app = await startFluxApp({ objects });
  const answer = await fetch(`${app.url}/api/v1/flux/search?q=checkout&limit=1`);
  expect(await answer.json()).toMatchObject({
    success: true,
    data: { items: [{ kind: 'GitRepository', name: 'checkout' }], total: 2, counts: { kustomizations: 1 } },
  });
  const odd = await fetch(`${app.url}/api/v1/flux/search?q=kind:pod`);
  expect(odd.status).toBe(400);
  expect(await odd.json()).toMatchObject({ success: false, error: { field: 'q' } });
});

test('favourites stand in the rail with their state, and say when they are gone', async () => {
  app = await startFluxApp({ objects });
  const cookie = await keep('/flux/kustomizations/shop/checkout-web');
  const show = async (path: string) => (await fetch(app.url + path, { headers: { cookie } })).text();
  const shown = await show('/flux/kustomizations/shop/checkout-web');
  expect(shown).toContain('Take shop/checkout-web from the favourites');
  expect(await show('/favourites')).toMatch(/checkout-web.*Failing/s);
  app.cluster.remove({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: 'shop', name: 'checkout-web' },
  });
  expect(await show('/')).toContain('There is no Kustomization of this name any more.');
});

test('a favourite tells nothing of what one may not see, and its name is text', async () => {
  app = await startFluxApp({ objects, allow: nowhereHidden });
  const cookie = await keep('/flux/kustomizations/hidden/secret-plan');
  const hidden = await (await fetch(`${app.url}/favourites`, { headers: { cookie } })).text();
  const guess = await keep('/flux/kustomizations/hidden/no-such-plan');
  const missing = await (await fetch(`${app.url}/favourites`, { headers: { cookie: guess } })).text();
  expect(missing.replaceAll('no-such-plan', 'secret-plan')).toBe(hidden);
  const named = await keep('/audit', '<b>mine</b>');
  expect(await (await fetch(`${app.url}/favourites`, { headers: { cookie: named } })).text()).toContain(
    '&lt;b&gt;mine',
  );
});
