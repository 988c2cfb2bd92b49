import { afterEach, expect, test } from 'vitest';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { buildFailed, dependencyNotReady, gitRepository, kustomization, sha } from './testing/objects.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

test('shows one body of rows for each object, worst first, with the cause where attention is due', async () => {
  app = await startFluxApp({
    objects: [
      gitRepository('apps', { status: { artifact: { revision: `main@sha1:${sha('c')}` } } }),
      kustomization('calm'),
      kustomization('broken', { status: { conditions: [buildFailed()] } }),
      kustomization('waits', {
        spec: { dependsOn: [{ name: 'broken' }] },
        status: { conditions: [dependencyNotReady('shop/broken')] },
      }),
    ],
  });
  const { $, status } = await app.page('/flux/kustomizations');
  expect(status).toBe(200);
  const rows = $('table#rows > tbody');
  expect(rows.map((_, row) => $(row).attr('data-row')).get()).toEqual(['shop/broken', 'shop/waits', 'shop/calm']);
  expect(new Set(rows.map((_, row) => $(row).attr('id')).get()).size).toBe(3);
  expect($(rows[0]).find('.because').text()).toContain('does not exist');
  expect($(rows[0]).find('.because').text()).toContain('holds up 1');
  expect($(rows[2]).find('.because')).toHaveLength(0);
  expect($(rows[2]).find('.c-rev').text().trim()).toBe('main@aaaaaaa → ccccccc');
  expect($('h1').text()).toContain('3');
  expect($('.keys a[data-state="failing"]').attr('href')).toBe('/flux/kustomizations?status=failing');
  expect($('title').text()).toContain('1 failing');
});

test('sorts by every column, filters and pages by its URL alone', async () => {
  app = await startFluxApp({
    objects: Array.from({ length: 120 }, (_, index) =>
      kustomization(`app-${String(index).padStart(3, '0')}`, { namespace: index % 2 === 0 ? 'even' : 'odd' }),
    ),
  });
  const first = await app.page('/flux/kustomizations?namespace=odd&sort=-name');
  expect(first.$('tbody')).toHaveLength(50);
  expect(first.$('tbody').first().attr('data-row')).toBe('odd/app-119');
  expect(first.$('th[aria-sort]').text()).toContain('Name');
  const next = await app.page(first.$('a[rel="next"]').attr('href') ?? '');
  expect(next.$('.pager').text()).toContain('51 to 60 of 60');
  for (const link of first.$('thead th a').get()) {
    expect((await app.page(first.$(link).attr('href') ?? '')).status).toBe(200);
  }
  const bad = await app.page('/flux/kustomizations?sort=colour');
  expect(bad.status).toBe(400);
  expect(bad.$('main').text()).toContain('colour');
});

test('offers the actions that are open, and names the right that is missing for the others', async () => {
  app = await startFluxApp({
    objects: [
      kustomization('mine'),
      kustomization('held', { spec: { suspend: true } }),
      kustomization('theirs', { namespace: 'other' }),
    ],
    allow: (rule) => rule.verb !== 'patch' || rule.namespace === 'shop',
  });
  const { $ } = await app.page('/flux/kustomizations');
  const menu = (key: string) => $(`[data-row="${key}"] .menu-list`);
  const sync = menu('shop/mine').find('button[formaction="/actions/flux.reconcile"][form="row-action"]');
  expect([sync.attr('name'), sync.attr('value')]).toEqual(['object', 'shop/mine']);
  expect($('form#row-action input[name="plural"]').attr('value')).toBe('kustomizations');
  expect(menu('shop/mine').find('a[href^="/flux/kustomizations/shop/mine/suspend"]')).toHaveLength(1);
  expect(menu('shop/held').find('button[formaction="/actions/flux.resume"]')).toHaveLength(1);
  expect(menu('shop/held').find('[aria-disabled]').text()).toContain('resume it first');
  expect(menu('other/theirs').find('button:not([aria-disabled])')).toHaveLength(0);
  expect(menu('other/theirs').text()).toContain(
    'You may not patch kustomizations.kustomize.toolkit.fluxcd.io in namespace other.',
  );
  expect($('[data-row="other/theirs"] input[type="checkbox"]')).toHaveLength(0);
});

