import { load } from 'cheerio';
import { afterEach, expect, test } from 'vitest';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import type { FakeClusterOptions } from '../../testing/fake-cluster.ts';
import { startRealApp } from '../../testing/real-app.ts';
import type { RealApp } from '../../testing/real-app.ts';

let app: RealApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(allow: FakeClusterOptions['allow'] = () => true): Promise<RealApp> {
  app = await startRealApp({ clusters: (watches) => [fakeCluster({ watches, allow })] });
  return app;
}

function record({ services }: RealApp, name: string, more: object = {}): void {
  services.audit.record({
    id: name,
    at: new Date('2026-11-21T10:00:00Z'),
    cluster: 'test',
    by: { name: 'ada', groups: ['team'] },
    operation: 'flux.suspend',
    subject: {
      group: 'kustomize.toolkit.fluxcd.io',
      resource: 'kustomizations',
      kind: 'Kustomization',
      namespace: 'apps',
      name,
    },
    result: 'succeeded',
    message: 'Suspended: load test',
    milliseconds: 1_250,
    ...more,
  });
}

async function page(
  path: string,
): Promise<{ status: number; text(selector: string): string[]; $: ReturnType<typeof load> }> {
  const response = await fetch(`${app?.url}${path}`);
  const $ = load(await response.text());
  const text = (selector: string): string[] =>
    $(selector)
      .toArray()
      .map((element) => $(element).text().replaceAll(/\s+/g, ' ').trim());
  return { status: response.status, text, $ };
}

test('each action is a row: result, object with its link, what, who, how long and why; the newest is on top', async () => {
  record(await start(), 'shop');
  record(app as RealApp, 'cart', { result: 'refused', message: 'You may not <b>do</b> this.', note: 'No Event.' });
  const { text, $ } = await page('/audit');
  expect(text('tbody .c-state')).toEqual(['Refused', 'Done']);
  expect(text('tbody .c-src')).toEqual(['ada', 'ada']);
  expect(text('tbody .c-path')[1]).toBe('flux.suspend');
  expect(text('tbody .c-owns')[1]).toBe('1.3 s');
  expect($('tbody .c-name a').last().attr('href')).toBe('/flux/kustomizations/apps/shop');
  expect(text('tbody .because')).toEqual(['You may not <b>do</b> this.No Event.', 'Suspended: load test']);
  expect(text('#audit-title')).toEqual(['Audit 2, newest first']);
});

test('what no plugin that is on has a page for is no link', async () => {
  const plugins = { flux: { enabled: false, section: {} } };
  app = await startRealApp({ clusters: (watches) => [fakeCluster({ watches })], config: { plugins } });
  record(app, 'shop');
  const { $, text } = await page('/audit');
  expect(text('tbody .c-name')).toHaveLength(1);
  expect($('tbody .c-name a')).toHaveLength(0);
});

test('it is filtered by result and by words', async () => {
  record(await start(), 'shop');
  record(app as RealApp, 'cart', { result: 'failed', message: 'It broke.' });
  expect((await page('/audit?result=failed')).text('tbody .c-state')).toEqual(['Failed']);
  expect((await page('/audit?q=SHOP')).text('tbody .c-state')).toEqual(['Done']);
  const nothing = await page('/audit?q=nowhere');
  expect(nothing.text('#audit-nothing h2')).toEqual(['No action matches']);
  expect(nothing.$('#audit-nothing a').attr('href')).toBe('/audit');
  expect((await page('/audit?result=odd')).status).toBe(400);
});

test('before anything was done it says what will stand here', async () => {
  await start();
  expect((await page('/audit')).text('#audit-nothing h2')).toEqual(['Nothing was done yet']);
});

test('what one may not see is not there', async () => {
  record(await start((_, rule) => rule.namespace !== 'apps' && rule.namespace !== undefined), 'shop');
  expect((await page('/audit')).text('tbody .c-state')).toEqual([]);
});
