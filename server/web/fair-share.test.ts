import { expect, test } from 'vitest';
import { hasShareLeft } from './fair-share.ts';

test('one holder gets half, others the rest, and when all is taken nobody gets more', () => {
  expect(hasShareLeft(['a'], 'a', 4)).toBe(true);
  expect(hasShareLeft(['a', 'a'], 'a', 4)).toBe(false);
  expect(hasShareLeft(['a', 'a'], 'b', 4)).toBe(true);
  expect(hasShareLeft(['a', 'a', 'b', 'c'], 'd', 4)).toBe(false);
});
