import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRefreshQueue } from './refresh-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('asking often is refreshing once, at once, and then no more than ten times a second', async () => {
  const refreshed: string[] = [];
  const queue = createRefreshQueue<string>(async (key) => void refreshed.push(key));
  for (let count = 0; count < 50; count += 1) queue.request('a');
  await vi.advanceTimersByTimeAsync(1);
  expect(refreshed).toEqual(['a']);
  for (let count = 0; count < 50; count += 1) {
    queue.request('a');
    await vi.advanceTimersByTimeAsync(20);
  }
  expect(refreshed.length).toBeGreaterThanOrEqual(10);
  expect(refreshed.length).toBeLessThanOrEqual(12);
  queue.close();
});

test('an expensive one waits longer, and the others do not wait for it', async () => {
  const refreshed: string[] = [];
  const queue = createRefreshQueue<string>(async (key) => {
    refreshed.push(key);
    if (key === 'slow') await new Promise((resolve) => void setTimeout(resolve, 200));
  });
  const asking = setInterval(() => {
    queue.request('slow');
    queue.request('quick');
  }, 10);
  await vi.advanceTimersByTimeAsync(5_000);
  clearInterval(asking);
  queue.close();
  const slow = refreshed.filter((key) => key === 'slow').length;
  expect(slow).toBeGreaterThanOrEqual(7);
  expect(slow).toBeLessThanOrEqual(9);
  expect(refreshed.filter((key) => key === 'quick').length).toBeGreaterThan(20);
});

test('one that hangs holds nobody else up, and is not begun a second time', async () => {
  const refreshed: string[] = [];
  const hanging = Promise.withResolvers<void>();
  const queue = createRefreshQueue<string>(async (key) => {
    refreshed.push(key);
    if (key === 'hangs') await hanging.promise;
  });
  queue.request('hangs');
  await vi.advanceTimersByTimeAsync(1);
  queue.request('hangs');
  queue.request('quick');
  await vi.advanceTimersByTimeAsync(300);
  expect(refreshed).toEqual(['hangs', 'quick']);
  hanging.resolve();
  await vi.advanceTimersByTimeAsync(600);
  expect(refreshed).toEqual(['hangs', 'quick', 'hangs']);
  queue.close();
});

test('what is forgotten while it is refreshed leaves nothing behind', async () => {
  const refreshed: string[] = [];
  let going = Promise.withResolvers<void>();
  const queue = createRefreshQueue<string>(async (key) => {
    refreshed.push(key);
    await going.promise;
  });
  queue.request('a');
  await vi.advanceTimersByTimeAsync(1);
  queue.forget('a');
  going.resolve();
  await vi.advanceTimersByTimeAsync(0);
  going = Promise.withResolvers<void>();
  queue.request('a');
  await vi.advanceTimersByTimeAsync(1);
  expect(refreshed).toEqual(['a', 'a']);
  queue.close();
});

test('a delayed request is brought forward by an urgent one, and not the other way round', async () => {
  const refreshed: string[] = [];
  const queue = createRefreshQueue<string>(async (key) => void refreshed.push(key));
  queue.request('a', 1_000);
  await vi.advanceTimersByTimeAsync(500);
  expect(refreshed).toEqual([]);
  queue.request('a');
  queue.request('a', 1_000);
  await vi.advanceTimersByTimeAsync(1);
  expect(refreshed).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(refreshed).toEqual(['a']);
  queue.close();
});

test('what is asked for during its own refresh is refreshed again', async () => {
  let count = 0;
  const queue = createRefreshQueue<string>(async (key) => {
    count += 1;
    if (count === 1) queue.request(key);
  });
  queue.request('a');
  await vi.advanceTimersByTimeAsync(500);
  expect(count).toBe(2);
  queue.close();
});

test('a clock that is set back holds nothing up', async () => {
  const refreshed: string[] = [];
  const queue = createRefreshQueue<string>(async (key) => void refreshed.push(key));
  queue.request('a');
  await vi.advanceTimersByTimeAsync(1);
  vi.setSystemTime(Date.now() - 3_600_000);
  queue.request('a');
  await vi.advanceTimersByTimeAsync(200);
  expect(refreshed).toEqual(['a', 'a']);
  queue.close();
});

test('what is forgotten is not refreshed', async () => {
  const refreshed: string[] = [];
  const queue = createRefreshQueue<string>(async (key) => void refreshed.push(key));
  queue.request('a', 50);
  queue.request('b', 50);
  queue.forget('a');
  await vi.advanceTimersByTimeAsync(500);
  expect(refreshed).toEqual(['b']);
  queue.close();
});
