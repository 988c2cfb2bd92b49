import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,cli,sandbox,bootstrap,e2e}/**/*.test.ts'],
    // Far more than any test takes: a machine with other work to do is slow, and what hangs fails all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // As the browser suites: one unlucky moment of a loaded machine is printed as a retry and does not end the run.
    retry: process.env['CI'] === undefined ? 0 : 1,
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // Two cores on the machines this runs on: more workers only wait for each other.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
