import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/** What every node's control group is called, before its own letters. */
export const controlGroupPrefix = 'sluice-node-';

/** Mount points of control groups of the first kind (one per controller) and of the second (one for all). */
export function controlGroupMounts(mounts: string): { path: string; controllers: string[]; unified: boolean }[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, path, type]) => path?.startsWith(root) && (type === 'cgroup' || type === 'cgroup2'))
    .map(([, path = '', type, options = '']) => ({
      path,
      controllers: options.split(','),
      unified: type === 'cgroup2',
    }));
}

function removeTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(path, entry.name));
  }
  try {
    rmdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Of a node that still runs, or taken away by somebody else meanwhile.
    if (code !== 'EBUSY' && code !== 'ENOENT' && code !== 'ENOTEMPTY') throw error;
  }
}

/** Makes the parent of a node's control groups in every hierarchy there is. */
export function makeControlGroup(name: string): void {
  for (const { path, controllers } of controlGroupMounts(readFileSync('/proc/mounts', 'utf8'))) {
    const group = join(path, name);
    mkdirSync(group, { recursive: true });
    if (!controllers.includes('cpuset')) continue;
    // A new group may use no processor and no memory until it is told which.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      writeFileSync(join(group, file), readFileSync(join(path, file), 'utf8'));
    }
  }
}

function removeWhere(isMeant: (name: string, path: string) => boolean): void {
  for (const { path } of controlGroupMounts(readFileSync('/proc/mounts', 'utf8'))) {
    if (!existsSync(path)) continue;
    for (const name of readdirSync(path)) {
      const group = join(path, name);
      if (name.startsWith(controlGroupPrefix) && isMeant(name, group)) removeTree(group);
    }
  }
}

/** Removes a node's control groups, once its processes have ended. */
export function removeControlGroup(name: string): void {
  removeWhere((each) => each === name);
}

/** A node that starts has no process in its control group yet; for so long it is taken for one that starts. */
const startingMilliseconds = 15 * 60_000;

/** Removes what nodes have left that ended without clearing up. Those with a process in them cannot be removed. */
export function removeLeftControlGroups(): void {
  removeWhere((_, path) => {
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return made !== undefined && Date.now() - made > startingMilliseconds;
  });
}
