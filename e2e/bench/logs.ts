import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { controllerPod } from '../../sandbox/company/flux-controllers.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { browserLaunch } from '../browser.ts';
import { startSluice, untilReady } from '../support/sluice-process.ts';
import { figure } from './statistics.ts';
import type { Report } from './report.ts';

const before = 5_000;
const streamed = 50_000;
const atOnce = 100;
const everyMilliseconds = 20;

const target = { namespace: 'flux-system', pod: controllerPod('helm-controller'), container: 'manager' };

/** A line as controllers write it, with its number, so that the newest can be told. */
function line(number: number): string {
  return JSON.stringify({
    level: number % 50 === 0 ? 'error' : 'info',
    ts: new Date().toISOString(),
    msg: `line ${number}: release in sync with the cluster, nothing to do`,
    controller: 'helmrelease',
    HelmRelease: { name: `app-${number % 40}`, namespace: 'shop' },
  });
}

interface Felt {
  longest: number;
  blocked: number;
}

/** The log page in a real browser: opened with 5,000 lines; opened as usual, and then 50,000 more at 5,000 a second. */
export async function measureLogs(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const sandbox = await startSandbox({ controllers: false, story: 'still' });
  await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
  const sluice = await startSluice({ kubeconfig });
  const browser = await chromium.launch(browserLaunch());
  const write = (number: number): void => sandbox.api.writeLog({ ...target, line: line(number) });
  try {
    await untilReady(sluice.url);
    for (let number = 1; number <= before; number += 1) write(number - before);
    const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 1000 } });
    await noteTasks(page);
    await page.goto(`${sluice.url}/flux/logs?controller=helm-controller&tail=${before}`);
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const shown = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    const opened = await felt(page);
    report.row({
      what: `log page with ${before} lines, request to first lines`,
      budget: '1000 ms',
      measured: `${figure(shown ?? Number.NaN)} ms`,
      beside: `longest task ${figure(opened.longest)} ms`,
      within: shown !== undefined && shown <= 1000,
    });
    await page.goto(`${sluice.url}/flux/logs?controller=helm-controller`);
    await page.locator('[data-log-state]', { hasText: 'New lines follow' }).waitFor();
    await page.evaluate(() => Object.assign(window, { longest: 0, blocked: 0 }));
    const began = performance.now();
    for (let number = 1; number <= streamed; number += 1) {
      write(number);
      if (number % atOnce === 0)
        await pause(Math.max(0, began + (number / atOnce) * everyMilliseconds - performance.now()));
    }
    const written = performance.now();
    await page.locator('#log-lines > li', { hasText: `line ${streamed}:` }).waitFor();
    const late = performance.now() - written;
    const stream = await felt(page);
    const seconds = (performance.now() - began) / 1000;
    report.row({
      what: `log page while ${streamed} lines come in ${figure(seconds)} s, longest block`,
      budget: '200 ms',
      measured: `${figure(stream.longest)} ms`,
      beside: `busy ${figure((stream.blocked / seconds / 1000) * 100)} % in tasks over 50 ms`,
      within: stream.longest <= 200,
    });
    report.row({
      what: 'log page, the last line seen after it was written',
      budget: '2000 ms',
      measured: `${figure(late)} ms`,
      beside: await kept(page),
      within: late <= 2000,
    });
  } finally {
    await browser.close();
    await sluice.stop();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Notes the main thread's long tasks from the first one on. */
async function noteTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(window, { longest: 0, blocked: 0 });
    new PerformanceObserver((list) => {
      const seen = window as unknown as Felt;
      for (const { duration } of list.getEntries()) {
        seen.longest = Math.max(seen.longest, duration);
        seen.blocked += duration;
      }
    }).observe({ type: 'longtask', buffered: true });
  });
}

async function felt(page: Page): Promise<Felt> {
  return page.evaluate(() => {
    const { longest, blocked } = window as unknown as Felt;
    return { longest, blocked };
  });
}

async function kept(page: Page): Promise<string> {
  const lines = await page.locator('#log-lines > li').count();
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  return `${lines} lines kept, ${figure(heap / 1e6)} MB of script memory`;
}
