import { defineConfig } from '@playwright/test';
import { shared } from './support/browser-project.ts';

/** The same suite and more on a real Kubernetes; part of `npm run test:cluster`. */
export default defineConfig({
  ...shared,
  testDir: './suite',
  outputDir: '../test-results',
  // These need a node.
  testIgnore: '**/cluster/node*.spec.ts',
  globalSetup: './support/cluster-world.ts',
  globalTimeout: 4_200_000,
});
