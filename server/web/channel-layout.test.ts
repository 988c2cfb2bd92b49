import { expect, test } from 'vitest';
import { channelLayout } from './channel-layout.ts';

function segment(state: string, count: number) {
  return { state, count, word: state, href: `?status=${state}` };
}

test('segments fill the bar in proportion, and none disappears', () => {
  const placed = channelLayout([segment('failing', 1), segment('waiting', 0), segment('ready', 9_999)]);
  expect(placed.map(({ state }) => state)).toEqual(['failing', 'ready']);
  expect(placed[0]).toMatchObject({ x: 0, width: 1.1, gate: 1.1 });
  expect(placed[1]).toMatchObject({ x: 1.1, width: 98.9, gate: undefined });
});

test('equal counts are equally wide', () => {
  const widths = channelLayout([segment('failing', 5), segment('ready', 5)]).map(({ width }) => width);
  expect(widths).toEqual([50, 50]);
});

test('nothing to show is an empty bar', () => {
  expect(channelLayout([segment('ready', 0)])).toEqual([]);
});
