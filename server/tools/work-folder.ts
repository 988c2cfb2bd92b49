import { lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a folder is for; part of its name, so that who looks into the temporary folder knows. */
type Purpose = 'build' | 'helm';

const inUse = new Set<string>();

/** Gives `use` a folder that only this account can read, and removes it with all it holds, however `use` ends. */
export async function withWorkFolder<T>(purpose: Purpose, use: (folder: string) => Promise<T>): Promise<T> {
  // Programs tell real paths; where the temporary folder is a link they would not be known again.
  const folder = await realpath(await mkdtemp(join(tmpdir(), `sluice-${purpose}-${process.pid}-`)));
  inUse.add(folder);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    inUse.delete(folder);
  }
}

/** Removes what a process that was killed has left behind. Only folders of this account whose process is gone. */
export async function removeLeftWorkFolders(purpose: Purpose): Promise<void> {
  const parent = await realpath(tmpdir());
  const pattern = new RegExp(String.raw`^sluice-${purpose}-(\d+)-\w+$`);
  for (const name of await readdir(parent)) {
    const pid = Number(pattern.exec(name)?.[1] ?? Number.NaN);
    const folder = join(parent, name);
    // In a container every run has the same number.
    if (Number.isNaN(pid) || inUse.has(folder) || (pid !== process.pid && isRunning(pid))) continue;
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isDirectory() && found.uid === process.getuid?.()) await rm(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
