import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from '@playwright/test';
import { browserLaunch } from './browser.ts';
import { resolveBinary } from './cluster/build.ts';
import { startCluster } from './cluster/index.ts';
import { seedWholeCompany } from './cluster/seed-company.ts';
import { startSluice, untilReady } from './support/sluice-process.ts';

/**
 * `npm run screenshots`: the pictures of README and docs, of a real Kubernetes that is started and seeded for them; logs
 * and the diff come from the demo cluster: no node writes any there, and what Flux applied is told from what others changed
 * only where it was Flux that applied it. `--demo`: all from the demo cluster, which needs nothing but npm and a kustomize.
 * `--kubeconfig FILE`: from a cluster that is there already.
 */
const { values } = parseArgs({
  options: { kubeconfig: { type: 'string' }, demo: { type: 'boolean', default: false } },
});
const folder = fileURLToPath(new URL('../docs/images', import.meta.url));

interface Picture {
  name: string;
  path: string;
  dark?: boolean;
  /** What has to stand there before the picture is taken. */
  until?: string;
}

const pictures: readonly Picture[] = [
  { name: 'overview', path: '/', until: '#overview-controllers tbody' },
  { name: 'overview-dark', path: '/', dark: true, until: '#overview-controllers tbody' },
  { name: 'kustomizations', path: '/flux/kustomizations' },
  { name: 'cause', path: '/flux/kustomizations/team-checkout/pricing', until: '#detail-inventory .node' },
  { name: 'release', path: '/flux/helmreleases/observability/loki', until: '#detail-inventory .node' },
  { name: 'graph', path: '/flux/graph?namespace=team-checkout', until: '#graph-canvas[data-drawn]' },
  { name: 'controllers', path: '/flux/controllers' },
];
const ofDemo: readonly Picture[] = [
  { name: 'logs', path: '/flux/logs' },
  { name: 'diff', path: '/flux/kustomizations/team-payments/payouts/diff', until: '.diff-standing' },
];

await mkdir(folder, { recursive: true });
const browser = await chromium.launch(browserLaunch());
try {
  if (values.demo) await take(browser, [...pictures, ...ofDemo], { arguments: ['--demo', '--story', 'still'] });
  else {
    const kustomize = await resolveBinary('kustomize', console.log);
    const tools = kustomize === undefined ? [] : ['--kustomize', kustomize.path];
    await take(browser, ofDemo, { arguments: ['--demo', '--story', 'still', ...tools] });
    if (values.kubeconfig !== undefined) await take(browser, pictures, { kubeconfig: values.kubeconfig });
    else await takeOfSeededCluster(browser);
  }
} finally {
  await browser.close();
}

async function takeOfSeededCluster(browser: Browser): Promise<void> {
  const cluster = await startCluster({
    name: 'company',
    only: ['kube-controller-manager', 'artifacts'],
    progress: console.log,
  });
  try {
    await seedWholeCompany(cluster);
    await take(browser, pictures, { kubeconfig: cluster.kubeconfig('admin') });
  } finally {
    await cluster.stop();
  }
}

async function take(
  browser: Browser,
  wanted: readonly Picture[],
  options: Parameters<typeof startSluice>[0],
): Promise<void> {
  const sluice = await startSluice(options);
  try {
    await untilReady(sluice.url);
    for (const { name, path, dark = false, until } of wanted) {
      const page = await browser.newPage({
        locale: 'en-GB',
        timezoneId: 'UTC',
        colorScheme: dark ? 'dark' : 'light',
        viewport: { width: 1440, height: 900 },
      });
      await page.goto(sluice.url + path, { waitUntil: 'networkidle' });
      if (until !== undefined) await page.locator(until).first().waitFor();
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
      await page.close();
      console.log(`docs/images/${name}.png`);
    }
  } finally {
    await sluice.stop();
  }
}
