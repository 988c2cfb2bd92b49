import { expect, test } from 'vitest';
import { missingControllers } from './check.ts';
import { controlGroupMounts } from './control-groups.ts';

const first = [
  'tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0',
  'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0',
  'cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0',
  'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
  'cgroup /elsewhere/pids cgroup rw,pids 0 0',
].join('\n');

test('the mounted control groups, each with what it controls', () => {
  expect(controlGroupMounts(first).map(({ path, unified }) => [path, unified])).toEqual([
    ['/sys/fs/cgroup/cpu,cpuacct', false],
    ['/sys/fs/cgroup/memory', false],
    ['/sys/fs/cgroup/unified', true],
  ]);
});

test('what a node needs and no control group has is named, of both kinds', () => {
  expect(missingControllers(first, '')).toEqual(['pids']);
  const second = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0';
  expect(missingControllers(second, 'cpuset cpu io memory pids\n')).toEqual([]);
  expect(missingControllers(second, '')).toEqual(['cpu', 'memory', 'pids']);
  expect(missingControllers('proc /proc proc rw 0 0', '')).toEqual(['cpu', 'memory', 'pids']);
});
