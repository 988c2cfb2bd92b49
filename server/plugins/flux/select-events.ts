import { pageOf } from './page-of.ts';
import { SluiceError } from '../../errors.ts';
import type { Entry } from '../../kube/cluster.ts';
import { foldEvents } from './events.ts';
import type { EventSummary, FoldedEvent } from './events.ts';
import { kindOf } from './kinds/index.ts';

/** Which events are shown: all of it stands in the URL. */
export interface EventFilter {
  /** A kind by its name; `any` for those of everything in the cluster; undefined for those of Flux's objects. */
  kind: string | undefined;
  namespace: string | undefined;
  severity: 'warning' | 'normal' | undefined;
  reason: string | undefined;
  q: string;
  /** From 1 on. */
  page: number;
}

/** Events about anything at all, not Flux's objects alone. */
export const anyKind = 'any';

export const eventsOnPage = 100;

/** One page of the events, and what can be chosen among. */
export interface SelectedEvents {
  rows: FoldedEvent[];
  /** How many folds match. */
  total: number;
  page: number;
  pages: number;
  /** Of what matches apart from the severity. */
  counts: { warning: number; normal: number };
  /** How many folds there are without any filter but the kind's. */
  visible: number;
  kinds: string[];
  namespaces: string[];
  reasons: string[];
}

/** Reads the query of the events page. Throws invalid, naming the field. */
export function parseEventFilter(query: URLSearchParams): EventFilter {
  const word = (field: string, shape: RegExp): string | undefined => {
    const text = query.get(field)?.trim() ?? '';
    if (text === '') return undefined;
    if (shape.test(text)) return text;
    throw invalid(field, `“${text.slice(0, 60)}” is no ${field}.`, 'Use a name as Kubernetes has them.');
  };
  const severity = query.get('severity')?.trim().toLowerCase() ?? '';
  if (severity !== '' && severity !== 'warning' && severity !== 'normal') {
    throw invalid('severity', `“${severity.slice(0, 60)}” is no severity.`, 'Choose from normal, warning.');
  }
  const page = query.get('page')?.trim() || '1';
  if (!/^[1-9]\d{0,6}$/.test(page)) {
    throw invalid('page', `“${page.slice(0, 60)}” is not a page number.`, 'Pages are counted from 1.');
  }
  return {
    kind: word('kind', /^[A-Za-z][A-Za-z0-9]{0,62}$/),
    namespace: word('namespace', /^[a-z0-9-]{1,63}$/),
    severity: severity === '' ? undefined : severity,
    reason: word('reason', /^[\w.-]{1,128}$/),
    q: (query.get('q') ?? '').trim().slice(0, 500),
    page: Number(page),
  };
}

/** The filter as it stands in a URL, with some of it changed; every change leads to the first page. */
export function eventParameters(
  filter: EventFilter,
  change: Partial<EventFilter> = {},
): Record<string, string | undefined> {
  const { kind, namespace, severity, reason, q, page } = { ...filter, page: 1, ...change };
  return {
    kind,
    namespace,
    severity,
    reason,
    q: q === '' ? undefined : q,
    page: page === 1 ? undefined : String(page),
  };
}

/** Filters, folds and counts the events an asker may see, newest first, and cuts out a page. */
export function selectEvents(entries: Iterable<Entry<EventSummary>>, filter: EventFilter): SelectedEvents {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  const reasons = new Set<string>();
  const ofKind: Entry<EventSummary>[] = [];
  for (const entry of entries) {
    const { about, reason } = entry.summary;
    if (about.kind !== '') kinds.add(about.kind);
    if (!isOfKind(about, filter.kind)) continue;
    namespaces.add(entry.object.metadata.namespace ?? '');
    reasons.add(reason);
    ofKind.push(entry);
  }
  const terms = filter.q
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '' && term !== '!')
    .map((term) => (term.startsWith('!') ? { not: true, text: term.slice(1) } : { not: false, text: term }));
  const matching = ofKind.filter(({ summary, object }) => {
    if (filter.namespace !== undefined && object.metadata.namespace !== filter.namespace) return false;
    if (filter.reason !== undefined && summary.reason !== filter.reason) return false;
    if (terms.length === 0) return true;
    const text = searchText(summary);
    return terms.every((term) => text.includes(term.text) !== term.not);
  });
  const folds = foldEvents(matching);
  const warning = folds.filter((fold) => fold.warning).length;
  const wanted =
    filter.severity === undefined ? folds : folds.filter((fold) => fold.warning === (filter.severity === 'warning'));
  const { rows, total, page, pages } = pageOf(wanted, filter.page, eventsOnPage);
  return {
    rows,
    total,
    page,
    pages,
    counts: { warning, normal: folds.length - warning },
    visible: ofKind.length,
    kinds: [...kinds].toSorted(),
    namespaces: [...namespaces].filter((name) => name !== '').toSorted(),
    reasons: [...reasons].filter((reason) => reason !== '').toSorted(),
  };
}

function isOfKind(about: EventSummary['about'], kind: string | undefined): boolean {
  if (kind === anyKind) return true;
  if (kind !== undefined) return about.kind === kind;
  return kindOf(about.group, about.kind) !== undefined;
}

function searchText({ about, reason, message, component }: EventSummary): string {
  return `${about.kind} ${about.namespace ?? ''}/${about.name} ${reason} ${message} ${component ?? ''}`.toLowerCase();
}

function invalid(field: string, message: string, wayOut: string): SluiceError {
  return new SluiceError('invalid', message, { field, wayOut });
}
