import { expect, test } from 'vitest';
import { matchesLabels, parseLabelSelector } from './label-selector.ts';

const labels = { app: 'cart', tier: 'web', 'app.kubernetes.io/name': 'cart', empty: '' };

test.each([
  ['app=cart', true],
  ['app==cart', true],
  ['app=shop', false],
  ['app!=shop', true],
  ['other!=x', true],
  ['app in (cart, shop)', true],
  ['app notin (cart,shop)', false],
  ['other notin (x)', true],
  ['app', true],
  ['other', false],
  ['!other', true],
  ['!app', false],
  ['app.kubernetes.io/name=cart,tier=web', true],
  ['app=cart,tier=db', false],
  ['empty=', true],
  ['app in (cart),tier in (web,db)', true],
  ['constructor', false],
  ['toString!=x', true],
])('%s: %s', (selector, matches) => {
  expect(matchesLabels(labels, parseLabelSelector(selector))).toBe(matches);
});

test('what has no labels at all', () => {
  expect(matchesLabels(undefined, parseLabelSelector('!app'))).toBe(true);
  expect(matchesLabels(undefined, parseLabelSelector('app=cart'))).toBe(false);
});

test.each([
  'a b',
  '=x',
  'a=b=c',
  'app in cart',
  'app in (a',
  '-a',
  'a=<script>',
  'a,,b',
  ','.repeat(3),
  'x'.repeat(2000),
])('%s is refused', (selector) => {
  expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ kind: 'invalid', field: 'label' }));
});
