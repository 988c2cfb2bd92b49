import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { browserLaunch } from './browser.ts';
import { startSluice, untilReady } from './support/sluice-process.ts';

/**
 * `npm run screenshots`: the pictures of README and docs, of the demo cluster while nothing moves, or of the cluster that
 * `--kubeconfig FILE` names (`npm run cluster:seed` fills one with the same company).
 */
const { values } = parseArgs({ options: { kubeconfig: { type: 'string' } } });
const folder = fileURLToPath(new URL('../docs/images', import.meta.url));

const pictures: readonly { name: string; path: string; dark?: boolean }[] = [
  { name: 'overview', path: '/' },
  { name: 'kustomizations', path: '/flux/kustomizations' },
  { name: 'kustomizations-dark', path: '/flux/kustomizations', dark: true },
  { name: 'cause', path: '/flux/kustomizations/team-checkout/pricing' },
  { name: 'release', path: '/flux/helmreleases/observability/loki' },
  { name: 'logs', path: '/flux/logs' },
  { name: 'controllers', path: '/flux/controllers' },
];

await mkdir(folder, { recursive: true });
const sluice = await startSluice(
  values.kubeconfig === undefined ? { arguments: ['--demo', '--story', 'still'] } : { kubeconfig: values.kubeconfig },
);
await untilReady(sluice.url);
const browser = await chromium.launch(browserLaunch());
for (const { name, path, dark = false } of pictures) {
  const page = await browser.newPage({
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: dark ? 'dark' : 'light',
    viewport: { width: 1440, height: 900 },
  });
  await page.goto(sluice.url + path, { waitUntil: 'networkidle' });
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
  console.log(`docs/images/${name}.png`);
}
await browser.close();
await sluice.stop();
