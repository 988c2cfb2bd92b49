import { parentPort } from 'node:worker_threads';
import { SluiceError } from '../errors.ts';

/** Functions that can run in a thread: what they take and give is data alone, because it is copied. */
// oxlint-disable-next-line typescript/no-explicit-any -- whatever data they take
export type Work = Record<string, (...parameters: any[]) => unknown>;

export interface Question {
  name: string;
  parameters: readonly unknown[];
}

/** What comes back. A failure of a known kind comes with all that makes it one; `crash` is a defect. */
export type Answer =
  | { result: unknown }
  | { error: Pick<SluiceError, 'kind' | 'message' | 'field' | 'wayOut' | 'missing'> }
  | { crash: string };

/** Makes the thread that this is called in answer questions with these functions. */
export function answerInThread(work: Work): void {
  parentPort?.on('message', ({ name, parameters }: Question) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window of a browser
    parentPort?.postMessage(answerOf(work, name, parameters));
  });
}

function answerOf(work: Work, name: string, parameters: readonly unknown[]): Answer {
  try {
    return { result: work[name]?.(...parameters) };
  } catch (error) {
    if (!(error instanceof SluiceError)) return { crash: String((error as Error).stack) };
    const { kind, message, field, wayOut, missing } = error;
    return { error: { kind, message, field, wayOut, missing } };
  }
}
