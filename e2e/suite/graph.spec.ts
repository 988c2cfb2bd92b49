import type { Page } from '@playwright/test';
import { idleKustomization, kustomizationsPath, mergePatch, recreate, remove } from '../support/objects.ts';
import { expect, expectSound, test, untilLive } from '../support/test.ts';

interface Drawn {
  nodes: { id: string; x: number; y: number; state: string }[];
  edges: string[];
}

/** Keeps the drawing at hand for the test; the page tells when it has been made. */
async function openGraph(page: Page, address: string): Promise<void> {
  await page.addInitScript(() => {
    document.addEventListener('sluice:graph', (event) => {
      Object.assign(window, { drawing: (event as CustomEvent).detail });
    });
  });
  await page.goto(address);
  await expect(page.locator('#graph-canvas')).toHaveAttribute('data-drawn', /\d+/);
}

/** What the drawing holds, from Cytoscape itself. */
function drawn(page: Page): Promise<Drawn> {
  return page.evaluate(() => {
    const { drawing } = window as unknown as {
      drawing: {
        nodes(): { map<T>(f: (n: { data(k?: string): string; position(): { x: number; y: number } }) => T): T[] };
        edges(): { map<T>(f: (e: { data(k: string): string }) => T): T[] };
      };
    };
    return {
      nodes: drawing.nodes().map((node) => ({ id: node.data('id'), state: node.data('state'), ...node.position() })),
      edges: drawing.edges().map((edge) => edge.data('id')),
    };
  });
}

test('across namespaces, to all that a wildcard means and to what is not there', async ({ page }) => {
  await openGraph(page, '/flux/graph?group=none');
  const { nodes, edges } = await drawn(page);
  expect(edges).toContain('gitrepositories/flux-system/flux-system>source>kustomizations/observability/dashboards');
  expect(edges).toContain('gitrepositories/team-payments/payments>source>kustomizations/tenants/borrowed');
  expect(edges).toContain('every/helmreleases/platform/>notifies>alerts/flux-system/failures');
  expect(nodes.map(({ id }) => id)).toContain('every/gitrepositories/flux-system/tier%3Dcore');
  expect(nodes.find(({ id }) => id === 'gitrepositories/tenants/oak')?.state).toBe('failing');
  await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('gitrepository tenants/oak');
  await page.keyboard.press('Enter');
  const panel = page.locator('#graph-picked');
  await expect(panel).toContainText('Missing');
  await expect(panel).toContainText('It is named by others and does not exist.');
  await expect(panel.getByRole('region', { name: 'Leads to' })).toContainText('tenants/oak');
});

test('what a Kustomization owns, down to the Pod that fails', async ({ page, request }) => {
  const query = 'focus=kustomizations/media/player&inventory=show';
  await openGraph(page, '/flux/graph?focus=kustomizations/media/player');
  expect((await drawn(page)).nodes.some(({ id }) => id.startsWith('owned/'))).toBe(false);
  await page.locator('#graph-picked').getByRole('link', { name: 'What it owns' }).click();
  await expect(page).toHaveURL(/inventory=show/);
  await expect(page.getByRole('checkbox', { name: 'With what they own' })).toBeChecked();
  const failing = async () =>
    (await drawn(page)).nodes.filter(({ id, state }) => id.startsWith('owned//Pod/') && state === 'failing');
  await expect(page.locator('#graph-canvas')).toHaveAttribute('data-drawn', /\d+/);
  await expect.poll(async () => (await failing()).length).toBeGreaterThan(0);
  await expect(async () => {
    const { data } = (await (await request.get(`/api/v1/flux/graph?${query}`)).json()) as {
      data: { nodes: { id: string }[]; edges: { id: string }[] };
    };
    const { nodes, edges } = await drawn(page);
    expect(nodes.map(({ id }) => id).toSorted()).toEqual(data.nodes.map(({ id }) => id).toSorted());
    expect(edges.toSorted()).toEqual(data.edges.map(({ id }) => id).toSorted());
    expect(edges).toContain('kustomizations/media/player>owns>owned/apps/Deployment/media/player');
  }).toPass();

  const panel = page.locator('#graph-picked');
  await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('deployment media/player');
  await page.keyboard.press('Enter');
  await expect(panel).toContainText('a pod cannot pull registry.example.com/media/player');
  await expect(panel).toContainText('2 earlier ReplicaSets, scaled to zero');
  await page
    .getByRole('searchbox', { name: 'Find in the graph' })
    .fill((await failing())[0]?.id.split('/').at(-1) ?? '');
  await page.keyboard.press('Enter');
  await panel.getByRole('link', { name: 'Open' }).click();
  await expect(page).toHaveURL(/\/objects\/core\/v1\/pods\/media\/player-/);
});

