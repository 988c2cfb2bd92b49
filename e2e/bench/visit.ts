import { chromium } from '@playwright/test';
import { browserLaunch } from '../browser.ts';
import type { Report } from './report.ts';

/** All bytes a browser receives for its first visit of a list page, as they came over the wire. */
export async function measureVisit(report: Report, url: string): Promise<void> {
  const browser = await chromium.launch(browserLaunch());
  try {
    const page = await browser.newPage({ locale: 'en-GB' });
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    let requests = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      requests += 1;
    });
    await page.goto(`${url}/flux/kustomizations`, { waitUntil: 'networkidle' });
    report.row({
      what: 'first visit of a list page, all that is loaded',
      budget: '120 kB',
      measured: `${(bytes / 1000).toFixed(1)} kB in ${requests} requests`,
      beside: '-',
      within: bytes <= 120_000,
    });
  } finally {
    await browser.close();
  }
}
