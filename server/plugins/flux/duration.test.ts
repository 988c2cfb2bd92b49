import { expect, test } from 'vitest';
import { humanDuration, humanGoDuration, parseDuration } from './duration.ts';

test.each([
  ['1m', 60],
  ['1h30m', 5400],
  ['5m0s', 300],
  ['1.5h', 5400],
  ['30.044725043s', 30.044725043],
  ['389.586135ms', 0.389586135],
  ['-2s', -2],
  ['0', 0],
  ['.5s', 0.5],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBeCloseTo(seconds, 9);
});

test.each(['', '5', 'm', '1 m', '1d', 'five minutes', '1m2', '1..5s', undefined])('%s is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [600, '10 min'],
  [5400, '1 h 30 min'],
  [45, '45 s'],
  [90, '1 min 30 s'],
  [86_400 * 5, '5 d'],
  [90_061, '1 d 1 h'],
  [0.12, '120 ms'],
  [0, '0 s'],
  [59.7, '1 min'],
  [-60, '-1 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(humanDuration(seconds)).toBe(words);
});

test('what is no duration stays as it was written', () => {
  expect(humanGoDuration('soon')).toBe('soon');
  expect(humanGoDuration(undefined)).toBeUndefined();
});

test('a duration of whole minutes survives the way through words', () => {
  for (let minutes = 1; minutes < 3000; minutes += 1) {
    const words = humanDuration(minutes * 60);
    const back = [...words.matchAll(/(\d+) (d|h|min)/g)].reduce(
      (sum, [, amount, unit]) => sum + Number(amount) * (unit === 'd' ? 1440 : unit === 'h' ? 60 : 1),
      0,
    );
    expect(minutes - back).toBeLessThan(minutes >= 1440 ? 60 : 1);
  }
});
