import { expect, test } from 'vitest';
import { virtualClock } from './clock.ts';

const start = new Date('2026-05-04T10:00:00Z');

test('a virtual clock calls what is due in order of time', () => {
  const clock = virtualClock(start);
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(`${name} at ${clock.now().getTime() - start.getTime()}`);
  clock.after(300, note('third'));
  clock.after(100, note('first'));
  clock.after(200, () => {
    note('second')();
    clock.after(50, note('between'));
  });
  clock.advance(250);
  expect(calls).toEqual(['first at 100', 'second at 200', 'between at 250']);
  clock.advance(1000);
  expect(calls).toHaveLength(4);
  expect(clock.now().getTime() - start.getTime()).toBe(1250);
});

test('what was called off is not called', () => {
  const clock = virtualClock(start);
  let called = false;
  const cancel = clock.after(100, () => {
    called = true;
  });
  cancel();
  clock.advance(1000);
  expect(called).toBe(false);
});
