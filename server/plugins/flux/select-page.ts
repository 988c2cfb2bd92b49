import type { Collection, Entry, Scope } from '../../kube/cluster.ts';
import type { StateCounts } from './counts.ts';
import { noCounts, totalOf } from './counts.ts';
import type { ListFilter } from './filter.ts';
import { matchesSearch } from './filter.ts';
import type { KindDefinition } from './kind.ts';
import { matchesLabels } from './label-selector.ts';
import { shortRevision } from './revision.ts';
import { entryAt } from './summarize.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';
import { objectStates } from './summary.ts';

export const pageSize = 50;

/** One page of a kind's list, and what stands around it. */
export interface SelectedPage {
  /** In order; what is overdue at `now` has become stale here. */
  rows: Entry<FluxSummary>[];
  /** How many match the whole filter. */
  total: number;
  /** At least 1. */
  pages: number;
  /** The page shown: the last one when there are fewer than asked for. */
  page: number;
  /** By state, of what matches the filter apart from its states. */
  counts: StateCounts;
  /** The sum of `counts`. */
  countsTotal: number;
  /** How many the asker may see at all, without any filter. */
  visible: number;
  /** All namespaces the asker may see objects in, by name. */
  namespaces: readonly string[];
  /** All sources the visible objects name, `Kind/namespace/name`, by name. */
  sources: readonly ObjectReference[];
  /** When the next object becomes overdue: without any change the page looks different then. */
  changesAt: Date | undefined;
}

/** Where entries come from, so that their order can be kept while it lasts. */
export interface Origin {
  collection: Collection<FluxSummary>;
  scope: Scope;
}

/**
 * Filters, counts, sorts and cuts out a page. With an `origin` the sorted order is kept for as long as the collection
 * stays the same, and repaired rather than sorted anew when it changed: a page of 10,000 objects costs one pass.
 */
export function selectPage(
  entries: Iterable<Entry<FluxSummary>>,
  filter: ListFilter,
  kind: KindDefinition,
  now: Date,
  origin?: Origin,
): SelectedPage {
  const list = origin === undefined ? readEntries(entries, now) : keptList(entries, now, origin);
  const ordered = orderOf(list, filter, kind);
  const { namespace, source, states, terms, selector } = filter;
  const counts = noCounts();
  const matching: Entry<FluxSummary>[] = [];
  for (const entry of ordered) {
    const { summary, object } = entry;
    if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
    if (source !== undefined && (summary.source === undefined || sourceName(summary.source) !== source)) continue;
    if (selector.length > 0 && !matchesLabels(object.metadata.labels, selector)) continue;
    if (terms.length > 0 && !matchesSearch(summary.searchText, terms)) continue;
    counts[summary.state] += 1;
    if (states.length === 0 || states.includes(summary.state)) matching.push(entry);
  }
  const pages = Math.max(1, Math.ceil(matching.length / pageSize));
  const page = Math.min(filter.page, pages);
  return {
    rows: matching.slice((page - 1) * pageSize, page * pageSize),
    total: matching.length,
    pages,
    page,
    counts,
    countsTotal: totalOf(counts),
    visible: list.entries.length,
    namespaces: list.namespaces,
    sources: list.sources,
    changesAt: list.changesAt,
  };
}

/** `Kind/namespace/name`, as the filter's `source` has it. */
export function sourceName(source: ObjectReference): string {
  return `${source.kind}/${source.namespace ?? ''}/${source.name}`;
}

/** All visible entries of a kind at one moment, and their orders as far as somebody asked for them. */
interface List {
  version: number;
  entries: readonly Entry<FluxSummary>[];
  namespaces: readonly string[];
  sources: readonly ObjectReference[];
  changesAt: Date | undefined;
  orders: Map<string, readonly Entry<FluxSummary>[]>;
  /** The orders that were asked for before the last change, to be repaired when asked for again. */
  before: Map<string, readonly Entry<FluxSummary>[]>;
}

/** Lists by collection and scope; a collection that is gone takes its lists with it. */
const kept = new WeakMap<Collection<FluxSummary>, Map<string, List>>();

/** How many scopes of one collection are remembered: identities that see the same share one. */
const scopesKept = 32;

