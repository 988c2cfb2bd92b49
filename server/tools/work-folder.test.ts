import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { removeLeftWorkFolders, withWorkFolder } from './work-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('a work folder is private, and gone however its use ends', async () => {
  let path = '';
  const use = withWorkFolder('build', async (own) => {
    path = own;
    expect(statSync(own).mode & 0o777).toBe(0o700);
    writeFileSync(join(own, 'a'), 'x');
    throw new Error('broken');
  });
  await expect(use).rejects.toThrow('broken');
  expect(existsSync(path)).toBe(false);
});

test('what a killed process left behind is removed; what is in use, or no folder of builds, stays', async () => {
  // No process has so high a number.
  const left = join(folder, 'sluice-build-99999999-abcdef');
  const others = ['sluice-build-notes', 'sluice-helm-99999999-abcdef', 'precious'].map((name) => join(folder, name));
  const running = join(folder, `sluice-build-${process.ppid}-abcdef`);
  const link = join(folder, 'sluice-build-99999999-link');
  for (const path of [left, running, ...others]) mkdirSync(path);
  writeFileSync(join(left, 'secret.yaml'), 'x');
  symlinkSync(others[2] ?? '', link);
  await withWorkFolder('build', async (own) => {
    await removeLeftWorkFolders('build');
    expect(existsSync(own)).toBe(true);
  });
  expect(existsSync(left)).toBe(false);
  expect([running, link, ...others].every(existsSync)).toBe(true);
});
