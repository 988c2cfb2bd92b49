import { expect, test } from 'vitest';
import { choiceFact, fact, humanBytes, intervalFact } from './facts.ts';
import { fluxObject } from './testing/situations.ts';

test.each([
  [0, '0 B'],
  [765, '765 B'],
  [2749, '2.7 kB'],
  [14_200_000, '14 MB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, words) => {
  expect(humanBytes(bytes)).toBe(words);
});

test('there is no fact without a value, and none with a password', () => {
  expect(fact('URL', undefined)).toEqual([]);
  expect(fact('URL', '')).toEqual([]);
  expect(fact('URL', 'https://u:planted@git.example.com', 'url')).toEqual([
    { label: 'URL', value: 'https://***@git.example.com', as: 'url' },
  ]);
});

test('a choice that the spec leaves open is not told', () => {
  expect(choiceFact('Prune', fluxObject('Kustomization', 'a'), ['prune'], 'yes', 'no')).toEqual([]);
  expect(
    choiceFact('Prune', fluxObject('Kustomization', 'a', { spec: { prune: false } }), ['prune'], 'yes', 'no'),
  ).toEqual([{ label: 'Prune', value: 'no' }]);
});

test('an interval that nobody can read is shown as it is', () => {
  expect(intervalFact(fluxObject('Kustomization', 'a', { spec: { interval: 'often' } }))).toEqual([
    { label: 'Interval', value: 'often' },
  ]);
  expect(intervalFact(fluxObject('Alert', 'a', { spec: { interval: undefined } }))).toEqual([]);
});
