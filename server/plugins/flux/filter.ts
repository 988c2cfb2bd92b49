import { SluiceError } from '../../errors.ts';
import type { KindDefinition } from './kind.ts';
import type { LabelSelector } from './label-selector.ts';
import { parseLabelSelector } from './label-selector.ts';
import type { ObjectState } from './summary.ts';
import { objectStates } from './summary.ts';

/** Which objects of a kind are shown, in which order, and which page of them: all of it stands in the URL. */
export interface ListFilter {
  namespace: string | undefined;
  /** Empty: every state. */
  states: readonly ObjectState[];
  /** As typed; `terms` is what it means. */
  q: string;
  terms: readonly SearchTerm[];
  /** As typed. */
  label: string | undefined;
  selector: LabelSelector;
  /** `Kind/namespace/name` of a source. */
  source: string | undefined;
  sort: string;
  descending: boolean;
  /** From 1 on. */
  page: number;
}

/** One word of the search box: all words must be found, those with `!` must not. */
export interface SearchTerm {
  not: boolean;
  /** Lower case. With one part it is looked for anywhere; with more, `*` stood between them and a whole field must fit. */
  parts: readonly string[];
}

/** The order when none is asked for: worst first, then by name. */
const defaultSort = 'state';

const commonSorts = [
  'state',
  'name',
  'namespace',
  'source',
  'revision',
  'interval',
  'reconciled',
  'owns',
  'since',
] as const;

/** The keys a kind's list can be sorted by: the common columns and its own. */
export function sortKeys(kind: KindDefinition): string[] {
  return [...commonSorts, ...kind.columns.map((column) => column.key)];
}

const longestQuery = 256;

/**
 * Reads a list's query string: `namespace`, `status` (one or several with commas), `q`, `label`, `source`
 * (`Kind/namespace/name`), `sort` (a column, `-` in front for the other direction), `page`.
 * Unknown parameters are not its business. Throws `invalid` with the field and what would be right.
 */
export function parseFilter(query: URLSearchParams, kind: KindDefinition): ListFilter {
  const q = (query.get('q') ?? '').trim();
  if (q.length > longestQuery) {
    throw invalid(
      'q',
      `The search text is longer than ${longestQuery} characters.`,
      'Search for fewer or shorter words.',
    );
  }
  const label = value(query, 'label');
  const sort = value(query, 'sort') ?? defaultSort;
  const sortKey = sort.replace(/^-/, '');
  if (!sortKeys(kind).includes(sortKey)) {
    throw invalid(
      'sort',
      `${kind.title} cannot be sorted by ${told(sortKey)}.`,
      `Sort by one of ${sortKeys(kind).join(', ')}, with - in front for the other direction.`,
    );
  }
  return {
    namespace: namespaceOf(query),
    states: statesOf(query),
    q,
    terms: searchTerms(q),
    label,
    selector: label === undefined ? [] : parseLabelSelector(label),
    source: sourceOf(query),
    sort: sortKey,
    descending: sort.startsWith('-'),
    page: pageOf(query),
  };
}

/** The filter as query parameters, with some of them changed; what is at its default is left out. A change goes back to page 1. */
export function filterQuery(
  filter: ListFilter,
  changes: Readonly<
    Partial<Record<'namespace' | 'status' | 'q' | 'label' | 'source' | 'sort' | 'page', string | undefined>>
  > = {},
): Record<string, string> {
  const sort = `${filter.descending ? '-' : ''}${filter.sort}`;
  const all: Record<string, string | undefined> = {
    namespace: filter.namespace,
    status: filter.states.length === 0 ? undefined : filter.states.join(','),
    q: filter.q === '' ? undefined : filter.q,
    label: filter.label,
    source: filter.source,
    sort: sort === defaultSort ? undefined : sort,
    page: Object.keys(changes).length > 0 || filter.page === 1 ? undefined : String(filter.page),
    ...changes,
  };
  if (all['page'] === '1') all['page'] = undefined;
  if (all['sort'] === defaultSort) all['sort'] = undefined;
  const defined = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(defined);
}

/** The words of a search text: lower case, `!` in front negates, `*` stands for anything within a field. */
export function searchTerms(q: string): SearchTerm[] {
  return q
    .toLowerCase()
    .split(/\s+/)
    .map((word) => ({ not: word.startsWith('!'), parts: word.replace(/^!/, '').split(/\*+/) }))
    .filter((term) => term.parts.some((part) => part !== ''));
}

/** Whether a summary's search text (fields parted by line breaks) has all that is asked for and nothing that is not. */
export function matchesSearch(searchText: string, terms: readonly SearchTerm[]): boolean {
  return terms.every((term) => fits(searchText, term.parts) !== term.not);
}

function fits(searchText: string, parts: readonly string[]): boolean {
  const [first = ''] = parts;
  if (parts.length === 1) return searchText.includes(first);
  if (!parts.every((part) => searchText.includes(part))) return false;
  return searchText.split('\n').some((field) => fitsField(field, parts));
}

/** A field fits `a*b*c` when it begins with a, ends with c and has b between: parts in order, no backtracking. */
function fitsField(field: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (field.length < first.length + last.length || !field.startsWith(first) || !field.endsWith(last)) return false;
  let position = first.length;
  const end = field.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = field.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

function namespaceOf(query: URLSearchParams): string | undefined {
  const namespace = value(query, 'namespace');
  if (namespace === undefined) return undefined;
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
    throw invalid(
      'namespace',
      `${told(namespace)} is not the name of a namespace.`,
      'A namespace has at most 63 small letters, digits and hyphens.',
    );
  }
  return namespace;
}

function statesOf(query: URLSearchParams): ObjectState[] {
  const asked = (value(query, 'status') ?? '').split(',').filter((state) => state !== '');
  const known: readonly string[] = objectStates;
  const unknown = asked.find((state) => !known.includes(state));
  if (unknown !== undefined) {
    throw invalid('status', `${told(unknown)} is not a status.`, `Choose from ${objectStates.join(', ')}.`);
  }
  return objectStates.filter((state) => asked.includes(state));
}

function sourceOf(query: URLSearchParams): string | undefined {
  const source = value(query, 'source');
  if (source === undefined) return undefined;
  if (!/^[A-Za-z]{1,63}\/[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/.test(source)) {
    throw invalid(
      'source',
      `${told(source)} does not name a source.`,
      'Write it as Kind/namespace/name, for example GitRepository/flux-system/fleet.',
    );
  }
  return source;
}

function pageOf(query: URLSearchParams): number {
  const page = value(query, 'page') ?? '1';
  if (!/^[1-9]\d{0,6}$/.test(page)) {
    throw invalid('page', `${told(page)} is not a page number.`, 'Pages are counted from 1.');
  }
  return Number(page);
}

function value(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)?.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** What somebody typed, short enough for a message. */
function told(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

function invalid(field: string, message: string, wayOut: string): SluiceError {
  return new SluiceError('invalid', message, { field, wayOut });
}
