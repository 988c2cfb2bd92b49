import type { APIRequestContext } from '@playwright/test';
import { load, type CheerioAPI } from 'cheerio';
import type { KubeClient } from '../../server/kube/cluster.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import type { KindDefinition } from '../../server/plugins/flux/kind.ts';
import { kinds } from '../../server/plugins/flux/kinds/index.ts';
import { objectStates, type ObjectState } from '../../server/plugins/flux/summary.ts';
import { expect, test } from '../support/test.ts';

/** Each kind of the registry × list, search, detail and API, against what the API server itself has. */

interface Summary {
  namespace: string;
  name: string;
  state: ObjectState;
  because?: string;
}

/** The mark's symbol and the word of each state, as the pages have to show them. Colour is never the only sign. */
const looks: Record<ObjectState, { symbol: string; word: RegExp }> = {
  failing: { symbol: 's-failing', word: /^failing$/i },
  stalled: { symbol: 's-stalled', word: /^stalled$/i },
  'suspended-failing': { symbol: 's-suspended-failing', word: /^suspended$/i },
  waiting: { symbol: 's-waiting', word: /^waiting$/i },
  stale: { symbol: 's-stale', word: /^stale$/i },
  suspended: { symbol: 's-suspended', word: /^suspended$/i },
  reconciling: { symbol: 's-reconciling', word: /^reconciling$/i },
  deleting: { symbol: 's-deleting', word: /^deleting$/i },
  none: { symbol: 's-none', word: /^no status$/i },
  ready: { symbol: 's-ready', word: /^ready$/i },
};

/** States in which something is to be explained. */
const explained = new Set<ObjectState>([
  'failing',
  'stalled',
  'suspended-failing',
  'waiting',
  'stale',
  'suspended',
  'reconciling',
  'deleting',
]);

const keyOf = ({ namespace, name }: { namespace?: string; name: string }): string => `${namespace ?? ''}/${name}`;

async function fromApiServer(kube: KubeClient, kind: KindDefinition): Promise<KubeObject[]> {
  const { items } = await kube.json<{ items: KubeObject[] }>({
    path: `/apis/${kind.group}/${kind.versions[0]}/${kind.plural}`,
  });
  return items;
}

/** A page as its HTML; fails with the address when it is not there. */
async function pageAt(request: APIRequestContext, path: string): Promise<CheerioAPI> {
  const answer = await request.get(path);
  expect(answer.status(), path).toBe(200);
  return load(await answer.text());
}

/** The keys of all rows of a list, whatever number of pages they fill. */
async function rowsOf(request: APIRequestContext, path: string): Promise<string[]> {
  const keys: string[] = [];
  for (let page = 1; page < 40; page += 1) {
    const $ = await pageAt(request, `${path}${path.includes('?') ? '&' : '?'}page=${page}`);
    const rows = $('tbody[data-row]').toArray();
    const found = rows.map((row) => $(row).attr('data-row') ?? '');
    // Past the end the last page is shown again.
    if (found[0] === undefined || keys.includes(found[0])) return keys;
    keys.push(...found);
  }
  throw new Error(`${path} has no end`);
}

async function summariesOf(request: APIRequestContext, kind: KindDefinition): Promise<Summary[]> {
  const items: Summary[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await request.get(`/api/v1/flux/${kind.plural}?page=${page}`);
    expect(answer.status()).toBe(200);
    const { success, data } = (await answer.json()) as { success: boolean; data: { items: Summary[]; pages: number } };
    expect(success).toBe(true);
    items.push(...data.items);
    if (page >= data.pages) return items;
  }
}

/** One object of each state that there is. */
function oneOfEach(summaries: readonly Summary[]): Summary[] {
  return objectStates.flatMap((state) => summaries.find((summary) => summary.state === state) ?? []);
}

/** Fails when an object does not have this state in the list, on its page and in the API alike. */
async function expectSameEverywhere(
  request: APIRequestContext,
  kind: KindDefinition,
  { namespace, name, state }: Summary,
): Promise<void> {
  const path = `/flux/${kind.plural}/${namespace}/${name}`;
  const { symbol, word } = looks[state];
  const list = await pageAt(request, `/flux/${kind.plural}?q=${namespace}/${name}`);
  const row = list(`tbody[data-row="${namespace}/${name}"]`);
  expect(row.attr('data-state'), path).toBe(state);
  expect(row.find('.state use').attr('href'), path).toMatch(new RegExp(`#${symbol}$`));
  expect(row.find('.state-word').first().text().trim(), path).toMatch(word);

  const $ = await pageAt(request, path);
  expect($('h1').text().replaceAll(/\s+/g, ' '), path).toContain(`${namespace}/${name}`);
  const shown = $('#detail-finding [data-state]').attr('data-state') ?? $('#detail-finding').attr('data-state');
  // What has no status may have failed all the same: events tell.
  expect(state === 'none' && shown === 'warning' ? 'none' : shown, path).toBe(state);
  const answer = await request.get(`/api/v1${path}`);
  expect(answer.status(), path).toBe(200);
  const { data } = (await answer.json()) as { data: { summary: Summary; object: KubeObject } };
  expect(data.summary).toMatchObject({ kind: kind.kind, namespace, name, state });
  expect(data.object).toMatchObject({ kind: kind.kind, metadata: { namespace, name } });
  if (state === 'suspended-failing') expect(data.summary.because, path).toContain('It was failing before');
  if (explained.has(state)) expect(data.summary.because, path).toMatch(/\S.*[.!?…]$/s);
  else expect(data.summary.because, path).toBeUndefined();
}