test('shows only what may be listed, and of the rest only how many namespaces there are', async () => {
  app = await startFluxApp({
    objects: [kustomization('mine'), kustomization('hidden-thing', { namespace: 'attic' })],
    allow: (rule) => rule.namespace === 'shop',
  });
  const { $, html } = await app.page('/flux/kustomizations');
  expect(
    $('tbody')
      .map((_, row) => $(row).attr('data-row'))
      .get(),
  ).toEqual(['shop/mine']);
  expect($('.partial').text()).toContain('1 namespace');
  expect(html).not.toContain('hidden-thing');
  expect(html).not.toContain('attic');
});

test('explains a kind that is forbidden, with the rule that would grant it', async () => {
  app = await startFluxApp({ objects: [kustomization('mine')], allow: () => false });
  const { $, status } = await app.page('/flux/kustomizations');
  expect(status).toBe(200);
  expect($('#list-nothing').text()).toContain('Kustomizations are hidden from you');
  expect($('#list-nothing pre').text()).toContain('kind: ClusterRole');
  expect($('#list-nothing pre').text()).toContain('kustomize.toolkit.fluxcd.io');
  expect($('tbody')).toHaveLength(0);
});

test('tells absent, empty, unmatched and still being read apart', async () => {
  app = await startFluxApp({ objects: [kustomization('ledger')], absent: ['buckets'] });
  const nothing = async (path: string) => (await app.page(path)).$('#list-nothing').text();
  expect(await nothing('/flux/buckets')).toContain('does not know Buckets');
  expect(await nothing('/flux/gitrepositories')).toContain('No GitRepositories in this cluster');
  const unmatched = await app.page('/flux/kustomizations?q=ledgr');
  expect(unmatched.$('#list-nothing h2').text()).toBe('None of 1 Kustomization matches “ledgr”');
  expect(unmatched.$('#list-nothing a').first().attr('href')).toBe('/flux/kustomizations?q=ledger');
  app.cluster.become({ group: 'source.toolkit.fluxcd.io', resource: 'gitrepositories' }, { state: 'syncing' });
  expect(await nothing('/flux/gitrepositories')).toContain('Reading GitRepositories');
  expect((await app.page('/flux/gadgets')).status).toBe(404);
});

test('keeps the last facts with their age when the connection is lost', async () => {
  app = await startFluxApp({ objects: [kustomization('mine')] });
  app.cluster.loseConnection('Nothing answers at https://fake.invalid.', new Date('2026-01-02T03:04:05Z'));
  const { $ } = await app.page('/flux/kustomizations');
  expect($('tbody')).toHaveLength(1);
  expect($('#list-notices time').first().attr('datetime')).toBe('2026-01-02T03:04:05.000Z');
});

test('leaves hostile text as text and holds names of 253 letters', async () => {
  const script = '<script>alert("x")</script>';
  const backwards = '\u202Egnp.exe';
  const long = `a${'b'.repeat(251)}c`;
  app = await startFluxApp({
    objects: [
      kustomization(long, {
        metadata: { labels: { evil: script } },
        spec: { path: `./${script}${backwards}` },
        status: {
          conditions: [buildFailed(`${script} ${backwards} https://user:s3cret@git.example.com/x.git`)],
          lastAppliedRevision: `${script}@sha1:${sha('a')}`,
        },
      }),
    ],
  });
  const { $, html } = await app.page('/flux/kustomizations');
  expect($('main script')).toHaveLength(0);
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('s3cret');
  expect($('tbody a[data-open]').text()).toContain(long);
  expect($('.c-code').last().text()).toContain(script);
  const detail = await app.page(`/flux/kustomizations/shop/${long}`);
  expect(detail.status).toBe(200);
  expect(detail.$('main script')).toHaveLength(0);
  expect(detail.html).not.toContain('s3cret');
  const yaml = await app.page(`/flux/kustomizations/shop/${long}?tab=yaml`);
  expect(yaml.$('main script')).toHaveLength(0);
  expect(yaml.$('pre').text()).toContain(script);
  expect(yaml.html).not.toContain('s3cret');
});

test('asks the API server for nothing', async () => {
  app = await startFluxApp({ objects: [gitRepository('apps'), kustomization('mine')] });
  const paths = [
    '/',
    '/flux',
    '/flux/kustomizations',
    '/flux/kustomizations/shop/mine',
    '/flux/gitrepositories/shop/apps',
  ];
  const pages = await Promise.all(paths.map((path) => app.page(path)));
  expect(pages.map(({ status }) => status)).toEqual(paths.map(() => 200));
  expect(app.cluster.requests).toEqual([]);
});
