import { expect, expectSound, test, untilLive } from '../support/test.ts';

const row = '#events-list > li';

test('events of Flux stand there newest first, repeated ones folded, each leading to its object', async ({ page }) => {
  await page.goto('/flux/events');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Events');
  expect(await page.locator(row).count()).toBeGreaterThan(10);
  const times = await page
    .locator(`${row} > time`)
    .evaluateAll((each) => each.map((time) => (time as HTMLTimeElement).dateTime));
  expect(times).toEqual(times.toSorted().toReversed());
  await expect(page.locator(row).filter({ hasText: '×' }).first()).toBeVisible();
  // Another event may come first at any time.
  const [href, name] = await page
    .locator(`${row} a.obj`)
    .first()
    .evaluate((each) => [each.getAttribute('href'), each.querySelector('b')?.textContent ?? '']);
  await page.locator(`${row} a.obj[href="${href}"]`).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
});

test('severity, kind and words narrow them, and the address is the view', async ({ page }) => {
  await page.goto('/flux/events');
  await page
    .locator('#events-keys')
    .getByRole('link', { name: /warnings/ })
    .click();
  await expect(page).toHaveURL(/severity=warning/);
  for (const state of await page
    .locator(row)
    .evaluateAll((rows) => rows.map((each) => each.getAttribute('data-state'))))
    expect(['failing', 'warning']).toContain(state);
  await page.goto('/flux/events?kind=HelmRelease');
  for (const text of await page.locator(`${row} .events-kind`).allTextContents()) expect(text).toContain('HelmRelease');
  await page.goto('/flux/events?q=nobody-says-this');
  await expect(page.locator('main')).toContainText(/None of [\d,]+ events matches/);
  const wrong = await page.goto('/flux/events?severity=loud');
  expect(wrong?.status()).toBe(400);
});

test('a new event comes by itself', async ({ page, kube, world }) => {
  const { namespace, name } = world.working;
  await page.goto(`/flux/events?q=${name}`);
  await untilLive(page);
  const message = `told by the suite at ${Date.now()}`;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const path = `/api/v1/namespaces/${namespace}/events`;
  const eventName = `suite.${Date.now().toString(16)}`;
  await kube.json({
    method: 'POST',
    path,
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', namespace, name },
      type: 'Normal',
      reason: 'Progressing',
      message,
      source: { component: 'kustomize-controller' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    },
  });
  try {
    await expect(page.locator(row).filter({ hasText: message })).toBeVisible();
  } finally {
    await kube.json({ method: 'DELETE', path: `${path}/${eventName}` });
  }
});

test('who may not list events is told which right is missing', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('nobody');
  await page.goto(`${sluice.url}/flux/events`);
  await expect(page.locator('main')).toContainText('list on events');
  await expect(page.locator(row)).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const address of ['/flux/events', '/flux/events?q=nobody-says-this']) {
      test(`axe finds nothing on ${address}, and nothing is wider than the window`, async ({ page, widths }) => {
        await page.goto(address);
        await expectSound(page, widths);
      });
    }
  });
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('events read and filter as a plain form', async ({ page }) => {
    await page.goto('/flux/events');
    expect(await page.locator(row).count()).toBeGreaterThan(10);
    await page.locator('#filter-q').fill('HelmRelease');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(/q=HelmRelease/);
    expect(await page.locator(row).count()).toBeGreaterThan(0);
  });
});
