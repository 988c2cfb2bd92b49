import { expect, test } from 'vitest';
import { newestOnly } from './newest-only.ts';

async function* batches(...lists: number[][]): AsyncGenerator<number[]> {
  yield* lists;
}

async function all<Item>(portions: AsyncIterable<Item>): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const portion of portions) taken.push(portion);
  return taken;
}

const never = new AbortController().signal;

test('hands everything on in portions, in order, and ends with the source', async () => {
  const taken = await all(newestOnly(batches([1, 2, 3], [4], []), 100, 2, never));
  expect(taken.flatMap(({ items }) => items)).toEqual([1, 2, 3, 4]);
  expect(taken.every(({ items, dropped }) => items.length <= 2 && dropped === 0)).toBe(true);
});

test('keeps the newest for a slow reader and says how many it dropped', async () => {
  const read = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator<number[]> {
    yield [1];
    yield Array.from({ length: 50 }, (_, index) => index + 2);
    read.resolve();
  }
  const portions = newestOnly(source(), 10, 100, never);
  await portions.next();
  await read.promise;
  const { value } = (await portions.next()) as { value: { items: number[]; dropped: number } };
  expect(value.items).toEqual([42, 43, 44, 45, 46, 47, 48, 49, 50, 51]);
  expect(value.dropped).toBe(40);
});

test('throws what the source throws, after what came before', async () => {
  async function* source(): AsyncGenerator<number[]> {
    yield [1];
    throw new Error('it broke');
  }
  const taken: number[] = [];
  await expect(async () => {
    for await (const { items } of newestOnly(source(), 10, 10, never)) taken.push(...items);
  }).rejects.toThrow('it broke');
  expect(taken).toEqual([1]);
});

test('ends when the signal says so, also while nothing comes', async () => {
  const stop = new AbortController();
  async function* source(): AsyncGenerator<number[]> {
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    yield [1];
  }
  const ended = all(newestOnly(source(), 10, 10, stop.signal));
  stop.abort();
  expect(await ended).toEqual([]);
});
