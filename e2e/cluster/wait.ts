import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is true.
 *
 * @throws Error with `what` and the last failure once the seconds have passed, or at once whatever `alive` throws.
 */
export async function waitFor(
  what: string,
  ask: () => Promise<boolean>,
  options: { seconds: number; alive?: () => void },
): Promise<void> {
  const deadline = Date.now() + options.seconds * 1000;
  let last = '';
  for (;;) {
    options.alive?.();
    try {
      if (await ask()) return;
      last = 'not yet';
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > deadline) throw new Error(`Waited ${options.seconds} s for ${what}: ${last}`);
    await delay(40);
  }
}

/** True when a plain HTTP address answers with success. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.ok;
}
