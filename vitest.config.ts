import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,cli,sandbox,bootstrap,e2e}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores on the machines this runs on: more workers only wait for each other.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
