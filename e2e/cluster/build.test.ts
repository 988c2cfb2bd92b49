import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveBinary } from './build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ready-made-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a ready-made controller comes first, also one that tells no version', async () => {
  vi.stubEnv('FLUX_CONTROLLERS_DIR', folder);
  const path = join(folder, 'image-reflector-controller');
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
  expect(await resolveBinary('image-reflector-controller', () => undefined)).toEqual({
    name: 'image-reflector-controller',
    path,
    version: 'of unknown version (ready-made)',
  });
});

test('a folder of ready-made controllers that is not there is told', async () => {
  vi.stubEnv('FLUX_CONTROLLERS_DIR', join(folder, 'nowhere'));
  await expect(resolveBinary('image-reflector-controller', () => undefined)).rejects.toThrow(
    /FLUX_CONTROLLERS_DIR.*nowhere/,
  );
});
