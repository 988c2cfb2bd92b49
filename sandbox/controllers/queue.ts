import type { Clock } from './clock.ts';

/** Work that becomes due, one piece per key at a time. */
export interface Queue {
  /** Makes a key due after so long, or earlier if it already is. While it is worked on, it will be due again after that. */
  add(key: string, milliseconds: number): void;
  forget(key: string): void;
  /** No more work; resolves when what was begun has ended. */
  close(): Promise<void>;
}

interface Task {
  due: number;
  cancel: () => void;
}

/**
 * A queue for one controller.
 *
 * @param workers how many keys are worked on at once
 * @param work gives the milliseconds until the key is due again, or undefined; must not throw
 */
export function createQueue(clock: Clock, workers: number, work: (key: string) => Promise<number | undefined>): Queue {
  const waiting = new Map<string, Task>();
  const ready = new Set<string>();
  const running = new Map<string, Promise<void>>();
  /** Keys that became due while they were worked on, and how long after that they are to wait. */
  const again = new Map<string, number>();
  let closed = false;

  function wait(key: string, milliseconds: number): void {
    const due = clock.now().getTime() + milliseconds;
    const present = waiting.get(key);
    if (present !== undefined && present.due <= due) return;
    present?.cancel();
    const cancel = clock.after(milliseconds, () => {
      waiting.delete(key);
      ready.add(key);
      begin();
    });
    waiting.set(key, { due, cancel });
  }

  function begin(): void {
    for (const key of ready) {
      if (closed || running.size >= workers) return;
      ready.delete(key);
      running.set(key, run(key));
    }
  }

  async function run(key: string): Promise<void> {
    const next = await work(key);
    running.delete(key);
    if (closed) return;
    const soon = again.get(key);
    again.delete(key);
    if (soon !== undefined) wait(key, soon);
    else if (next !== undefined) wait(key, next);
    begin();
  }

  return {
    add(key, milliseconds) {
      if (closed || ready.has(key)) return;
      if (running.has(key)) again.set(key, Math.min(milliseconds, again.get(key) ?? milliseconds));
      else wait(key, milliseconds);
    },
    forget(key) {
      waiting.get(key)?.cancel();
      waiting.delete(key);
      ready.delete(key);
      again.delete(key);
    },
    async close() {
      closed = true;
      for (const task of waiting.values()) task.cancel();
      waiting.clear();
      ready.clear();
      await Promise.all(running.values());
    },
  };
}
