import type { KindDefinition } from '../kind.ts';

/** A head cell of a list, as the table component draws it. */
export interface ColumnHead {
  key: string;
  label: string;
  /** Its width and when it gives way go by class. */
  class: string;
  href?: string;
  sorted?: 'ascending' | 'descending' | undefined;
  short?: boolean;
}

/** The columns of a kind's list, in order, between the check box and the actions. */
export function columnsOf(kind: KindDefinition): Omit<ColumnHead, 'href' | 'sorted'>[] {
  const without = new Set<string>(kind.withoutColumns);
  const columns = [
    { key: 'state', label: 'State', class: 'c-state', short: true },
    { key: 'name', label: 'Name', class: 'c-name' },
    ...(kind.source === undefined ? [] : [{ key: 'source', label: 'Source', class: 'c-src' }]),
    ...kind.columns.map((column) => ({
      key: column.key,
      label: column.label,
      class: `c-own c-own-${Math.min(column.priority ?? 1, 4)} c-${column.as}`,
    })),
    { key: 'revision', label: 'Revision', class: 'c-rev' },
    ...(kind.owns === undefined ? [] : [{ key: 'owns', label: 'Owns', class: 'c-owns num' }]),
    { key: 'reconciled', label: 'Reconciled', class: 'c-age' },
  ];
  return columns.filter(({ key }) => !without.has(key));
}
