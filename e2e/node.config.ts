import { defineConfig } from '@playwright/test';
import { shared } from './support/browser-project.ts';

/** What needs pods that really run, on a real Kubernetes with a node; part of `npm run test:cluster`. */
export default defineConfig({
  ...shared,
  testDir: './suite',
  outputDir: '../test-results/node',
  testMatch: ['**/cluster/node*.spec.ts', '**/logs.spec.ts'],
  globalSetup: './support/node-world.ts',
  // A node that hangs fails the suite, and does not stop it for hours.
  globalTimeout: 1_800_000,
});
