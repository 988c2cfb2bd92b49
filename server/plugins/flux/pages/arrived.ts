import type { Entry } from '../../../kube/cluster.ts';
import type { Sight } from '../sight.ts';
import { referenceKey } from '../references.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';

/** How far a source's latest revision has come among the objects that apply it. */
export interface Arrival {
  source: Entry<FluxSummary>;
  /** Objects that follow it, and how many of them have its latest revision. */
  total: number;
  arrived: number;
  /** Those that have it not, by state. */
  behind: Partial<Record<ObjectState, number>>;
}

/** For each source of the Kustomizations among `entries` how many have its revision; the most used first. */
export function arrivals(entries: Iterable<Entry<FluxSummary>>, sight: Sight): Arrival[] {
  const found = new Map<string, Arrival | undefined>();
  for (const { summary } of entries) {
    if (summary.plural !== 'kustomizations' || summary.source === undefined) continue;
    const key = referenceKey(summary.source);
    if (!found.has(key)) {
      const source = sight.entry(summary.source);
      const known = source !== undefined && source.summary.revision.applied !== undefined;
      found.set(key, known ? { source, total: 0, arrived: 0, behind: {} } : undefined);
    }
    const arrival = found.get(key);
    if (arrival === undefined) continue;
    arrival.total += 1;
    if (summary.revision.applied === arrival.source.summary.revision.applied) arrival.arrived += 1;
    else arrival.behind[summary.state] = (arrival.behind[summary.state] ?? 0) + 1;
  }
  return [...found.values()]
    .filter((arrival) => arrival !== undefined)
    .toSorted((one, other) => other.total - one.total || (one.source.key < other.source.key ? -1 : 1));
}
