import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onLinux = process.platform === 'linux';

test.skipIf(!onLinux)('while one holds the lock another is refused, with the pid of the holder', async () => {
  const path = join(folder, 'held.lock');
  await withLock(path, { waitSeconds: 0 }, async () => {
    const second = withLock(path, { waitSeconds: 0 }, () => Promise.resolve('never'));
    await expect(second).rejects.toThrow(`Process ${process.pid}`);
  });
  expect(existsSync(path)).toBe(false);
});

test.skipIf(!onLinux)('a lock whose owner has gone is taken over', async () => {
  const path = join(folder, 'stale.lock');
  writeFileSync(path, `${process.pid} another-start-time\n`);
  expect(await withLock(path, { waitSeconds: 0 }, () => Promise.resolve('done'))).toBe('done');
});

test('the lock is given back when the work fails', async () => {
  const path = join(folder, 'failed.lock');
  await expect(withLock(path, { waitSeconds: 0 }, () => Promise.reject(new Error('work failed')))).rejects.toThrow(
    'work failed',
  );
  expect(existsSync(path)).toBe(false);
});
