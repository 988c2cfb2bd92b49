import { AxeBuilder } from '@axe-core/playwright';
import { type Page, expect, test as base } from '@playwright/test';
import type { KubeClient } from '../../server/kube/cluster.ts';
import { type SluiceProcess, startSluice, untilReady } from './sluice-process.ts';
import { type Who, type World, clientFor, readWorld } from './world.ts';

interface WorkerFixtures {
  world: World;
  /** The API server as its admin, past Sluice. */
  kube: KubeClient;
  /** One Sluice of this worker, acting as the admin. */
  sluice: SluiceProcess;
}

interface TestFixtures {
  /**
   * Window widths that a page is looked through at in this test's theme: all on a real cluster; on the embedded one wide
   * in light and narrow in dark, so that `npm test` stays short.
   */
  widths: readonly number[];
  /** A Sluice of this test's own, acting as somebody; ended with the test. */
  sluiceAs(who: Who, ...args: string[]): Promise<SluiceProcess>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  world: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from this pattern
    async ({}, use) => {
      await use(readWorld());
    },
    { scope: 'worker' },
  ],
  kube: [
    async ({ world }, use) => {
      const client = clientFor(world);
      await use(client);
      await client.close();
    },
    { scope: 'worker' },
  ],
  sluice: [
    async ({ world }, use) => {
      const sluice = await startSluice({ kubeconfig: world.kubeconfigs.admin });
      await untilReady(sluice.url);
      await use(sluice);
      await sluice.stop();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ sluice }, use) => {
    await use(sluice.url);
  },
  async widths({ world, colorScheme }, use) {
    await use(world.kind === 'cluster' ? [360, 1440, 2560] : [colorScheme === 'dark' ? 360 : 2560]);
  },
  async sluiceAs({ world }, use) {
    const started: SluiceProcess[] = [];
    await use(async (who, ...args) => {
      const sluice = await startSluice({ kubeconfig: world.kubeconfigs[who], arguments: args });
      started.push(sluice);
      await untilReady(sluice.url);
      return sluice;
    });
    await Promise.all(started.map((sluice) => sluice.stop()));
  },
});

export { expect };

/** Fails with axe's findings in words when the page has any. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes
        .slice(0, 4)
        .map((node) => `  ${node.html}\n  ${node.failureSummary ?? ''}`)
        .join('\n')}`,
  );
  expect(told, `axe on ${page.url()}`).toEqual([]);
}

/** From a telephone to two screens side by side. */
const everyWidth = [360, 768, 1440, 2560];

/** Fails when the page is wider than its window, at any width. */
export async function expectToFit(page: Page): Promise<void> {
  for (const width of everyWidth) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${page.url()} wider than a window of ${width}`).toBeLessThanOrEqual(0);
  }
}

/** Fails when axe finds something on the page at one of the widths, or when it is wider than its window at any. */
export async function expectSound(page: Page, widths: readonly number[]): Promise<void> {
  await expectToFit(page);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await expectAccessible(page);
  }
}

/** Waits until the page is connected for live updates. */
export async function untilLive(page: Page): Promise<void> {
  await expect(page.locator('#live')).toHaveAttribute('data-live', 'on');
}
