import type { Locator, Page } from '@playwright/test';
import { kustomizationsPath, recreate, remove, rowOf } from '../support/objects.ts';
import { expect, expectAccessible, test, untilLive } from '../support/test.ts';

test.describe.configure({ mode: 'serial' });
// The walk is kept, to be looked at again: `npx playwright show-trace test-results/…/trace.zip`.
test.use({ trace: 'on' });

/** What is planted: one whose source does not exist, and those that wait for it, one after another. */
const names = ['planted-base', 'planted-shop', 'planted-cart', 'planted-till'];
const absent = 'planted-nowhere';

test.beforeAll(async ({ kube, world }) => {
  const { namespace } = world.working;
  const { spec } = await kube.json<{ spec: { sourceRef: object } }>({
    path: kustomizationsPath(namespace, world.working.name),
  });
  for (const [index, name] of names.entries()) {
    const before = names[index - 1];
    await recreate(kube, kustomizationsPath(namespace), {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace },
      spec: {
        interval: '10m',
        path: './planted',
        prune: true,
        ...(before === undefined
          ? { sourceRef: { kind: 'GitRepository', name: absent } }
          : { sourceRef: spec.sourceRef, dependsOn: [{ name: before }] }),
      },
    });
  }
});

test.afterAll(async ({ kube, world }) => {
  for (const name of names) await remove(kube, kustomizationsPath(world.working.namespace, name));
});

/** Clicks, and counts them. */
function counted(): { click(locator: Locator): Promise<void>; readonly clicks: number } {
  let clicks = 0;
  return {
    async click(locator) {
      clicks += 1;
      await locator.click();
    },
    get clicks() {
      return clicks;
    },
  };
}

function causeOnOverview(page: Page, namespace: string): Locator {
  return page
    .locator('.causes > li')
    .filter({ has: page.getByRole('heading', { name: `GitRepository ${namespace}/${absent} does not exist` }) });
}

test('a planted failure stands on the overview once, with all it holds back and its fix', async ({ page, world }) => {
  const { namespace } = world.working;
  await page.goto('/');
  const cause = causeOnOverview(page, namespace);
  await expect(cause.locator('.hit li')).toHaveCount(names.length);
  await expect(cause).toContainText(`Create GitRepository ${namespace}/${absent}, or correct spec.sourceRef.`);
});

test('from the overview over the last thing that waits to the root cause in three clicks at most', async ({
  page,
  world,
}) => {
  const { namespace } = world.working;
  const mouse = counted();
  await page.goto('/');
  const cause = causeOnOverview(page, namespace);
  await mouse.click(cause.getByRole('link', { name: `${namespace}/planted-till` }));
  const steps = page.locator('.cascade > li');
  await expect(steps).toHaveCount(names.length + 1);
  await expect(steps.first()).toContainText('planted-till');
  await expect(steps.last()).toContainText(absent);
  await expect(page.locator('#detail-finding .fix')).toContainText(`Create GitRepository ${namespace}/${absent}`);
  await expect(page.locator('#detail-finding .fix code')).toContainText('kubectl');
  await mouse.click(steps.nth(names.length - 1).getByRole('link'));
  await expect(page).toHaveURL(new RegExp(`/flux/kustomizations/${namespace}/planted-base$`));
  await expect(page.locator('#detail-finding')).toContainText(`Needs GitRepository ${namespace}/${absent}`);
  expect(mouse.clicks).toBeLessThanOrEqual(3);
});

test('a sync in two clicks at most, from the overview and from the list', async ({ page, kube, world }) => {
  const { namespace, name } = world.failing;
  const asked = async (of: string) => {
    const { metadata } = await kube.json<{ metadata: { annotations?: Record<string, string> } }>({
      path: kustomizationsPath(namespace, of),
    });
    return metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] ?? '';
  };

  const before = await asked('planted-base');
  const first = counted();
  await page.goto('/');
  await untilLive(page);
  await first.click(causeOnOverview(page, namespace).getByRole('button', { name: /^Sync/ }));
  await expect.poll(() => asked('planted-base')).not.toBe(before);
  expect(first.clicks).toBeLessThanOrEqual(2);

  const earlier = await asked(name);
  const second = counted();
  await page.goto('/');
  await second.click(page.getByRole('link', { name: /^Kustomizations/ }).first());
  await untilLive(page);
  await second.click(rowOf(page, namespace, name).getByRole('button', { name: /^Sync/ }));
  await expect.poll(() => asked(name)).not.toBe(earlier);
  expect(second.clicks).toBeLessThanOrEqual(2);
});

test('the way down to a pod can be read by everybody', async ({ page, world }) => {
  await page.goto(`/flux/kustomizations/${world.working.namespace}/planted-till`);
  await expect(page.locator('.cascade > li')).toHaveCount(names.length + 1);
  await expectAccessible(page);
});

test('the API answers the same', async ({ sluice, world }) => {
  const { namespace } = world.working;
  const answer = await fetch(`${sluice.url}/api/v1/flux/kustomizations/${namespace}/planted-till/diagnosis`);
  const { data } = (await answer.json()) as {
    data: { steps: { object: { name: string } }[]; root: { title: string; known: boolean } };
  };
  expect(data.steps.map(({ object }) => object.name)).toEqual([...names.toReversed(), absent]);
  expect(data.root).toMatchObject({ title: `GitRepository ${namespace}/${absent} does not exist`, known: true });
});
