import type { Collection } from '../../../kube/cluster.ts';
import type { StateCounts } from '../counts.ts';
import { noCounts } from '../counts.ts';
import type { Seen } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';

interface Kept {
  version: number;
  /** Epoch milliseconds from which an object is overdue and counts otherwise. */
  until: number;
  counts: StateCounts;
}

/** By collection and scope: the rail asks with every page and every change, the objects change less often. */
const kept = new WeakMap<Collection<FluxSummary>, Map<string, Kept>>();

/** Identities that see the same namespaces share their counts. */
const scopesKept = 32;

/** How many objects of a kind the asker sees in each state at `now`. */
export function countsOf({ collection, scope, entries }: Seen, now: Date): StateCounts {
  const byScope = kept.get(collection) ?? new Map<string, Kept>();
  kept.set(collection, byScope);
  const key = scope.all ? '*' : [...scope.namespaces].toSorted().join(' ');
  const known = byScope.get(key);
  if (known !== undefined && known.version === collection.version && now.getTime() < known.until) return known.counts;
  const counts = noCounts();
  let until: string | undefined;
  for (const entry of entries) {
    const { summary } = entryAt(entry, now);
    counts[summary.state] += 1;
    const { overdueAt } = summary;
    if (summary.state === 'ready' && overdueAt !== undefined && (until === undefined || overdueAt < until))
      until = overdueAt;
  }
  byScope.delete(key);
  byScope.set(key, {
    version: collection.version,
    until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
    counts,
  });
  const [oldest] = byScope.keys();
  if (byScope.size > scopesKept && oldest !== undefined) byScope.delete(oldest);
  return counts;
}
