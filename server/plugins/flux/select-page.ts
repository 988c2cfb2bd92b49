import { pageOf } from './page-of.ts';
import type { Collection, Entry, Scope } from '../../kube/cluster.ts';
import type { StateCounts } from './counts.ts';
import { noCounts, totalOf } from './counts.ts';
import type { ListFilter } from './filter.ts';
import { matchesSearch } from './filter.ts';
import { listOf, namesOf, orderOf, readList } from './kept-list.ts';
import type { KindDefinition } from './kind.ts';
import { matchesLabels } from './label-selector.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';
import { sourceName } from './references.ts';

export { sourceName };

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
  /** All sources the visible objects name, by kind, namespace and name. */
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
 * Filters, counts, sorts and cuts out a page. With an `origin` the sorted lists are kept from one look to the next, and
 * a page of 10,000 objects costs one pass over them.
 */
export function selectPage(
  entries: Iterable<Entry<FluxSummary>>,
  filter: ListFilter,
  kind: KindDefinition,
  now: Date,
  origin?: Origin,
): SelectedPage {
  const list =
    origin === undefined ? readList(entries, now) : listOf(origin.collection, origin.scope, kind, entries, now);
  const { namespace, source, states, terms, selector } = filter;
  const counts = noCounts();
  const matching: Entry<FluxSummary>[] = [];
  for (const entry of orderOf(list, filter, kind)) {
    const { summary, object } = entry;
    if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
    if (source !== undefined && (summary.source === undefined || sourceName(summary.source) !== source)) continue;
    if (selector.length > 0 && !matchesLabels(object.metadata.labels, selector)) continue;
    if (terms.length > 0 && !matchesSearch(summary.searchText, terms)) continue;
    counts[summary.state] += 1;
    if (states.length === 0 || states.includes(summary.state)) matching.push(entry);
  }
  const { rows, total, pages, page } = pageOf(matching, filter.page, pageSize);
  return {
    rows,
    total,
    pages,
    page,
    counts,
    countsTotal: totalOf(counts),
    visible: list.entries.size,
    ...namesOf(list),
    changesAt: Number.isFinite(list.changesAt) ? new Date(list.changesAt) : undefined,
  };
}
