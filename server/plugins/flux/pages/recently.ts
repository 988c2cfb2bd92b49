import type { Entry } from '../../../kube/cluster.ts';
import type { FluxSummary } from '../summary.ts';

/** An object whose controller has come to an end with it. */
export interface Finished {
  entry: Entry<FluxSummary>;
  /** ISO instant. */
  at: string;
}

/** The few objects that were finished last, in one pass over however many come. */
export interface Recently {
  /** Takes note of an object, if its controller has come to an end with it. */
  note(entry: Entry<FluxSummary>): void;
  /** Latest first. */
  latest(): Finished[];
}

/** Keeps the `most` objects that were finished last. */
export function createRecently(most: number): Recently {
  const kept: Finished[] = [];
  return {
    note(entry) {
      const at = finishedAt(entry.summary);
      if (at === undefined || (kept.length === most && at <= (kept.at(-1)?.at ?? ''))) return;
      const place = kept.findIndex((other) => other.at < at);
      kept.splice(place === -1 ? kept.length : place, 0, { entry, at });
      if (kept.length > most) kept.pop();
    },
    latest: () => [...kept],
  };
}

/** What fails counts from when it began to: it is tried again every few seconds, which is no news and would fill the list. */
function finishedAt({ state, since, reconciledAt }: FluxSummary): string | undefined {
  if (state === 'ready') return reconciledAt;
  return state === 'failing' || state === 'stalled' ? since : undefined;
}