for (const kind of kinds) {
  test.describe(kind.kind, () => {
    test('list and API have what the API server has', async ({ request, kube }) => {
      const path = `/flux/${kind.plural}`;
      await expect(async () => {
        const wanted = (await fromApiServer(kube, kind)).map(({ metadata }) => keyOf(metadata)).toSorted();
        expect(wanted.length, 'the company has some').toBeGreaterThan(0);
        expect((await rowsOf(request, path)).toSorted()).toEqual(wanted);
        expect((await summariesOf(request, kind)).map(keyOf).toSorted()).toEqual(wanted);
      }).toPass();
      const $ = await pageAt(request, path);
      expect($('h1').text()).toContain(kind.title);
      const heads = $('thead th')
        .toArray()
        .map((head) => $(head).text().trim());
      for (const { label } of kind.columns) expect(heads.join('|')).toContain(label);
      expect($(`nav a[href="${path}"]`).text(), 'its place in the rail').toContain(kind.title);
    });

    test('each object is found by its name, and by nothing that it is not', async ({ request, kube }) => {
      const [first] = await fromApiServer(kube, kind);
      if (first === undefined) throw new Error(`The company has no ${kind.kind}`);
      const { namespace = '', name } = first.metadata;
      const found = await rowsOf(request, `/flux/${kind.plural}?q=${encodeURIComponent(`${namespace}/${name}`)}`);
      expect(found).toContain(`${namespace}/${name}`);
      for (const key of found) expect(key).toContain(`${namespace}/${name}`);
      const $ = await pageAt(request, `/flux/${kind.plural}?q=zzz-no-such-thing`);
      expect($('tbody[data-row]').length).toBe(0);
      const answer = await request.get(`/api/v1/flux/${kind.plural}?q=${encodeURIComponent(name)}`);
      const { data } = (await answer.json()) as { data: { items: Summary[] } };
      expect(data.items.map(keyOf)).toContain(`${namespace}/${name}`);
    });

    test('each state looks the same in the list, on the page and in the API', async ({ request }) => {
      // What other specs change while this one looks is not the same from one answer to the next.
      await expect(async () => {
        for (const summary of oneOfEach(await summariesOf(request, kind)))
          await expectSameEverywhere(request, kind, summary);
      }).toPass();
    });

    test('what is not there is said to be not there', async ({ request }) => {
      const page = await request.get(`/flux/${kind.plural}/flux-system/zzz-no-such-thing`);
      expect(page.status()).toBe(404);
      const api = await request.get(`/api/v1/flux/${kind.plural}/flux-system/zzz-no-such-thing`);
      expect(api.status()).toBe(404);
      expect(await api.json()).toMatchObject({ success: false, error: { code: 'not_found' } });
    });
  });
}

test('every state that a page can show stands somewhere in the company', async ({ request }) => {
  const seen = new Set<ObjectState>();
  for (const kind of kinds) for (const { state } of await summariesOf(request, kind)) seen.add(state);
  expect(objectStates.filter((state) => !seen.has(state))).toEqual([]);
});

test('an image policy says who writes its tag and what runs', async ({ page }) => {
  await page.goto('/flux/imagepolicies/team-payments/refunds');
  const use = page.locator('#panel-use');
  await expect(use).toContainText('3.5.0');
  await expect(use.getByRole('link', { name: /image-updates/ })).toBeVisible();
  await expect(use).toContainText('Has not written 3.5.0');
  await expect(use).toContainText('Not at 3.5.0 yet; applied by Kustomization team-payments/refunds.');
});

test('an alert and its provider tell of what could not be sent, and never where to', async ({ page }) => {
  await page.goto('/flux/alerts/flux-system/failures');
  await expect(page.locator('#panel-delivery')).toContainText(/notifications were not sent.*context deadline exceeded/);
  await expect(page.locator('#panel-sources')).toContainText(/every Kustomization in flux-system/);
  await page.goto('/flux/providers/flux-system/pager');
  await expect(page.locator('#panel-delivery')).toContainText(/notifications were not sent/);
  await page.goto('/flux/providers/flux-system/deploy-log');
  await expect(page.locator('main')).toContainText('hidden: whoever knows it can write there');
  await expect(page.locator('main')).not.toContainText('s3cret');
});

test('the kinds of the Flux Operator have a section and panels of their own', async ({ page }) => {
  await page.goto('/flux/fluxinstances/flux-system/flux');
  await expect(page.getByRole('navigation').filter({ hasText: 'Flux Operator' }).first()).toBeVisible();
  await expect(page.locator('#panel-components')).toContainText('source-controller');
  await page.goto('/flux/resourcesets/team-checkout/previews');
  await expect(page.locator('#panel-inputs')).toContainText('3 inputs');
  await page
    .getByRole('link', { name: /merge-requests/ })
    .first()
    .click();
  await expect(page.locator('#panel-inputs')).toContainText('branch=feature/412');
});
