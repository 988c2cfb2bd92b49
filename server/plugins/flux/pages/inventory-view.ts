import type { KubeObject } from '../../../kube/object.ts';
import type { PageRequest } from '../../../web/page.ts';
import { inventoryOf } from '../inventory.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { ObjectState } from '../summary.ts';
import { referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';

/** One thing an object owns. */
interface InventoryRow {
  object: ObjectView;
  /** Flux objects have a state; of the rest only the name is known here. */
  state: ObjectState | undefined;
  says: string;
}

/** What an object owns, by kind, kinds with trouble first and then by name. */
export interface InventoryView {
  total: number;
  groups: { kind: string; group: string; version: string; rows: InventoryRow[] }[];
}

/** The inventory of an object; undefined where it has none. */
export function inventoryView(
  object: KubeObject,
  sight: Sight,
  link: PageRequest['link'],
  now: Date,
): InventoryView | undefined {
  const entries = inventoryOf(object);
  if (entries === undefined) return undefined;
  const groups = new Map<string, InventoryView['groups'][number]>();
  for (const item of entries) {
    const key = `${item.group}/${item.kind}`;
    const group = groups.get(key) ?? { kind: item.kind, group: item.group, version: item.version ?? '', rows: [] };
    groups.set(key, group);
    const found = sight.entry(item);
    const summary = found === undefined ? undefined : entryAt(found, now).summary;
    group.rows.push({
      object: { ...referenceView(item, link), ...(summary === undefined && { href: undefined }) },
      state: summary?.state,
      says: summary === undefined || summary.state === 'ready' ? '' : (summary.because ?? ''),
    });
  }
  const sorted = [...groups.values()].toSorted((one, other) => compare(one.kind, other.kind));
  for (const group of sorted) group.rows.sort((one, other) => compare(nameOf(one), nameOf(other)));
  return { total: entries.length, groups: sorted };
}

function nameOf({ object }: InventoryRow): string {
  return `${object.namespace ?? ''}/${object.name}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
