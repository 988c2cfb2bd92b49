import { setTimeout as pause } from 'node:timers/promises';

/** The result of some work, or undefined when it takes longer than that; the work goes on. Throws what the work throws. */
export async function unlessItTakes<Result>(
  milliseconds: number,
  work: Promise<Result>,
): Promise<Awaited<Result> | undefined> {
  const waited = new AbortController();
  const tooLong = pause(milliseconds, undefined, { signal: waited.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    waited.abort();
  }
}
