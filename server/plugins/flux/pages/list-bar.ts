import type { PageRequest } from '../../../web/page.ts';
import { filterQuery, sortKeys } from '../filter.ts';
import type { ListFilter } from '../filter.ts';
import type { KindDefinition } from '../kind.ts';
import { sourceName } from '../select-page.ts';
import type { SelectedPage } from '../select-page.ts';
import { columnsOf } from './columns.ts';
import type { ColumnHead } from './columns.ts';
import { listPath } from './object-view.ts';

interface Select {
  name: string;
  label: string;
  value: string;
  options: { value: string; label: string }[];
}

/** The filter controls of a list, as the filters component draws them. */
export interface ListBar {
  action: string;
  subject: string;
  q: string;
  placeholder: string;
  selects: Select[];
  hidden: { name: string; value: string }[];
}

/** The controls with what can be chosen here and now. */
export function listBar(
  kind: KindDefinition,
  filter: ListFilter,
  page: Pick<SelectedPage, 'namespaces' | 'sources'>,
  link: PageRequest['link'],
): ListBar {
  const selects: Select[] = [
    choice(
      'namespace',
      'Namespace',
      'All namespaces',
      filter.namespace,
      page.namespaces.map((name) => ({ value: name, label: name })),
    ),
  ];
  if (kind.source !== undefined)
    selects.push(
      choice(
        'source',
        'Source',
        'All sources',
        filter.source,
        page.sources.map((source) => ({
          value: sourceName(source),
          label: `${source.namespace ?? ''}/${source.name}`,
        })),
      ),
    );
  selects.push(orderChoice(kind, filter));
  const { status, label } = filterQuery(filter);
  const hidden = Object.entries({ status, label }).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  return {
    action: link(listPath(kind.plural)),
    subject: kind.title,
    q: filter.q,
    placeholder: 'Name, revision, message, label; * and ! work',
    selects,
    hidden,
  };
}

function choice(
  name: string,
  label: string,
  all: string,
  value: string | undefined,
  options: { value: string; label: string }[],
): Select {
  const known = value === undefined || options.some((option) => option.value === value);
  return {
    name,
    label,
    value: value ?? '',
    options: [{ value: '', label: all }, ...options, ...(known ? [] : [{ value, label: value }])],
  };
}

function orderChoice(kind: KindDefinition, filter: ListFilter): Select {
  const value = `${filter.descending ? '-' : ''}${filter.sort}`;
  const options = [
    { value: 'state', label: 'Worst first' },
    { value: 'name', label: 'By name' },
    { value: 'namespace', label: 'By namespace' },
    { value: '-reconciled', label: 'Newest first' },
    { value: 'reconciled', label: 'Oldest first' },
    { value: '-since', label: 'Changed last' },
  ];
  if (!options.some((option) => option.value === value)) {
    const column = columnsOf(kind).find(({ key }) => key === filter.sort)?.label ?? filter.sort;
    options.push({ value, label: `By ${column.toLowerCase()}${filter.descending ? ', reversed' : ''}` });
  }
  return { name: 'sort', label: 'Order', value, options };
}

/** The head of the table: every column is a link that sorts by it, and a second time the other way round. */
export function listColumns(kind: KindDefinition, filter: ListFilter, link: PageRequest['link']): ColumnHead[] {
  const sortable = sortKeys(kind);
  return columnsOf(kind).map((column) => {
    if (!sortable.includes(column.key)) return column;
    const current = filter.sort === column.key;
    const sort = current && !filter.descending ? `-${column.key}` : column.key;
    return {
      ...column,
      href: link(listPath(kind.plural), filterQuery(filter, { sort })),
      sorted: current ? (filter.descending ? 'descending' : 'ascending') : undefined,
    };
  });
}

/** A condition of the filter that no control shows, with the link that takes it away. */
export interface Chip {
  label: string;
  href: string;
}

/** What is filtered by without standing in a control: labels, and several states at once. */
export function chipsOf(kind: KindDefinition, filter: ListFilter, link: PageRequest['link']): Chip[] {
  if (filter.label === undefined) return [];
  return [
    { label: `label ${filter.label}`, href: link(listPath(kind.plural), filterQuery(filter, { label: undefined })) },
  ];
}
