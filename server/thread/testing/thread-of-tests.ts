import { SluiceError } from '../../errors.ts';
import { answerInThread } from '../answer-in-thread.ts';

/** What the tests have run beside them. */
export const workOfTests = {
  doubled: (values: readonly number[]) => values.map((value) => value * 2),
  refuses: () => {
    throw new SluiceError('refused', 'No.', { wayOut: 'Ask again.' });
  },
  breaks: () => {
    throw new TypeError('broken');
  },
  neverEnds: () => {
    for (;;);
  },
  takesAllMemory: () => {
    const held: number[][] = [];
    for (;;) held.push(Array.from({ length: 100_000 }, (_, index) => index));
  },
};

answerInThread(workOfTests);
