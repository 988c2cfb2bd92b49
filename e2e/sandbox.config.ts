import { defineConfig } from '@playwright/test';
import { shared } from './support/browser-project.ts';

/** The browser suite on the embedded cluster: part of `npm test`, needs nothing but npm. */
export default defineConfig({
  ...shared,
  testDir: './suite',
  outputDir: '../test-results',
  testIgnore: '**/cluster/**',
  globalSetup: './support/sandbox-world.ts',
  // Many times what it takes.
  globalTimeout: 1_200_000,
});
