import { expect, test } from 'vitest';
import { ageText, clockText, durationText, instantText } from './relative-time.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [minute, '1 min'],
  [119 * minute, '119 min'],
  [2 * hour, '2 h'],
  [47 * hour, '47 h'],
  [2 * day, '2 d'],
  [729 * day, '729 d'],
  [730 * day, '2 y'],
  [-8 * second, '8 s'],
])('%d milliseconds read %s', (milliseconds, words) => {
  expect(ageText(milliseconds)).toBe(words);
});

test('the browser says the same words', async () => {
  const browser = (await import(new URL('../../public/js/age.js', import.meta.url).href)) as {
    ageText(milliseconds: number): string;
  };
  for (let milliseconds = 1; milliseconds < 900 * day; milliseconds = Math.ceil(milliseconds * 1.3)) {
    expect(browser.ageText(milliseconds)).toBe(ageText(milliseconds));
  }
});

test.each([
  [0, '0 s'],
  [0.25, '250 ms'],
  [45, '45 s'],
  [600, '10 min'],
  [5400, '1 h 30 min'],
  [90_061, '1 d 1 h'],
])('%d seconds last %s', (seconds, words) => {
  expect(durationText(seconds)).toBe(words);
});

test('instants are written in UTC', () => {
  const date = new Date('2026-11-19T14:31:15.900Z');
  expect(instantText(date)).toBe('2026-11-19 14:31:15 UTC');
  expect(clockText(date)).toBe('14:31:15');
});
