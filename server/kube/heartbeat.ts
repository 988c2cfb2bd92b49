import { asSluiceError, type SluiceError } from '../errors.ts';
import type { KubeClient } from './cluster.ts';
import { KubeError } from './kube-error.ts';
import { createPause } from './pause.ts';

const between = 10_000;
const betweenWhileAway = 1_000;
const answersWithin = 5_000;

export interface Heartbeat {
  /** Something failed: look now. */
  suspect(): void;
  stop(): void;
}

/**
 * Asks the API server every 10 seconds whether it is there, every second while it is not. It counts as back when it calls
 * itself ready (`/readyz`): before that its own rights are not loaded and it refuses what it will permit.
 */
export function startHeartbeat(
  client: KubeClient,
  tell: {
    back(version: string | undefined): Promise<void>;
    beat(version: string | undefined): void;
    lost(error: SluiceError): void;
  },
): Heartbeat {
  const stopped = new AbortController();
  const pause = createPause(stopped.signal);
  let isBack = false;

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        if (!isBack) await ready();
        const version = await unlessRefused(readVersion());
        if (isBack) tell.beat(version);
        else await tell.back(version);
        isBack = true;
      } catch (error) {
        if (stopped.signal.aborted) return;
        isBack = false;
        tell.lost(asSluiceError(error));
      }
      await pause.wait(isBack ? between : betweenWhileAway);
    }
  }

  const asked = { signal: stopped.signal, timeoutMilliseconds: answersWithin };

  async function ready(): Promise<void> {
    await unlessRefused(client.text({ path: '/readyz', ...asked }));
  }

  async function readVersion(): Promise<string | undefined> {
    return (await client.json<{ gitVersion?: string }>({ path: '/version', ...asked })).gitVersion;
  }

  void run();
  return { suspect: () => isBack && pause.wake(), stop: () => stopped.abort() };
}

/** Somebody who answers "no" is there. */
async function unlessRefused<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubeError && (error.httpStatus === 403 || error.httpStatus === 404)) return undefined;
    throw error;
  }
}
