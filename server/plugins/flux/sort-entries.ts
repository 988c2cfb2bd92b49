import type { Entry } from '../../kube/cluster.ts';
import type { ListFilter } from './filter.ts';
import type { KindDefinition } from './kind.ts';
import { sourceName } from './references.ts';
import { shortRevision } from './revision.ts';
import type { FluxSummary } from './summary.ts';
import { objectStates } from './summary.ts';

type SortValue = string | number | undefined;

/** By what and in which direction a list is sorted. */
export type Order = Pick<ListFilter, 'sort' | 'descending'>;

/** Sorts anew: every value is worked out once. Equal ones stand by namespace and name; what has no value comes last. */
export function sortEntries(
  entries: Iterable<Entry<FluxSummary>>,
  order: Order,
  kind: KindDefinition,
): Entry<FluxSummary>[] {
  const valueOf = sortValue(order.sort, kind);
  return Array.from(entries, (entry) => ({ entry, value: valueOf(entry) }))
    .sort(
      (one, other) =>
        compareValues(one.value, other.value, order.descending) || compare(one.entry.key, other.entry.key),
    )
    .map(({ entry }) => entry);
}

/** Puts entries into a list that is sorted already: cheap for a few of them. Changes `sorted`. */
export function insertSorted(
  sorted: Entry<FluxSummary>[],
  entries: Iterable<Entry<FluxSummary>>,
  order: Order,
  kind: KindDefinition,
): void {
  const valueOf = sortValue(order.sort, kind);
  for (const entry of entries) {
    const value = valueOf(entry);
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = sorted[middle];
      if (other === undefined) break;
      const difference = compareValues(valueOf(other), value, order.descending) || compare(other.key, entry.key);
      if (difference < 0) low = middle + 1;
      else high = middle;
    }
    sorted.splice(low, 0, entry);
  }
}

/** By code units: Kubernetes names are plain ASCII. */
export function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function compareValues(one: SortValue, other: SortValue, descending: boolean): number {
  if (one === other) return 0;
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return one < other === descending ? 1 : -1;
}

const rank = new Map<string, number>(objectStates.map((state, index) => [state, index]));

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
