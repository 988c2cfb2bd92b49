/** A wait that can be cut short: by `wake`, or for good by the signal. */
export interface Pause {
  /** Resolves after `milliseconds`, when woken, or when the signal aborts. */
  wait(milliseconds: number): Promise<void>;
  wake(): void;
}

export function createPause(signal: AbortSignal): Pause {
  let finish: (() => void) | undefined;
  signal.addEventListener('abort', () => finish?.(), { once: true });
  return {
    wait(milliseconds) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => finish?.(), milliseconds);
        timer.unref();
        finish = () => {
          clearTimeout(timer);
          finish = undefined;
          resolve();
        };
      });
    },
    wake: () => finish?.(),
  };
}

/** Doubles from 200 ms to at most 5 s, with half of it left to chance so that many do not knock together. */
export function backoff(failures: number): number {
  const full = Math.min(5_000, 200 * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + Math.random() / 2);
}
