import { expect, test } from 'vitest';
import { keepLeaves, leavesOf, mergeValues, pathInWords, touches } from './values.ts';

test('merges as Helm does: maps key by key, lists and values whole, null takes away', () => {
  const defaults = { a: { b: 1, c: 2 }, list: [1, 2], gone: 'x', kept: 'y', map: { x: 1 } };
  const set = { a: { c: 3, d: 4 }, list: [9], gone: null, map: 'text', own: { e: true } };
  expect(mergeValues(defaults, set)).toEqual({
    a: { b: 1, c: 3, d: 4 },
    list: [9],
    kept: 'y',
    map: 'text',
    own: { e: true },
  });
});

test('a key that is called __proto__ is a key like others', () => {
  const set = JSON.parse('{"__proto__":{"user":"invented"},"a":1}') as Record<string, unknown>;
  const merged = mergeValues(JSON.parse('{"__proto__":{"port":1}}') as Record<string, unknown>, set);
  expect(leavesOf(merged).map(({ path, value }) => `${pathInWords(path)} ${String(value)}`)).toEqual([
    '__proto__.port 1',
    '__proto__.user invented',
    'a 1',
  ]);
  expect(JSON.stringify(keepLeaves(set, () => true))).toBe(JSON.stringify(set));
});

test('names places, and knows who says something at one', () => {
  expect(leavesOf({ a: { 'b.c': 1, empty: {} } }).map(({ path }) => pathInWords(path))).toEqual([
    String.raw`a.b\.c`,
    'a.empty',
  ]);
  expect(touches({ a: { b: 1 } }, ['a', 'b'])).toBe(true);
  expect(touches({ a: { b: 1 } }, ['a', 'c'])).toBe(false);
  expect(touches({ a: 'whole' }, ['a', 'c'])).toBe(true);
  expect(keepLeaves({ a: { b: 1 }, c: 2 }, ({ value }) => value === 2)).toEqual({ c: 2 });
});
