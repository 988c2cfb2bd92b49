import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, startTime } from './processes.ts';

function holder(path: string): { pid: number; startTime: string } | undefined {
  try {
    const [pid, time] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), startTime: time ?? '' };
  } catch {
    return undefined;
  }
}

function acquire(path: string): boolean {
  // Linked into place with its content, so that nobody ever reads a lock without an owner.
  const claim = `${path}.${process.pid}.${randomUUID()}`;
  writeFileSync(claim, `${process.pid} ${startTime(process.pid)}\n`);
  try {
    linkSync(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(claim);
  }
}

/**
 * Runs work while this process alone holds the lock file. A lock whose owner no longer runs is taken over.
 *
 * @throws Error naming the owner's pid when it still holds the lock after `waitSeconds`.
 */
export async function withLock<T>(path: string, options: { waitSeconds: number }, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + options.waitSeconds * 1000;
  while (!acquire(path)) {
    const owner = holder(path);
    if (owner && !isRunning(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (Date.now() > deadline) throw new Error(`Process ${owner?.pid} is at work on the same thing (${path}).`);
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
