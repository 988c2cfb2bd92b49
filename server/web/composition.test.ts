import { expect, test } from 'vitest';
import { changesBetween, compose, shapeOf } from './composition.ts';
import type { LoadedPage } from './page.ts';

function page(rows: Record<string, string>, counts = 1, template = 'page.njk'): LoadedPage {
  return {
    title: 'Page',
    template,
    model: {},
    parts: { counts: { template: 'counts.njk', model: { counts } } },
    lists: {
      rows: { template: 'row.njk', rows: Object.entries(rows).map(([id, words]) => ({ id, model: { words } })) },
    },
    topics: [],
  };
}

test('equal data make equal digests, whatever object holds them', () => {
  expect(compose(page({ a: '1' }), {}, 't').digest).toBe(compose(page({ a: '1' }), {}, 't').digest);
  expect(compose(page({ a: '1' }), {}, 't').digest).not.toBe(compose(page({ a: '2' }), {}, 't').digest);
  expect(compose(page({ a: '1' }), {}, 't').digest).not.toBe(compose(page({ a: '1' }), {}, 'other').digest);
});

test('the shape tells pages of another make apart, not other content', () => {
  const shape = (loaded: LoadedPage) => shapeOf(compose(loaded, {}, 't').digest);
  expect(shape(page({ a: '1' }))).toBe(shape(page({ b: '2' }, 5)));
  expect(shape(page({}))).not.toBe(shape(page({}, 1, 'error.njk')));
});

test('only what has changed is told', () => {
  const before = compose(page({ a: '1', b: '2', c: '3' }), {}, 't');
  const after = compose(page({ a: '1', b: 'new', c: '3' }), {}, 't');
  expect(changesBetween(before, after)).toEqual({
    parts: [],
    lists: [{ id: 'rows', rows: ['b'], removed: [], order: undefined }],
  });
});

test('rows that come, go and move are told with the new order', () => {
  const before = compose(page({ a: '1', b: '2' }), {}, 't');
  const after = compose(page({ c: '3', a: '1' }, 2), {}, 't');
  expect(changesBetween(before, after)).toEqual({
    parts: ['counts'],
    lists: [{ id: 'rows', rows: ['c'], removed: ['b'], order: ['c', 'a'] }],
  });
});

test('without anything before, everything is told', () => {
  const after = compose(page({ a: '1' }), {}, 't');
  expect(changesBetween(undefined, after)).toEqual({
    parts: ['counts'],
    lists: [{ id: 'rows', rows: ['a'], removed: [], order: ['a'] }],
  });
});
