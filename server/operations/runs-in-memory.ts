import { randomUUID } from 'node:crypto';
import { SluiceError } from '../errors.ts';
import type { Identity } from '../kube/identity.ts';
import { identityKey } from '../kube/identity.ts';
import type { Subject } from './define.ts';
import type { Run, Runs } from './run.ts';
import { subjectKey } from './subject-key.ts';

const mostKept = 1_000;
const keptMilliseconds = 60 * 60 * 1_000;
const mostSteps = 100;

/** A run under way, in the hands of whoever carries it out. */
export interface StartedRun {
  readonly id: string;
  /** Aborted when the server drains and the time given is over. */
  readonly signal: AbortSignal;
  progress(sentence: string): void;
  succeed(message: string): Run;
  fail(error: SluiceError): Run;
}

/** The runs and what makes them. */
export interface RunStore extends Runs {
  begin(run: Pick<Run, 'operation' | 'cluster' | 'subject' | 'by'>): StartedRun;
  /** Waits until nothing runs; what still runs after the time is aborted. */
  drain(milliseconds: number): Promise<void>;
}

/** Runs kept in memory: the latest thousand of the last hour; one that is under way is never dropped. */
export function createRuns(now: () => number = Date.now): RunStore {
  const runs = new Map<string, Run>();
  const bySubject = new Map<string, string[]>();
  const aborts = new Map<string, AbortController>();
  const listeners = new Set<(run: Run) => void>();

  function forget(run: Run): void {
    runs.delete(run.id);
    const key = subjectKey(run.cluster, run.subject);
    const left = bySubject.get(key)?.filter((id) => id !== run.id) ?? [];
    if (left.length === 0) bySubject.delete(key);
    else bySubject.set(key, left);
  }

  function forgetOld(): void {
    const oldest = now() - keptMilliseconds;
    for (const run of runs.values()) {
      if (run.state === 'running') continue;
      if (runs.size > mostKept || (run.endedAt?.getTime() ?? 0) < oldest) forget(run);
    }
  }

  function put(run: Run): Run {
    runs.set(run.id, run);
    for (const listener of listeners) listener(run);
    return run;
  }

  function change(id: string, changed: Partial<Run>): Run {
    const run = runs.get(id);
    if (run === undefined) throw new Error(`Run ${id} is not kept any more.`);
    return put({ ...run, ...changed });
  }

  function end(id: string, ended: Partial<Run>): Run {
    aborts.delete(id);
    return change(id, { ...ended, endedAt: new Date(now()) });
  }

  async function ended(id: string, signal?: AbortSignal): Promise<Run> {
    const run = runs.get(id);
    if (run === undefined) throw new SluiceError('not_found', 'There is no such run, or it ended over an hour ago.');
    if (run.state !== 'running') return run;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        listeners.delete(heard);
        signal?.removeEventListener('abort', aborted);
      };
      const heard = (changed: Run): void => {
        if (changed.id !== id || changed.state === 'running') return;
        stop();
        resolve(changed);
      };
      const aborted = (): void => {
        stop();
        reject(new SluiceError('timed_out', 'Nobody waits for the run any more.', { cause: signal?.reason }));
      };
      if (signal?.aborted === true) {
        aborted();
        return;
      }
      listeners.add(heard);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  function running(): Run[] {
    return [...aborts.keys()].flatMap((id) => runs.get(id) ?? []);
  }

  return {
    get: (id) => runs.get(id),
    of(cluster: string, subject: Pick<Subject, 'group' | 'resource' | 'namespace' | 'name'>) {
      const oldest = now() - keptMilliseconds;
      return (bySubject.get(subjectKey(cluster, subject)) ?? [])
        .flatMap((id) => runs.get(id) ?? [])
        .filter((run) => run.endedAt === undefined || run.endedAt.getTime() >= oldest)
        .toReversed();
    },
    running,
    dismiss(id: string, by: Identity) {
      const run = runs.get(id);
      if (run === undefined) return;
      if (identityKey(run.by) !== identityKey(by)) {
        throw new SluiceError('forbidden', `Only ${run.by.name}, who started it, can put this message away.`);
      }
      if (!run.dismissed) change(id, { dismissed: true });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ended,
    begin({ operation, cluster, subject, by }) {
      const id = randomUUID();
      const abort = new AbortController();
      aborts.set(id, abort);
      const key = subjectKey(cluster, subject);
      bySubject.set(key, [...(bySubject.get(key) ?? []), id]);
      const startedAt = new Date(now());
      put({ id, operation, cluster, subject, by, startedAt, state: 'running', progress: [], dismissed: false });
      forgetOld();
      return {
        id,
        signal: abort.signal,
        progress(sentence) {
          const run = runs.get(id);
          if (run?.state !== 'running' || run.progress.at(-1)?.sentence === sentence) return;
          change(id, { progress: [...run.progress, { at: new Date(now()), sentence }].slice(-mostSteps) });
        },
        succeed: (message) => end(id, { state: 'succeeded', message }),
        fail: (error) => end(id, { state: 'failed', message: error.message, error }),
      };
    },
    async drain(milliseconds) {
      const timer = setTimeout(() => {
        for (const abort of aborts.values()) {
          abort.abort(new SluiceError('failed', 'Sluice was shut down before it ended; Flux goes on by itself.'));
        }
      }, milliseconds);
      await Promise.all(running().map((run) => ended(run.id)));
      clearTimeout(timer);
    },
  };
}
