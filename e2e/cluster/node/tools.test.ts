import { expect, test } from 'vitest';
import { onPath, releaseName } from './tools.ts';

test('a release is known by its distribution and number', () => {
  expect(releaseName('PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nID=debian\n')).toBe('debian-12');
  expect(releaseName('ID=arch\n')).toBe('arch-unknown');
});

test('a program is found where administrators have theirs, whatever the PATH', () => {
  expect(onPath('sh')).toMatch(/\/sh$/);
  expect(onPath('no-such-program-anywhere')).toBeUndefined();
});
