import { expect, test } from 'vitest';
import { favouritesCookie, favouritesOf, favouritesText, withFavourite } from './favourites.ts';

const headers = (text: string) => ({ cookie: `other=1; ${favouritesCookie}=${encodeURIComponent(text)}; last=2` });

test('what is written is read again', () => {
  const favourites = [
    { path: '/flux/kustomizations/shop/web', name: '' },
    { path: '/flux/kustomizations?q=a;b,c', name: 'Größe “x” <b>' },
  ];
  expect(favouritesOf(headers(favouritesText(favourites)))).toEqual(favourites);
});

test.each(['', 'nonsense', '%E0%A4%A', '{}', '[1,["/a"]]', '[["//evil.example","x"]]', '[["/\\\\evil","x"]]'])(
  'a cookie that is not ours is no favourite: %s',
  (text) => {
    expect(favouritesOf(headers(text))).toEqual([]);
    expect(favouritesOf({ cookie: `${favouritesCookie}=${text}` })).toEqual([]);
  },
);

test('a page is kept once, and may be given another name', () => {
  const once = withFavourite([], { path: '/audit', name: ' Who did it ' });
  expect(once).toEqual([{ path: '/audit', name: 'Who did it' }]);
  expect(withFavourite(once, { path: '/audit', name: 'Audit' })).toEqual([{ path: '/audit', name: 'Audit' }]);
});

test.each(['//evil.example/', 'https://evil.example', '/\\evil.example', '', '/a b', `/${'a'.repeat(700)}`])(
  'refuses %s',
  (path) => {
    expect(() => withFavourite([], { path, name: 'x' })).toThrow(/favourite/);
  },
);

test('their number and their size are bounded', () => {
  const many = (count: number, length: number) =>
    Array.from({ length: count }, (_, index) => ({ path: `/${String(index).padEnd(length, 'a')}`, name: '' }));
  expect(favouritesText(many(20, 20))).toContain('/19a');
  expect(() => favouritesText(many(21, 20))).toThrow(/room for 20/);
  expect(() => favouritesText(many(10, 500))).toThrow(/room/);
});
