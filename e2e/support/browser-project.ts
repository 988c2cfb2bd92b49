import type { PlaywrightTestConfig } from '@playwright/test';
import { browserLaunch } from '../browser.ts';

/** What both suites share: the browser that npm brought, two workers, and a second try so that a starved machine does not fail a change. */
export const shared: PlaywrightTestConfig = {
  testDir: '../suite',
  outputDir: '../../test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  retries: process.env['CI'] === undefined ? 0 : 2,
  // Far more than anything takes: a machine with other work to do is slow, and what hangs fails all the same.
  timeout: 180_000,
  expect: { timeout: 30_000, toPass: { timeout: 60_000 } },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1440, height: 1000 },
    launchOptions: browserLaunch(),
    screenshot: 'only-on-failure',
  },
};
