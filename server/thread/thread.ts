import { Worker } from 'node:worker_threads';
import { SluiceError } from '../errors.ts';
import { createLimit } from '../kube/limit.ts';
import type { Answer, Question, Work } from './answer-in-thread.ts';

/** Runs the functions of a module beside the server's own thread, which meanwhile serves everybody else. */
export interface Thread<Functions extends Work> {
  /**
   * Runs one of them; parameters and result are copied. Throws what the function throws, `too_large` when it takes longer or
   * more memory than it may, and the reason of `signal` when that is aborted; it has ended by then.
   */
  run<Name extends keyof Functions & string>(
    name: Name,
    parameters: Parameters<Functions[Name]>,
    signal?: AbortSignal,
  ): Promise<ReturnType<Functions[Name]>>;
}

interface ThreadOptions {
  /** Calls that run at a time, each in a thread; the others wait. */
  atATime: number;
  /** Of one call. */
  mostMilliseconds: number;
  /** Of one thread. */
  mostMegabytes: number;
}

/** A thread costs memory: without work for so long it ends. */
const idleMilliseconds = 30_000;

/**
 * Threads for the functions that `module` answers with `answerInThread`. They are started when they are needed, and hold no
 * process open that has nothing else to do.
 */
export function createThread<Functions extends Work>(module: URL, options: ThreadOptions): Thread<Functions> {
  const { atATime, mostMilliseconds, mostMegabytes } = options;
  const limit = createLimit(atATime);
  const idle = new Map<Worker, NodeJS.Timeout>();

  function take(): Worker {
    const [known] = idle;
    if (known === undefined) return start();
    const [worker, timer] = known;
    clearTimeout(timer);
    idle.delete(worker);
    worker.ref();
    return worker;
  }

  function start(): Worker {
    const worker = new Worker(module, { env: {}, resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } });
    // Who waits for it is told of its end; one that nobody waits for is not missed.
    worker.on('error', () => idle.delete(worker)).on('exit', () => idle.delete(worker));
    return worker;
  }

  function giveBack(worker: Worker): void {
    worker.unref();
    idle.set(worker, setTimeout(() => void worker.terminate(), idleMilliseconds).unref());
  }

  async function ask(question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted();
    const worker = take();
    const answered = Promise.withResolvers<Answer>();
    const seconds = mostMilliseconds / 1000;
    const tooLong = () => answered.reject(tooLarge(`takes longer than ${seconds} seconds to go through`));
    const aborted = () => answered.reject(signal?.reason as Error);
    const failed = (error: unknown) =>
      answered.reject(isOutOfMemory(error) ? tooLarge('takes too much memory') : error);
    const ended = () => answered.reject(new Error('A thread ended before its work was done.'));
    const timer = setTimeout(tooLong, mostMilliseconds);
    signal?.addEventListener('abort', aborted, { once: true });
    worker.on('message', answered.resolve).on('error', failed).on('exit', ended);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window of a browser
      worker.postMessage(question);
      const answer = await answered.promise;
      giveBack(worker);
      return answer;
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      worker.off('message', answered.resolve).off('error', failed).off('exit', ended);
    }
  }

  return {
    run: (name, parameters, signal) =>
      limit(async () => resultOf(await ask({ name, parameters }, signal))) as Promise<
        ReturnType<Functions[typeof name]>
      >,
  };
}

function resultOf(answer: Answer): unknown {
  if ('result' in answer) return answer.result;
  if ('crash' in answer) throw new Error(`In a thread: ${answer.crash}`);
  const { kind, message, field, wayOut, missing } = answer.error;
  throw new SluiceError(kind, message, {
    missing,
    ...(field !== undefined && { field }),
    ...(wayOut !== undefined && { wayOut }),
  });
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooLarge(why: string): SluiceError {
  return new SluiceError('too_large', `It is too large: it ${why}.`);
}
