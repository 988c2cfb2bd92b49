import { expect, test } from 'vitest';
import { virtualClock } from './clock.ts';
import { createQueue } from './queue.ts';

function playground(workers = 2) {
  const clock = virtualClock(new Date('2026-05-04T10:00:00Z'));
  const begun: string[] = [];
  const ends = new Map<string, (due: number | undefined) => void>();
  const queue = createQueue(clock, workers, (key) => {
    begun.push(key);
    return new Promise((resolve) => ends.set(key, resolve));
  });
  const end = async (key: string, due?: number) => {
    ends.get(key)?.(due);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { clock, queue, begun, end };
}

test('a key is worked on when it is due, and again when its work says so', async () => {
  const { clock, queue, begun, end } = playground();
  queue.add('one', 100);
  clock.advance(99);
  expect(begun).toEqual([]);
  clock.advance(1);
  expect(begun).toEqual(['one']);
  await end('one', 500);
  clock.advance(500);
  expect(begun).toEqual(['one', 'one']);
});

test('the earlier of two moments counts', () => {
  const { clock, queue, begun } = playground();
  queue.add('one', 5000);
  queue.add('one', 100);
  clock.advance(100);
  expect(begun).toEqual(['one']);
  clock.advance(5000);
  expect(begun).toEqual(['one']);
});

test('a key that becomes due while it is worked on is worked on once more', async () => {
  const { clock, queue, begun, end } = playground();
  queue.add('one', 0);
  clock.advance(0);
  queue.add('one', 10);
  queue.add('one', 10);
  clock.advance(1000);
  expect(begun).toEqual(['one']);
  await end('one', 60_000);
  clock.advance(10);
  expect(begun).toEqual(['one', 'one']);
});

test('no more than the workers work at once', async () => {
  const { clock, queue, begun, end } = playground(2);
  for (const key of ['one', 'two', 'three']) queue.add(key, 0);
  clock.advance(0);
  expect(begun).toEqual(['one', 'two']);
  await end('one');
  expect(begun).toEqual(['one', 'two', 'three']);
});

test('a forgotten key is not worked on, nor is any after the end', async () => {
  const { clock, queue, begun } = playground();
  queue.add('one', 10);
  queue.forget('one');
  queue.add('two', 10);
  await queue.close();
  queue.add('three', 10);
  clock.advance(100);
  expect(begun).toEqual([]);
});
