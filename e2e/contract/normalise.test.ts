import { expect, test } from 'vitest';
import { differences, normalisedAnswer, valueAt } from './normalise.ts';

const json = (body: unknown) => ({ code: 200, contentType: 'application/json', text: JSON.stringify(body) });

test("what is each server's own is replaced, the rest stays", () => {
  const object = {
    metadata: { name: 'a', uid: 'x', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
    message: 'uid 01234567-89ab-cdef-0123-456789abcdef is taken',
  };
  expect(normalisedAnswer(json(object), false)).toEqual({
    code: 200,
    body: {
      metadata: { name: 'a', uid: '<uid>', resourceVersion: '<version>', creationTimestamp: '<time>' },
      message: 'uid <uid> is taken',
    },
  });
});

test('a watch is compared by its events, without bookmarks', () => {
  const text = '{"type":"ADDED","object":{"a":1}}\n{"type":"BOOKMARK","object":{}}\n';
  const answer = { code: 200, contentType: 'application/json', text };
  expect(normalisedAnswer(answer, true)).toEqual({ code: 200, body: [{ type: 'ADDED', object: { a: 1 } }] });
});

test('wrong fields may come in any order', () => {
  const answer = (message: string) => normalisedAnswer(json({ message }), false);
  expect(answer('X "a" is invalid: [spec.b: Required value, spec.a: Bad, really: "b, c"]')).toEqual(
    answer('X "a" is invalid: [spec.a: Bad, really: "b, c", spec.b: Required value]'),
  );
});

test('differences are found by their path', () => {
  expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, 'case')).toEqual([]);
  expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }], c: 1 }, 'case')).toEqual([
    'case.a.1.b: sandbox 2, real 3',
    'case.c: sandbox undefined, real 1',
  ]);
  expect(differences([], {}, 'case')).toHaveLength(1);
});

test('paths reach into lists', () => {
  const value = { items: [{ name: 'a' }, { name: 'b' }] };
  expect(valueAt(value, 'items.*.name')).toEqual(['a', 'b']);
  expect(valueAt(value, 'items.1.name')).toBe('b');
  expect(valueAt(value, 'nothing.there')).toBeUndefined();
});
