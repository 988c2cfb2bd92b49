import { asSluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { followPodLog } from '../../../kube/pod-logs.ts';
import { createPause } from '../../../kube/pause.ts';
import { isUnanswered } from '../../../kube/unanswered.ts';
import { readLine } from './line.ts';
import { lineFilter } from './query.ts';
import type { LogQuery } from './query.ts';
import type { SourcedLine } from './read-logs.ts';
import { sourcesOf } from './read-logs.ts';
import type { LogSource } from './targets.ts';

/** Where a page ends: per `pod/container` the instant of its last line, and for the others when it was read. */
export interface Reached {
  each: Readonly<Record<string, string>>;
  otherwise: string;
}

/** Lines are gathered for so long before they are handed on. */
const gatherMilliseconds = 200;
/** Pods come and go: so often it is looked which there are. */
const lookMilliseconds = 10_000;

/** Names a container among those of a namespace. */
export function sourceKey({ pod, container }: Pick<LogSource, 'pod' | 'container'>): string {
  return `${pod}/${container}`;
}

/**
 * The lines that match a query from where a page ends, as they are written, of pods that come later too. Throws when
 * the asker may not read them any more.
 */
export async function* followLogs(
  cluster: Cluster,
  identity: Identity,
  query: LogQuery,
  reached: Reached,
  outer: AbortSignal,
): AsyncGenerator<SourcedLine[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const { mayMatch, matches } = lineFilter(query);
  const following = new Map<string, string>();
  let gathered: SourcedLine[] = [];
  let problem: unknown;
  let news = Promise.withResolvers<void>();

  async function follow(source: LogSource, after: string): Promise<void> {
    for await (const { at, text } of followPodLog(cluster, identity, source, after, signal)) {
      following.set(sourceKey(source), at ?? after);
      if (!mayMatch(text)) continue;
      const line = readLine(text);
      if (!matches(line)) continue;
      gathered.push({ ...line, at, source });
      news.resolve();
    }
  }

  const busy = new Set<string>();
  /** How often a container that does not run had been started when its log was last read to its end. */
  const ended = new Map<string, number>();

  /** What does not run has lines to come only when it ran since: one that crashes at once is never seen at work. */
  function mayWrite({ state, restarts, ...source }: LogSource): boolean {
    const key = sourceKey(source);
    if (state === 'running' || state === 'unknown') return true;
    if (state === 'waiting' && restarts === 0) return false;
    return ended.get(key) !== restarts;
  }

  async function look(): Promise<void> {
    const { sources } = await sourcesOf(cluster, identity, query);
    for (const source of sources) {
      const key = sourceKey(source);
      if (busy.has(key) || !mayWrite(source)) continue;
      busy.add(key);
      if (source.state !== 'running') ended.set(key, source.restarts);
      const after = following.get(key) ?? reached.each[key] ?? reached.otherwise;
      follow(source, after)
        .catch((error: unknown) => {
          // One that is gone or waits again is looked for the next time; a lost right ends everything.
          const { kind } = asSluiceError(error);
          if (kind === 'forbidden' || kind === 'internal') fail(error);
        })
        .finally(() => busy.delete(key));
    }
  }

  function fail(error: unknown): void {
    if (!signal.aborted) problem ??= error;
    news.resolve();
  }

  const betweenLooks = createPause(signal);
  const gathering = createPause(signal);
  const looking = (async () => {
    while (!signal.aborted && problem === undefined) {
      try {
        await look();
      } catch (error) {
        if (!isUnanswered(error)) fail(error);
      }
      await betweenLooks.wait(lookMilliseconds);
    }
  })();
  const wake = (): void => news.resolve();
  signal.addEventListener('abort', wake, { once: true });

  try {
    while (!signal.aborted) {
      // What went wrong while lines were gathered has woken nobody.
      if (problem === undefined) await news.promise;
      if (problem !== undefined) throw problem;
      await gathering.wait(gatherMilliseconds);
      news = Promise.withResolvers<void>();
      const batch = gathered;
      gathered = [];
      if (batch.length > 0) yield batch;
    }
  } finally {
    stop.abort();
    await looking;
  }
}
