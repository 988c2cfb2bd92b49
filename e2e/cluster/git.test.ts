import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { gitServer } from './git.ts';

const folder = mkdtempSync(join(tmpdir(), 'git-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasGit = spawnSync('git', ['--version']).status === 0;

test.skipIf(!hasGit)('commits add, change and remove files on top of each other', async () => {
  const server = gitServer(folder, 'http://127.0.0.1:1');
  expect(await server.createRepository('apps')).toBe('http://127.0.0.1:1/apps.git');
  const first = await server.commit('apps', { 'a.yaml': 'one\n', 'sub/b.yaml': 'two\n' });
  const second = await server.commit('apps', { 'a.yaml': 'changed\n', 'sub/b.yaml': null }, { message: 'Drop b' });

  const read = (...parameters: string[]): string =>
    execFileSync('git', ['-C', join(folder, 'apps.git'), ...parameters], { encoding: 'utf8' }).trim();
  expect(read('ls-tree', '-r', '--name-only', first).split('\n')).toEqual(['a.yaml', 'sub/b.yaml']);
  expect(read('ls-tree', '-r', '--name-only', 'main')).toBe('a.yaml');
  expect(read('show', 'main:a.yaml')).toBe('changed');
  expect(read('log', '-1', '--format=%s %P', second)).toBe(`Drop b ${first}`);
});
