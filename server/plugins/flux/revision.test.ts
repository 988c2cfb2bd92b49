import { expect, test } from 'vitest';
import { parseRevision, shortRevision, shortWanted } from './revision.ts';

const commit = '4f1a5b1051b469108d1bdf0ebec6c814427e3834';
const digest = 'f62c03cce1a0bc0478b9b6d73e791e78cf98a72c018e5025337f81efdbbb598c';

test.each([
  [`main@sha1:${commit}`, 'main@4f1a5b1'],
  [`release/1.x@sha1:${commit}`, 'release/1.x@4f1a5b1'],
  [`refs/heads/main@sha1:${commit}`, 'main@4f1a5b1'],
  [`refs/pull/7/head@sha1:${commit}`, 'refs/pull/7/head@4f1a5b1'],
  [`6.9.2@sha256:${digest}`, '6.9.2@f62c03c'],
  [`sha256:${digest}`, 'f62c03c'],
  [`sha1:${commit}`, '4f1a5b1'],
  [`main/${commit}`, 'main@4f1a5b1'],
  [commit, '4f1a5b1'],
  ['1.1.0', '1.1.0'],
  ['1.1.0+e613cbb412d6', '1.1.0+e613cbb412d6'],
  ['a@b', 'a@b'],
  ['', ''],
])('%s is %s for short', (revision, short) => {
  expect(shortRevision(revision)).toBe(short);
});

test('the whole hash stays to be had', () => {
  expect(parseRevision(`6.9.2@sha256:${digest}`)).toEqual({ name: '6.9.2', hash: digest });
});

test('after the arrow stands what differs', () => {
  expect(shortWanted(`main@sha1:${commit}`, `main@sha1:${'9'.repeat(40)}`)).toBe('9999999');
  expect(shortWanted(`6.9.1@sha256:${digest}`, `6.9.2@sha256:${digest}`)).toBe('6.9.2@f62c03c');
  expect(shortWanted(undefined, `main@sha1:${commit}`)).toBe('main@4f1a5b1');
  expect(shortWanted('1.0.0', '1.1.0')).toBe('1.1.0');
});
