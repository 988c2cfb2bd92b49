import { expect, test } from 'vitest';
import { belowBase } from './base-path.ts';

test.each([
  ['/sluice/flux?q=a', '/sluice', '/flux?q=a'],
  ['/sluice', '/sluice', '/'],
  ['/sluice?q=a', '/sluice', '/?q=a'],
  ['/sluicegate/flux', '/sluice', undefined],
  ['/flux', '/sluice', undefined],
  ['/flux', '', '/flux'],
])('%s below %s', (url, basePath, below) => {
  expect(belowBase(url, basePath)).toBe(below);
});
