import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { tar } from './tar.ts';

const hasTar = spawnSync('tar', ['--version']).status === 0;

test.skipIf(!hasTar)('the tar program reads what was written', () => {
  const archive = tar({ 'b.yaml': 'kind: B\n', 'apps/a.yaml': 'kind: Ä\n', 'empty.txt': '' });
  const list = execFileSync('tar', ['-tf', '-'], { input: archive, encoding: 'utf8' });
  const content = execFileSync('tar', ['-xOf', '-', 'apps/a.yaml'], { input: archive, encoding: 'utf8' });

  expect(list.trim().split('\n')).toEqual(['apps/a.yaml', 'b.yaml', 'empty.txt']);
  expect(content).toBe('kind: Ä\n');
  expect(archive.length % 512).toBe(0);
});

test('a path that does not fit is refused', () => {
  expect(() => tar({ ['x'.repeat(101)]: '' })).toThrow('too long');
});
