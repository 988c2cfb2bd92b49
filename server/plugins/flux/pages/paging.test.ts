import { expect, test } from 'vitest';
import { pageNumber, paged } from './paging.ts';

const rows = Array.from({ length: 120 }, (_, index) => index);
const hrefOf = (page: number) => `?page=${page}`;

test('the middle page leads both ways', () => {
  const { shown, before, pages } = paged(rows, { asked: 2, size: 50, hrefOf });
  expect([shown[0], shown.length, before]).toEqual([50, 50, 50]);
  expect(pages).toEqual({ from: 51, to: 100, total: 120, previousHref: '?page=1', nextHref: '?page=3' });
});

test('a page that is no more is the last one', () => {
  const { shown, pages } = paged(rows, { asked: 9, size: 50, hrefOf });
  expect(shown.length).toBe(20);
  expect(pages).toEqual({ from: 101, to: 120, total: 120, previousHref: '?page=2' });
});

test('what fits on one page has no pager', () => {
  expect(paged(rows, { asked: 1, size: 120, hrefOf }).pages).toBeUndefined();
  expect(paged([], { asked: 3, size: 50, hrefOf })).toEqual({ shown: [], before: 0, pages: undefined });
});

test.each(['0', '-1', '1e3', '01', 'two', '123456'])('%s is no page', (page) => {
  expect(() => pageNumber(new URLSearchParams({ page }))).toThrow('A page is a number from 1 on.');
});

test('without a word it is the first page', () => {
  expect(pageNumber(new URLSearchParams())).toBe(1);
});
