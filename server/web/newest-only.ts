interface Portion<Item> {
  items: Item[];
  /** How many were left out just before these. */
  dropped: number;
}

/**
 * Takes batches as fast as they come and hands them on as fast as they are asked for, never keeping more than `waiting`
 * items: the oldest are dropped and counted. Throws what the source throws, after what was still waiting.
 */
export async function* newestOnly<Item>(
  source: AsyncIterable<readonly Item[]>,
  waiting: number,
  portion: number,
  signal: AbortSignal,
): AsyncGenerator<Portion<Item>> {
  let kept: Item[] = [];
  let dropped = 0;
  let ended = false;
  let problem: unknown;
  let news = Promise.withResolvers<void>();
  const wake = (): void => news.resolve();

  const reading = (async () => {
    try {
      for await (const batch of source) {
        kept = kept.concat(batch);
        if (kept.length > waiting) {
          dropped += kept.length - waiting;
          kept = kept.slice(-waiting);
        }
        wake();
        if (signal.aborted) return;
      }
    } catch (error) {
      problem = error;
    } finally {
      ended = true;
      wake();
    }
  })();
  signal.addEventListener('abort', wake, { once: true });

  try {
    while (!signal.aborted) {
      if (kept.length === 0) {
        if (ended) break;
        await news.promise;
        news = Promise.withResolvers<void>();
        continue;
      }
      const items = kept.slice(0, portion);
      kept = kept.slice(portion);
      const left = dropped;
      dropped = 0;
      yield { items, dropped: left };
    }
  } finally {
    signal.removeEventListener('abort', wake);
  }
  if (signal.aborted) return;
  await reading;
  if (problem !== undefined) throw problem;
}