function keptList(entries: Iterable<Entry<FluxSummary>>, now: Date, { collection, scope }: Origin): List {
  const byScope = kept.get(collection) ?? new Map<string, List>();
  kept.set(collection, byScope);
  const key = scope.all ? '*' : [...scope.namespaces].toSorted().join(' ');
  const known = byScope.get(key);
  const { version } = collection;
  if (known !== undefined && known.version === version && (known.changesAt === undefined || known.changesAt > now))
    return known;
  const list: List = { ...readEntries(entries, now), version, before: new Map(known?.orders) };
  byScope.delete(key);
  byScope.set(key, list);
  const [oldest] = byScope.keys();
  if (byScope.size > scopesKept && oldest !== undefined) byScope.delete(oldest);
  return list;
}

/** The list sorted as the filter asks. */
function orderOf(list: List, filter: ListFilter, kind: KindDefinition): readonly Entry<FluxSummary>[] {
  const name = `${filter.descending ? '-' : ''}${filter.sort}`;
  const known = list.orders.get(name);
  if (known !== undefined) return known;
  const before = list.before.get(name);
  const order = sortEntries(before === undefined ? list.entries : inOrderOf(before, list.entries), filter, kind);
  list.orders.set(name, order);
  list.before.delete(name);
  return order;
}

/** The entries of now in the order of before, new ones last: nearly sorted, which sorting makes use of. */
function inOrderOf(
  before: readonly Entry<FluxSummary>[],
  entries: readonly Entry<FluxSummary>[],
): Entry<FluxSummary>[] {
  const now = new Map(entries.map((entry) => [entry.key, entry]));
  const order: Entry<FluxSummary>[] = [];
  for (const { key } of before) {
    const entry = now.get(key);
    if (entry === undefined) continue;
    order.push(entry);
    now.delete(key);
  }
  return [...order, ...now.values()];
}

type SortValue = string | number | undefined;

function sortEntries(
  entries: readonly Entry<FluxSummary>[],
  filter: ListFilter,
  kind: KindDefinition,
): Entry<FluxSummary>[] {
  const direction = filter.descending ? -1 : 1;
  const valueOf = sortValue(filter.sort, kind);
  return entries
    .map((entry) => ({ entry, value: valueOf(entry) }))
    .sort((one, other) => {
      if (one.value === other.value) return compare(one.entry.key, other.entry.key);
      if (one.value === undefined) return 1;
      if (other.value === undefined) return -1;
      return one.value < other.value ? -direction : direction;
    })
    .map(({ entry }) => entry);
}

const rank = new Map<string, number>(objectStates.map((state, index) => [state, index]));

/** What a list is sorted by; what has no value comes last in either direction. */
function sortValue(sort: string, kind: KindDefinition): (entry: Entry<FluxSummary>) => SortValue {
  const column = kind.columns.find(({ key }) => key === sort);
  if (column !== undefined) return ({ summary }) => summary.columns[column.key];
  switch (sort) {
    case 'name':
      return ({ object }) => object.metadata.name;
    case 'namespace':
      return ({ object }) => object.metadata.namespace;
    case 'source':
      return ({ summary }) => summary.source && `${summary.source.name} ${sourceName(summary.source)}`;
    case 'revision':
      return ({ summary }) =>
        summary.revision.applied === undefined ? undefined : shortRevision(summary.revision.applied);
    case 'interval':
      return ({ summary }) => summary.intervalSeconds;
    case 'reconciled':
      return ({ summary }) => summary.reconciledAt;
    case 'owns':
      return ({ summary }) => summary.owns;
    case 'since':
      return ({ summary }) => summary.since;
    default:
      return ({ summary }) => rank.get(summary.state);
  }
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function readEntries(entries: Iterable<Entry<FluxSummary>>, now: Date): List {
  const all: Entry<FluxSummary>[] = [];
  const namespaces = new Set<string>();
  const sources = new Map<string, ObjectReference>();
  let changesAt = Number.POSITIVE_INFINITY;
  for (const one of entries) {
    const entry = entryAt(one, now);
    all.push(entry);
    const { summary, object } = entry;
    if (object.metadata.namespace !== undefined) namespaces.add(object.metadata.namespace);
    if (summary.source !== undefined) {
      const name = sourceName(summary.source);
      if (!sources.has(name)) sources.set(name, summary.source);
    }
    if (summary.state === 'ready' && summary.overdueAt !== undefined) {
      const overdue = Date.parse(summary.overdueAt);
      if (overdue < changesAt) changesAt = overdue;
    }
  }
  return {
    version: -1,
    entries: all,
    namespaces: [...namespaces].toSorted(),
    sources: [...sources.entries()].toSorted(([one], [other]) => compare(one, other)).map(([, source]) => source),
    changesAt: Number.isFinite(changesAt) ? new Date(changesAt) : undefined,
    orders: new Map(),
    before: new Map(),
  };
}
