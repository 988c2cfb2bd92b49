import type { Work } from '../../../thread/answer-in-thread.ts';
import { createThread } from '../../../thread/thread.ts';
import { largeWork } from './large-work.ts';

type LargeWork = typeof largeWork;

/** Characters of YAML or JSON that are gone through without delay for others. */
export const largeFrom = 50_000;

const thread = createThread<LargeWork>(new URL('large-thread.ts', import.meta.url), {
  atATime: 2,
  mostMilliseconds: 20_000,
  mostMegabytes: 512,
});

/**
 * Does some work on the spot, and in a thread where what it is about is large, so that nobody else waits. Throws what the work
 * throws, and `too_large` where it takes more than 20 seconds or 512 MB.
 */
export async function unlessLarge<Name extends keyof LargeWork>(
  isLarge: boolean,
  name: Name,
  parameters: Parameters<LargeWork[Name]>,
  signal?: AbortSignal,
): Promise<ReturnType<LargeWork[Name]>> {
  if (isLarge) return thread.run(name, parameters, signal);
  const work: Work = largeWork;
  return work[name]?.(...parameters) as ReturnType<LargeWork[Name]>;
}
