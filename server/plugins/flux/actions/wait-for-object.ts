import { SluiceError } from '../../../errors.ts';
import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { FluxSummary } from '../summary.ts';
import type { Target } from './target.ts';
import { kindFor } from './target.ts';

/** What a look at an object says: still waiting (and for what, where that can be told), or how it ended. */
export type Verdict = { wait: string | undefined } | { done: string } | { failed: SluiceError };

interface Watching {
  cluster: Cluster;
  target: Target;
  /** Looks at the object each time anything watched may have changed the answer. */
  judge(entry: Entry<FluxSummary>): Verdict;
  progress(sentence: string): void;
  signal: AbortSignal;
}

/**
 * Waits until the watched object is as wanted, looking at it again with every change of the cluster, never by asking the
 * API server. Answers with the sentence of the end. Throws the failure, or the signal's reason; when time runs out its
 * message tells what was waited for last.
 */
export async function waitForObject({ cluster, target, judge, progress, signal }: Watching): Promise<string> {
  const kind = kindFor(target.plural);
  const collection = cluster.collection<FluxSummary>({ group: kind.group, resource: kind.plural });
  const name = `${kind.kind} ${target.namespace}/${target.name}`;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let waitingFor = '';

  function look(): void {
    if (collection.state === 'absent') {
      reject(new SluiceError('failed', `The cluster does not serve ${kind.title} any more.`));
      return;
    }
    if (collection.state !== 'live') {
      progress('The connection to the cluster is lost; waiting for it to come back.');
      return;
    }
    const entry = collection.get(target.namespace, target.name);
    if (entry === undefined) {
      reject(new SluiceError('failed', `${name} was deleted meanwhile.`));
      return;
    }
    const verdict = judge(entry);
    if ('done' in verdict) resolve(verdict.done);
    else if ('failed' in verdict) reject(verdict.failed);
    else if (verdict.wait !== undefined) {
      waitingFor = verdict.wait;
      progress(verdict.wait);
    }
  }

  function aborted(): void {
    const reason: unknown = signal.reason;
    if (reason instanceof SluiceError && reason.kind === 'timed_out') {
      const last =
        waitingFor === '' ? 'Its controller did not answer: look whether it runs.' : `Last seen: ${waitingFor}`;
      reject(new SluiceError('timed_out', `${reason.message} ${last}`, { cause: reason }));
      return;
    }
    reject(reason instanceof Error ? reason : new Error(String(reason)));
  }

  const stop = cluster.onChange(look);
  signal.addEventListener('abort', aborted, { once: true });
  try {
    if (signal.aborted) aborted();
    else look();
    return await promise;
  } finally {
    stop();
    signal.removeEventListener('abort', aborted);
  }
}
