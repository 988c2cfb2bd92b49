import type { Change, Collection, Entry, Scope } from '../../kube/cluster.ts';
import type { KindDefinition } from './kind.ts';
import { sourceName } from './references.ts';
import { isWithin } from './sight.ts';
import type { Order } from './sort-entries.ts';
import { compare, insertSorted, sortEntries } from './sort-entries.ts';
import { entryAt } from './summarize.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';

type Entries = Map<string, Entry<FluxSummary>>;

/** All entries of a kind that an asker may see, with the orders and names that were asked for so far. */
export interface KeptList {
  /** By key, as they have to be read at the moment of the list. */
  entries: Entries;
  orders: Map<string, Entry<FluxSummary>[]>;
  names: Names | undefined;
  /** When the next entry becomes overdue, in milliseconds since the epoch; infinite when none will. */
  changesAt: number;
}

interface Names {
  namespaces: readonly string[];
  sources: readonly ObjectReference[];
}

/** A list for one look, of entries that come from nowhere in particular. */
export function readList(entries: Iterable<Entry<FluxSummary>>, now: Date): KeptList {
  const list: KeptList = {
    entries: new Map(),
    orders: new Map(),
    names: undefined,
    changesAt: Number.POSITIVE_INFINITY,
  };
  for (const entry of entries) put(list, entry, now);
  return list;
}

/** The list in an order; worked out once, then kept. */
export function orderOf(list: KeptList, order: Order, kind: KindDefinition): readonly Entry<FluxSummary>[] {
  const name = `${order.descending ? '-' : ''}${order.sort}`;
  const known = list.orders.get(name);
  if (known !== undefined) return known;
  const sorted = sortEntries(list.entries.values(), order, kind);
  list.orders.set(name, sorted);
  return sorted;
}

/** All namespaces of the list, and all sources its entries name, by name. */
export function namesOf(list: KeptList): Names {
  if (list.names !== undefined) return list.names;
  const namespaces = new Set<string>();
  const sources = new Map<string, ObjectReference>();
  for (const { object, summary } of list.entries.values()) {
    if (object.metadata.namespace !== undefined) namespaces.add(object.metadata.namespace);
    if (summary.source !== undefined) sources.set(sourceName(summary.source), summary.source);
  }
  list.names = {
    namespaces: [...namespaces].toSorted(),
    sources: [...sources].toSorted(([one], [other]) => compare(one, other)).map(([, source]) => source),
  };
  return list.names;
}

function put(list: KeptList, original: Entry<FluxSummary>, now: Date): Entry<FluxSummary> {
  const entry = entryAt(original, now);
  list.entries.set(entry.key, entry);
  const { state, overdueAt } = entry.summary;
  if (state === 'ready' && overdueAt !== undefined) list.changesAt = Math.min(list.changesAt, Date.parse(overdueAt));
  return entry;
}

interface Tracked extends KeptList {
  /** The version of the collection that `pending` leads to. */
  version: number;
  /** What changed since the list was last looked at: the entry now, or that it is gone. */
  pending: Map<string, Entry<FluxSummary> | undefined>;
}

/** Lists by collection and scope; a collection that is gone takes its lists with it. */
const tracked = new WeakMap<Collection<FluxSummary>, Map<string, Tracked>>();

/** How many scopes of one collection are remembered: identities that see the same share one. */
const scopesKept = 32;

/** So many changes are cheaper read anew than put in one by one. */
const manyChanges = 500;

/**
 * The list of a collection within a scope: read once, then kept true by the collection's changes, so that a look at
 * 10,000 entries under churn sorts only what changed.
 */
export function listOf(
  collection: Collection<FluxSummary>,
  scope: Scope,
  kind: KindDefinition,
  entries: Iterable<Entry<FluxSummary>>,
  now: Date,
): KeptList {
  const lists = tracked.get(collection) ?? track(collection);
  const key = scope.all ? '*' : [...scope.namespaces].toSorted().join(' ');
  const known = lists.get(key);
  const isTrue = known !== undefined && known.version === collection.version && known.pending.size <= manyChanges;
  if (isTrue && known.changesAt > now.getTime()) {
    catchUp(known, scope, kind, now);
    return known;
  }
  const list: Tracked = { ...readList(entries, now), version: collection.version, pending: new Map() };
  lists.delete(key);
  lists.set(key, list);
  const [oldest] = lists.keys();
  if (lists.size > scopesKept && oldest !== undefined) lists.delete(oldest);
  return list;
}

function track(collection: Collection<FluxSummary>): Map<string, Tracked> {
  const lists = new Map<string, Tracked>();
  tracked.set(collection, lists);
  collection.onChange((change) => {
    for (const list of lists.values()) note(list, collection, change);
  });
  return lists;
}

/** A change that was missed leaves the list's version behind, and the next look reads it anew. */
function note(list: Tracked, collection: Collection<FluxSummary>, change: Change<FluxSummary>): void {
  if (collection.version !== list.version + 1) return;
  list.version = collection.version;
  if (change.entry === undefined) return;
  if (list.pending.size <= manyChanges) {
    list.pending.set(change.entry.key, change.type === 'deleted' ? undefined : change.entry);
  }
}

function catchUp(list: Tracked, scope: Scope, kind: KindDefinition, now: Date): void {
  if (list.pending.size === 0) return;
  const { pending } = list;
  list.pending = new Map();
  const fresh: Entry<FluxSummary>[] = [];
  for (const [key, entry] of pending) {
    const before = list.entries.get(key);
    if (entry === undefined || !isWithin(scope, entry.object.metadata.namespace)) {
      if (list.entries.delete(key)) list.names = undefined;
      continue;
    }
    fresh.push(put(list, entry, now));
    if (before === undefined || sourceOf(before) !== sourceOf(entry)) list.names = undefined;
  }
  for (const [name, order] of list.orders) {
    const rest = order.filter((entry) => !pending.has(entry.key));
    insertSorted(rest, fresh, { sort: name.replace(/^-/, ''), descending: name.startsWith('-') }, kind);
    list.orders.set(name, rest);
  }
}

function sourceOf({ summary }: Entry<FluxSummary>): string | undefined {
  return summary.source && sourceName(summary.source);
}