test('the drawing, the list and the API hold the same nodes and edges', async ({ page, request }) => {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  for (const query of [
    'group=none',
    'namespace=team-checkout&group=none',
    'focus=gitrepositories/team-checkout/checkout&group=none',
  ]) {
    await openGraph(page, `/flux/graph?${query}`);
    // Other specs make objects and delete them meanwhile; the page follows.
    await expect(async () => {
      const { data } = (await (await request.get(`/api/v1/flux/graph?${query}`)).json()) as {
        data: { nodes: { id: string }[]; edges: { id: string }[] };
      };
      const { nodes, edges } = await drawn(page);
      const listed = await page.locator('#graph-list').evaluate((list) => ({
        nodes: [...list.querySelectorAll<HTMLElement>('[data-node]')].map((row) => row.id.replace(/^graph:/, '')),
        edges: [...list.querySelectorAll<HTMLElement>('[data-edge]')].map((line) => {
          const ends = [line.closest('[data-node]')?.id, line.querySelector('a')?.getAttribute('href')?.slice(1)];
          return ends.map((end) => end?.replace(/^graph:/, '')).join(`>${line.dataset['edge']?.split(' ')[0]}>`);
        }),
      }));
      expect(nodes.length).toBeGreaterThan(3);
      expect(nodes.map(({ id }) => id).toSorted(), query).toEqual(listed.nodes.toSorted());
      expect(edges.toSorted(), query).toEqual(listed.edges.toSorted());
      expect(listed.nodes.toSorted(), query).toEqual(data.nodes.map(({ id }) => id).toSorted());
      expect(listed.edges.toSorted(), query).toEqual(data.edges.map(({ id }) => id).toSorted());
    }).toPass();
  }
  expect(faults).toEqual([]);
});

test('a change repaints one node and one that is new finds a place; nothing else moves', async ({ page, kube }) => {
  // One in which no other spec makes anything.
  const namespace = 'observability';
  const path = kustomizationsPath(namespace, 'graph-one');
  await recreate(kube, kustomizationsPath(namespace), idleKustomization(namespace, 'graph-one'));
  try {
    await openGraph(page, `/flux/graph?namespace=${namespace}`);
    await untilLive(page);
    const id = `kustomizations/${namespace}/graph-one`;
    const stateOf = async () => (await drawn(page)).nodes.find((node) => node.id === id)?.state;
    await expect.poll(stateOf).not.toBe(undefined);
    await page.getByRole('button', { name: 'Larger' }).click();
    await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('graph-one');
    await page.keyboard.press('Enter');
    const zoom = await page.locator('#graph-zoom').textContent();
    const before = await drawn(page);
    await mergePatch(kube, path, { spec: { suspend: true } });
    await expect.poll(stateOf).toBe('suspended');
    await recreate(kube, kustomizationsPath(namespace), idleKustomization(namespace, 'graph-two'));
    await expect.poll(async () => (await drawn(page)).nodes.some((node) => node.id.endsWith('/graph-two'))).toBe(true);
    const after = new Map((await drawn(page)).nodes.map((node) => [node.id, node]));
    for (const { id: old, x, y } of before.nodes) expect(after.get(old), old).toMatchObject({ x, y });
    await expect(page.locator('#graph-zoom')).toHaveText(zoom ?? '');
    await expect(page.locator('#graph-picked')).toContainText('Suspended');
  } finally {
    await remove(kube, path);
    await remove(kube, kustomizationsPath(namespace, 'graph-two'));
  }
});

