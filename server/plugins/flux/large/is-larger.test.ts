import { expect, test } from 'vitest';
import { isLarger } from './is-larger.ts';

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
