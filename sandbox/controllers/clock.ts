/** The time by which the controllers work. Durations are milliseconds of that time. */
export interface Clock {
  now(): Date;
  /** Calls once after so long; the returned function calls it off. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The wall clock. Its timers keep no process alive. */
export const wallClock: Clock = {
  now: () => new Date(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  /** Moves on, calling in order of time what becomes due on the way. */
  advance(milliseconds: number): void;
}

export function virtualClock(start: Date): VirtualClock {
  let now = start.getTime();
  let entries = 0;
  const waiting = new Map<number, { at: number; call: () => void }>();
  const next = (until: number) =>
    [...waiting]
      .filter(([, { at }]) => at <= until)
      .toSorted(([first, one], [second, other]) => one.at - other.at || first - second)
      .at(0);
  return {
    now: () => new Date(now),
    after(milliseconds, call) {
      const entry = (entries += 1);
      waiting.set(entry, { at: now + Math.max(0, milliseconds), call });
      return () => void waiting.delete(entry);
    },
    advance(milliseconds) {
      const until = now + milliseconds;
      for (let due = next(until); due !== undefined; due = next(until)) {
        waiting.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].call();
      }
      now = until;
    },
  };
}
