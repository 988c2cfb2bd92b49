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
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1440, height: 1000 },
    launchOptions: browserLaunch(),
    screenshot: 'only-on-failure',
  },
};
