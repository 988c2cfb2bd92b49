/** Refreshes things one after the other, each no more often than it can afford. */
export interface RefreshQueue<Key> {
  /** Asks for a refresh of `key`, after `delayMilliseconds` at the earliest. Asking twice is asking once, for the sooner one. */
  request(key: Key, delayMilliseconds?: number): void;
  forget(key: Key): void;
  close(): void;
}

/** Between two refreshes of one key lies at least this time, and twice what the last one took. */
const shortestRest = 100;
const longestRest = 500;
/** One that takes longer waits for somebody else, an API server most likely: the others go on meanwhile. */
const patience = 250;

/**
 * A queue of one worker, so that however much changes, there is room for requests between two refreshes; it waits for
 * none that takes long. Fair: whoever has waited longest is next. A key is never refreshed twice at a time. `refresh`
 * must not throw. Its clock is the one that nobody sets, so that a corrected
 * clock of the machine holds nothing up.
 */
export function createRefreshQueue<Key>(refresh: (key: Key) => Promise<void>): RefreshQueue<Key> {
  const due = new Map<Key, number>();
  const restUntil = new Map<Key, number>();
  const busy = new Set<Key>();
  let working = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Infinity;

  function soonest(): [Key, number] | undefined {
    let found: [Key, number] | undefined;
    for (const [key, wanted] of due) {
      if (busy.has(key)) continue;
      const at = Math.max(wanted, restUntil.get(key) ?? 0);
      if (found === undefined || at < found[1]) found = [key, at];
    }
    return found;
  }

  function schedule(): void {
    if (working || closed) return;
    const next = soonest();
    if (next !== undefined) wake(next[1]);
  }

  function wake(at: number): void {
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => void work(), Math.max(0, at - performance.now()));
  }

  async function work(): Promise<void> {
    timerAt = Infinity;
    const next = soonest();
    if (next === undefined || closed) return;
    const [key, at] = next;
    const started = performance.now();
    if (at > started) {
      wake(at);
      return;
    }
    working = true;
    due.delete(key);
    busy.add(key);
    const enough = Promise.withResolvers<void>();
    const clock = setTimeout(enough.resolve, patience);
    await Promise.race([carryOut(key, started), enough.promise]);
    clearTimeout(clock);
    working = false;
    schedule();
  }

  async function carryOut(key: Key, started: number): Promise<void> {
    await refresh(key);
    // Forgotten meanwhile: nothing is to be remembered of it.
    if (!busy.delete(key)) return;
    const ended = performance.now();
    restUntil.set(key, ended + Math.min(longestRest, Math.max(shortestRest, 2 * (ended - started))));
    schedule();
  }

  return {
    request(key, delayMilliseconds = 0) {
      const at = performance.now() + delayMilliseconds;
      const known = due.get(key);
      if (known !== undefined && known <= at) return;
      due.set(key, at);
      if (!working && !closed) wake(Math.max(at, restUntil.get(key) ?? 0));
    },
    forget(key) {
      due.delete(key);
      restUntil.delete(key);
      busy.delete(key);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      due.clear();
    },
  };
}