test('the keyboard moves along the edges, the panel tells, Enter opens', async ({ page }) => {
  await openGraph(page, '/flux/graph?focus=gitrepositories/team-checkout/checkout');
  const canvas = page.locator('#graph-canvas');
  const panel = page.locator('#graph-picked');
  await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('gitrepository team-checkout/checkout');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText('team-checkout/checkout');
  await canvas.focus();
  await page.keyboard.press('ArrowRight');
  await expect(panel.getByRole('heading', { level: 2 })).not.toHaveText('team-checkout/checkout');
  await expect(panel.getByRole('region', { name: 'Comes from' })).toContainText('team-checkout/checkout');
  await expect(page.locator('#whisper')).toContainText('team-checkout/');
  await page.keyboard.press('ArrowLeft');
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText('team-checkout/checkout');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await page.keyboard.press('ArrowRight');
  await expect(panel).toBeVisible();
  const href = await panel.getByRole('link', { name: 'Open' }).getAttribute('href');
  await canvas.focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`${href}$`));
});

test('it is saved as SVG and as PNG, with every object in it', async ({ page }) => {
  await openGraph(page, '/flux/graph?namespace=observability');
  const { nodes } = await drawn(page);
  for (const [name, file] of [
    ['Save as SVG', 'graph.svg'],
    ['Save as PNG', 'graph.png'],
  ] as const) {
    await page.locator('summary[aria-label="Save the picture"]').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    expect(download.suggestedFilename()).toBe(file);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const saved = Buffer.concat(chunks);
    if (file === 'graph.png') expect(saved.subarray(1, 4).toString()).toBe('PNG');
    else {
      const svg = saved.toString();
      // One for the whole, one for each node.
      expect(svg.match(/<title>/g)).toHaveLength(nodes.length + 1);
      expect(svg).not.toMatch(/href|url\(|var\(|currentColor/);
      const parsed = await page.evaluate((text) => {
        const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
        return [documentElement.tagName, documentElement.querySelector('title')?.textContent];
      }, svg);
      expect(parsed).toEqual(['svg', await page.title()]);
    }
  }
});

test('what is chosen above it is in the address, and only what is not ready comes with its way there', async ({
  page,
}) => {
  await openGraph(page, '/flux/graph');
  await page.getByRole('checkbox', { name: /Only what is not ready/ }).check();
  await expect(page).toHaveURL(/\/flux\/graph\?status=attention$/);
  await expect(page.locator('#graph-canvas')).toHaveAttribute('data-drawn', /\d+/);
  await page.getByRole('combobox', { name: 'Namespace' }).selectOption('team-checkout');
  await expect(page).toHaveURL(/namespace=team-checkout/);
  await page.getByRole('link', { name: 'Read as a list' }).click();
  await page.getByRole('combobox', { name: 'Namespace' }).selectOption('media');
  await expect(page).toHaveURL(/namespace=media.*view=list|view=list.*namespace=media/);
  await expect(page.locator('[id="graph:kustomizations/media/player"]')).toBeVisible();
});

test('an object leads to its surroundings', async ({ page }) => {
  await page.goto('/flux/kustomizations/team-checkout/pricing');
  await page.locator('#detail-tabs').getByRole('link', { name: 'Graph' }).click();
  await expect(page).toHaveURL(/focus=kustomizations%2Fteam-checkout%2Fpricing/);
  await expect(page.locator('#graph-canvas')).toHaveAttribute('data-drawn', /\d+/);
  await expect(page.locator('#graph-about')).toContainText('team-checkout/pricing');
});

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const address of [
      '/flux/graph?namespace=team-checkout',
      '/flux/graph?namespace=team-checkout&view=list',
      '/flux/graph?focus=kustomizations/media/player&inventory=show',
    ]) {
      test(`axe finds nothing on ${address}, and nothing is wider than the window`, async ({ page, widths }) => {
        await page.goto(address);
        if (!address.includes('view=list')) {
          await expect(page.locator('#graph-canvas')).toHaveAttribute('data-drawn', /\d+/);
          await page.locator('#graph-canvas').focus();
          await page.keyboard.press('ArrowRight');
          await expect(page.locator('#graph-picked')).toBeVisible();
        }
        await expectSound(page, widths);
      });
    }
  });
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('it reads as a list and is narrowed with a plain form', async ({ page }) => {
    await page.goto('/flux/graph');
    await page.getByRole('combobox', { name: 'Namespace' }).selectOption('team-checkout');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(/namespace=team-checkout/);
    const row = page.locator('[id="graph:gitrepositories/team-checkout/checkout"]');
    await expect(row).toBeVisible();
    await expect(row.getByRole('listitem').filter({ hasText: 'is the source of' }).first()).toBeVisible();
    await expect(page.locator('#graph-canvas')).toBeHidden();
  });
});
