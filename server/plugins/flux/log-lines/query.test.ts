import { expect, test } from 'vitest';
import { readLine } from './line.ts';
import { lineFilter, logParameters, parseLogQuery, sinceSeconds } from './query.ts';

const parse = (text: string) => parseLogQuery(new URLSearchParams(text));

test('an address comes back from what was read of it', () => {
  const text =
    'namespace=shop&pod=web-1&container=app&level=error&since=15m&tail=1000&q=a+b&object=Kustomization%2Fshop%2Fweb&previous=true&follow=false';
  const query = parse(text);
  const again = new URLSearchParams(
    Object.entries(logParameters(query)).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  expect(parse(again.toString())).toEqual(query);
  expect(Object.values(logParameters(parse(''))).every((value) => value === undefined)).toBe(true);
});

test('what cannot be is refused with its field', () => {
  const wrong: Record<string, string> = {
    level: 'loud',
    since: 'yesterday',
    tail: '50001',
    pod: '../x',
    object: 'web',
    previous: 'maybe',
    namespace: 'A B',
  };
  for (const [field, value] of Object.entries(wrong)) {
    expect(() => parse(`${field}=${encodeURIComponent(value)}`)).toThrow(
      expect.objectContaining({ kind: 'invalid', field }),
    );
  }
  expect(() => parse('pod=a&pod=b')).toThrow(expect.objectContaining({ field: 'pod' }));
});

test('since is counted in seconds', () => {
  expect([sinceSeconds('30s'), sinceSeconds('15m'), sinceSeconds('6h'), sinceSeconds('2d')]).toEqual([
    30, 900, 21_600, 172_800,
  ]);
});

const line = (fields: object) => readLine(JSON.stringify({ level: 'info', msg: 'done', ...fields }));
const about = (kind: string, namespace: string, name: string) => line({ controllerKind: kind, namespace, name });

test('an object is itself and nothing that is named alike', () => {
  const { matches, mayMatch } = lineFilter(parse('object=Kustomization/shop/web'));
  expect(matches(about('Kustomization', 'shop', 'web'))).toBe(true);
  expect(matches(about('Kustomization', 'other', 'web'))).toBe(false);
  expect(matches(about('HelmRelease', 'shop', 'web'))).toBe(false);
  expect(matches(about('Kustomization', 'shop', 'web-2'))).toBe(false);
  expect(matches(line({ msg: "waits for 'Kustomization/shop/web'" }))).toBe(true);
  expect(mayMatch('nothing of it')).toBe(false);
});

test('levels are at least, words are all of them and none with !', () => {
  const errors = lineFilter(parse('level=error'));
  expect(errors.matches(line({ level: 'error' }))).toBe(true);
  expect(errors.matches(line({}))).toBe(false);
  expect(lineFilter(parse('level=info')).matches(line({ level: 'debug' }))).toBe(false);
  expect(lineFilter(parse('level=debug')).matches(line({ level: 'debug' }))).toBe(true);
  expect(lineFilter(parse('q=DONE+!web')).matches(line({}))).toBe(true);
  expect(lineFilter(parse('q=done+!web')).matches(about('Kustomization', 'shop', 'web'))).toBe(false);
});
