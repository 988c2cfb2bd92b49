import { expect, test } from 'vitest';
import { figure, quantile, spread } from './statistics.ts';

test('a quantile is one of the values, in whatever order they come', () => {
  const values = [5, 1, 4, 2, 3];
  expect(quantile(values, 0.5)).toBe(3);
  expect(quantile(values, 0.99)).toBe(5);
  expect(quantile(values, 1)).toBe(5);
  expect(quantile([], 0.5)).toBeNaN();
});

test('figures keep the digits that matter', () => {
  expect(figure(6.72)).toBe('6.7');
  expect(figure(446.4)).toBe('446');
  expect(spread([1, 2, 300])).toBe('2.0 / 300 (max 300)');
});
