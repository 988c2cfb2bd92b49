import { expect, test } from 'vitest';
import { changedWords, withMarks } from './changed-words.ts';
import { compareTexts } from './compare-texts.ts';
import { comparisonView } from './comparison-view.ts';
import { withHiddenChanges } from './hidden-changes.ts';
import { pairLines } from './pair-lines.ts';

test('puts what was removed beside what came instead', () => {
  const { stretches, added, removed } = compareTexts('a\nb\nc\nd\n', 'a\nB\nd\n');
  expect([added, removed]).toEqual([1, 2]);
  const rows = pairLines(stretches[0] ?? []).map(({ before, after }) => [before?.text, after?.text]);
  expect(rows).toEqual([
    ['a', 'a'],
    ['b', 'B'],
    ['c', undefined],
    ['d', 'd'],
  ]);
});

test('gives up on texts that nobody would read on a page', () => {
  expect(compareTexts('a', 'x\n'.repeat(600_000))).toEqual({ added: 0, removed: 0, stretches: [], tooDifferent: true });
});

test('marks the words of a line that changed, and none in lines with little in common', () => {
  const [before, after] = ['  replicas: 3', '  replicas: 5'];
  const words = changedWords(before, after);
  expect(words.before.map(({ from, to }) => before.slice(from, to))).toEqual(['3']);
  expect(words.after.map(({ from, to }) => after.slice(from, to))).toEqual(['5']);
  expect(changedWords('image: web:1', 'terminationGracePeriodSeconds: 30')).toEqual({ before: [], after: [] });
});

test('marks across tags and counts an entity as one character', () => {
  expect(withMarks('<i>a&lt;b</i>c', [{ from: 1, to: 4 }])).toBe('<i>a<mark>&lt;b</mark></i><mark>c</mark>');
});

test.each(['split', 'unified'] as const)('escapes what it shows in the %s view', (view) => {
  for (const colour of [true, false]) {
    const drawn = JSON.stringify(comparisonView(compareTexts('a: <b>&1</b>\n', 'a: <b>&2</b>\n'), view, colour));
    expect(drawn).not.toContain('<b>');
    expect(drawn).toContain('&amp;');
  }
});

test('a hidden value that changed says so, also after an item has come before it', () => {
  const env = (...items: [string, string][]) => ({ env: items.map(([name, value]) => ({ name, value })) });
  const before = env(['TOKEN', 'old'], ['KEY', 'same']);
  const after = env(['MODE', 'fast'], ['TOKEN', 'new'], ['KEY', 'same']);
  const shown = (list: [string, string][]) => env(...list);
  expect(
    withHiddenChanges(
      before,
      after,
      shown([
        ['TOKEN', '***'],
        ['KEY', '***'],
      ]),
      shown([
        ['MODE', 'fast'],
        ['TOKEN', '***'],
        ['KEY', '***'],
      ]),
    ),
  ).toEqual(env(['MODE', 'fast'], ['TOKEN', '*** (another value)'], ['KEY', '***']));
});
