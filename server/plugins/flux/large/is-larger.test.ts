import { expect, test } from 'vitest';
import { hasMoreValues, isLarger } from './is-larger.ts';

test.each([
  'a text',
  12,
  null,
  { a: { b: ['c', 'd', { e: true }] } },
  Array.from({ length: 100 }, (_, index) => ({ name: `item-${index}`, value: 'x'.repeat(index) })),
])('judges by about the length of JSON', (value) => {
  const { length } = JSON.stringify(value);
  expect(isLarger(value, length * 2 + 10)).toBe(false);
  expect(isLarger(value, length / 2 - 10)).toBe(true);
});

test('counts values, those within others too', () => {
  const value = { a: [1, 2, { b: null }], c: 'x' };
  expect(hasMoreValues(value, 7)).toBe(false);
  expect(hasMoreValues(value, 6)).toBe(true);
});
