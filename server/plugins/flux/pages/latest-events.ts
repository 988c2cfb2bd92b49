import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { knownNamespaces, listScope } from '../../../kube/visible.ts';
import { foldEvents } from '../events.ts';
import type { EventSummary, FoldedEvent } from '../events.ts';
import { kindOf } from '../kinds/index.ts';
import { isDispatchFailure } from '../notification-health.ts';
import { isWithin } from '../sight.ts';

const resource = { group: '', resource: 'events' };

/** Enough raw events that folding leaves as many as are shown. */
const considered = 80;

/** What the overview tells of the events that the asker may list. */
export interface EventsGlance {
  /** The newest about Flux's objects, repeated ones folded. */
  latest: FoldedEvent[];
  /** Notifications that could not be sent, of however long ago. */
  notSent: Entry<EventSummary>[];
  /** The asker may list events in no namespace. */
  isHidden: boolean;
}

interface Kept {
  version: number;
  scope: string;
  glance: EventsGlance;
}

const glances = new WeakMap<Cluster, Kept[]>();
/** Identities that see the same events share a pass over them. */
const glancesKept = 8;

/** One pass over all events, kept until one comes or goes. */
export async function eventsGlance(cluster: Cluster, identity: Identity): Promise<EventsGlance> {
  const collection = cluster.collection<EventSummary>(resource);
  const scope = await listScope(cluster, collection, identity, knownNamespaces(cluster));
  const words = scope.all ? '*' : [...scope.namespaces].join(',');
  const { version } = collection;
  const kept = glances.get(cluster) ?? [];
  const known = kept.find((one) => one.scope === words);
  if (known?.version === version) return known.glance;
  const found = glanceAt(collection.entries(), (namespace) => isWithin(scope, namespace));
  const glance = { ...found, isHidden: !scope.all && scope.namespaces.size === 0 };
  const others = kept.filter((one) => one !== known);
  glances.set(cluster, [{ version, scope: words, glance }, ...others].slice(0, glancesKept));
  return glance;
}

function glanceAt(
  events: Iterable<Entry<EventSummary>>,
  maySee: (namespace: string | undefined) => boolean,
): Omit<EventsGlance, 'isHidden'> {
  const newest: Entry<EventSummary>[] = [];
  const notSent: Entry<EventSummary>[] = [];
  let oldestKept = '';
  for (const entry of events) {
    const { summary, object } = entry;
    const at = summary.lastAt ?? '';
    const isLate = newest.length >= considered && at <= oldestKept;
    const isFailure = isDispatchFailure(summary);
    if (isLate && !isFailure) continue;
    if (kindOf(summary.about.group, summary.about.kind) === undefined) continue;
    if (!maySee(object.metadata.namespace)) continue;
    if (isFailure) notSent.push(entry);
    if (isLate) continue;
    newest.push(entry);
    if (newest.length < considered * 2) continue;
    newest.sort(newestFirst).length = considered;
    oldestKept = newest.at(-1)?.summary.lastAt ?? '';
  }
  return { latest: foldEvents(newest.sort(newestFirst).slice(0, considered)), notSent };
}

function newestFirst(one: Entry<EventSummary>, other: Entry<EventSummary>): number {
  const a = one.summary.lastAt ?? '';
  const b = other.summary.lastAt ?? '';
  return a < b ? 1 : a > b ? -1 : 0;
}
