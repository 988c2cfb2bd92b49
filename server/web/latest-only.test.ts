import { expect, test } from 'vitest';
import { latestOnly } from './latest-only.ts';

test('one runs, the last of those that wait runs next, the others are passed over', async () => {
  const started: number[] = [];
  const gates = new Map<number, PromiseWithResolvers<void>>();
  const call = latestOnly(async (number: number) => {
    started.push(number);
    const gate = Promise.withResolvers<void>();
    gates.set(number, gate);
    await gate.promise;
    return `ran ${number}`;
  }, 'passed over');
  const answers = [1, 2, 3, 4].map((number) => call(number));
  expect(started).toEqual([1]);
  expect(await Promise.all([answers[1], answers[2]])).toEqual(['passed over', 'passed over']);
  gates.get(1)?.resolve();
  expect(await answers[0]).toBe('ran 1');
  await expect.poll(() => started).toEqual([1, 4]);
  gates.get(4)?.resolve();
  expect(await answers[3]).toBe('ran 4');
  const later = call(5);
  gates.get(5)?.resolve();
  expect(await later).toBe('ran 5');
});

test('a failure is its own caller’s, and the next one runs', async () => {
  const call = latestOnly(async (fails: boolean) => {
    if (fails) throw new Error('no');
    return 'yes';
  }, 'passed over');
  const [failed, next] = [call(true), call(false)];
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});
