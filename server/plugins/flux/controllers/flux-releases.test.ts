import { expect, test } from 'vitest';
import { standingOf } from './flux-releases.ts';

test('a version is judged by what is known, and that it is only known is said', () => {
  expect(standingOf('2.9.4')).toMatchObject({ state: 'ready', word: 'supported' });
  expect(standingOf('v2.9.2')).toMatchObject({ state: 'warning', word: 'fixes available' });
  expect(standingOf('2.6.4')).toMatchObject({ state: 'failing', word: 'no longer maintained' });
  expect(standingOf('2.1.0')).toMatchObject({ state: 'failing', word: 'no longer maintained' });
  expect(standingOf('2.99.0')).toMatchObject({ state: 'ready', word: 'newer than known' });
  expect(standingOf('3.0.0')).toMatchObject({ word: 'newer than known' });
  for (const version of ['2.9.4', '2.9.2', '2.6.4', '2.1.0', '2.99.0']) {
    expect(standingOf(version).sentence).toContain('As known by this Sluice in');
  }
});

test('what is no version is not judged', () => {
  for (const version of [undefined, '', 'latest', 'sha256:abc']) expect(standingOf(version).state).toBe('none');
});
