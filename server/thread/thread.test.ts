import { expect, test } from 'vitest';
import { createThread } from './thread.ts';
import type { workOfTests } from './testing/thread-of-tests.ts';

const module = new URL('testing/thread-of-tests.ts', import.meta.url);
const options = { atATime: 2, mostMilliseconds: 60_000, mostMegabytes: 64 };
const threadOf = (more: Partial<typeof options> = {}) =>
  createThread<typeof workOfTests>(module, { ...options, ...more });

test('runs a function beside, several times over, more than fit at a time', async () => {
  const thread = threadOf();
  const results = await Promise.all([1, 2, 3, 4, 5].map((value) => thread.run('doubled', [[value]])));
  expect(results).toEqual([[2], [4], [6], [8], [10]]);
  expect(await thread.run('doubled', [[7]])).toEqual([14]);
});

test('a failure keeps its kind and its way out, a defect is told as one, and the thread goes on', async () => {
  const thread = threadOf({ atATime: 1 });
  await expect(thread.run('refuses', [])).rejects.toMatchObject({
    kind: 'refused',
    message: 'No.',
    wayOut: 'Ask again.',
  });
  await expect(thread.run('breaks', [])).rejects.toThrow('TypeError: broken');
  expect(await thread.run('doubled', [[1]])).toEqual([2]);
});

test('what does not end, or is waited for no longer, is ended, and the next one is served', async () => {
  const thread = threadOf({ atATime: 1, mostMilliseconds: 500 });
  await expect(thread.run('neverEnds', [])).rejects.toMatchObject({ kind: 'too_large' });
  const patient = threadOf({ atATime: 1 });
  const waiting = new AbortController();
  const endless = patient.run('neverEnds', [], waiting.signal);
  const next = patient.run('doubled', [[1]]);
  waiting.abort(new Error('gone away'));
  await expect(endless).rejects.toThrow('gone away');
  expect(await next).toEqual([2]);
});

test('what takes all memory is ended alone', async () => {
  const thread = threadOf({ atATime: 1, mostMegabytes: 32 });
  await expect(thread.run('takesAllMemory', [])).rejects.toMatchObject({ kind: 'too_large' });
  expect(await thread.run('doubled', [[1]])).toEqual([2]);
});
