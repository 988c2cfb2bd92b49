import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { startSandbox } from '../../sandbox/start.ts';
import { browserLaunch } from '../browser.ts';
import { startSluice } from '../support/sluice-process.ts';
import { figure, spread, quantile } from './statistics.ts';
import type { Report } from './report.ts';

const rounds = 5;
/** So many objects beside the company's own, and how long their graph may take; undefined: only told. */
const sizes = [
  { more: 0, budget: 500 },
  { more: 840, budget: 2_000 },
  { more: 2_840, budget: undefined },
];

/** From the request to a drawn graph that answers, in a real browser, every object drawn by itself. */
export async function measureGraph(report: Report): Promise<void> {
  const browser = await chromium.launch(browserLaunch());
  try {
    for (const { more, budget } of sizes) await measureSize(report, browser, more, budget);
  } finally {
    await browser.close();
  }
}

async function measureSize(report: Report, browser: Browser, more: number, budget: number | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const sandbox = await startSandbox({ controllers: false, story: 'still', scale: more });
  await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
  const sluice = await startSluice({ kubeconfig });
  try {
    while (!(await fetch(`${sluice.url}/readyz`)).ok) await new Promise((resolve) => setImmediate(resolve));
    const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 1000 } });
    const times: number[] = [];
    let nodes = 0;
    let longest = 0;
    const busy: number[] = [];
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.addInitScript(() => {
      Object.assign(window, { longest: 0 });
      new PerformanceObserver((list) => {
        const seen = window as unknown as { longest: number };
        for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
      }).observe({ type: 'longtask', buffered: true });
    });
    for (let round = 0; round <= rounds; round += 1) {
      await page.goto(`${sluice.url}/flux/graph?group=none`);
      await page.waitForFunction(() => performance.getEntriesByName('graph-drawn').length > 0);
      const { metrics } = await devtools.send('Performance.getMetrics');
      const seen = await page.evaluate(() => ({
        drawn: performance.getEntriesByName('graph-drawn')[0]?.startTime ?? Number.NaN,
        nodes: Number(document.getElementById('graph-canvas')?.dataset['drawn']),
        longest: (window as unknown as { longest: number }).longest,
      }));
      // The first round fills the browser's cache.
      if (round === 0) continue;
      times.push(seen.drawn);
      busy.push(1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN));
      nodes = seen.nodes;
      longest = Math.max(longest, seen.longest);
    }
    await page.close();
    report.row({
      what: `graph of ${nodes} nodes, request to drawn (p50 / worst of ${rounds})`,
      budget: budget === undefined ? '-' : `${budget} ms`,
      measured: `${spread(times, 1)} ms`,
      // What of it the page itself computed: other work on the machine does not count there.
      beside: `longest task ${figure(longest)} ms; the page's thread computed ${figure(quantile(busy, 0.5))} ms`,
      within: budget === undefined ? undefined : quantile(times, 0.5) <= budget,
    });
  } finally {
    await sluice.stop();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}
