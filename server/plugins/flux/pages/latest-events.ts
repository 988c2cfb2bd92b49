import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { knownNamespaces } from '../../../kube/visible.ts';
import { foldEvents } from '../events.ts';
import type { EventSummary, FoldedEvent } from '../events.ts';
import { kindOf } from '../kinds/index.ts';
import { isWithin } from '../sight.ts';

const resource = { group: '', resource: 'events' };

/** Enough raw events that folding leaves as many as are shown. */
const considered = 80;

/** The newest events about Flux's objects that the asker may list, repeated ones folded. */
export async function latestEvents(cluster: Cluster, identity: Identity, limit: number): Promise<FoldedEvent[]> {
  const scope = await cluster.access.scope(identity, 'list', resource, knownNamespaces(cluster));
  const newest: Entry<EventSummary>[] = [];
  let oldestKept = '';
  for (const entry of cluster.collection<EventSummary>(resource).entries()) {
    const { summary, object } = entry;
    const at = summary.lastAt ?? '';
    if (newest.length >= considered && at <= oldestKept) continue;
    if (kindOf(summary.about.group, summary.about.kind) === undefined) continue;
    if (!isWithin(scope, object.metadata.namespace)) continue;
    newest.push(entry);
    if (newest.length < considered * 2) continue;
    newest.sort(newestFirst).length = considered;
    oldestKept = newest.at(-1)?.summary.lastAt ?? '';
  }
  return foldEvents(newest.sort(newestFirst).slice(0, considered)).slice(0, limit);
}

function newestFirst(one: Entry<EventSummary>, other: Entry<EventSummary>): number {
  const a = one.summary.lastAt ?? '';
  const b = other.summary.lastAt ?? '';
  return a < b ? 1 : a > b ? -1 : 0;
}
