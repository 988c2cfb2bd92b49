import { grantYaml } from '../../../kube/grant.ts';
import type { Problem } from '../../../kube/cluster.ts';
import { visible } from '../../../kube/visible.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest } from '../../../web/page.ts';
import type { EventSummary, FoldedEvent } from '../events.ts';
import { kinds } from '../kinds/index.ts';
import { anyKind, eventParameters, eventsOnPage, parseEventFilter, selectEvents } from '../select-events.ts';
import type { EventFilter, SelectedEvents } from '../select-events.ts';
import { eventView } from './event-view.ts';
import { referenceView } from './object-view.ts';
import { problemNotices } from './problem-notices.ts';
import { count, rightInWords } from './words.ts';

const eventsPath = '/flux/events';
const eventsResource = { group: '', resource: 'events' };

/** What the controllers have told, newest first: `/flux/events`, filtered and paged by its query string. */
export function eventsPage(): Page {
  return definePage({ path: eventsPath, load: loadEvents });
}

async function loadEvents(request: PageRequest): Promise<LoadedPage> {
  const { cluster, identity, link } = request;
  const filter = parseEventFilter(request.query);
  const seen = await visible<EventSummary>(cluster, eventsResource, identity);
  const selected = selectEvents(seen.entries, filter);
  const rows = selected.rows.map((fold) => rowOf(fold, link));
  const { warning } = selected.counts;
  return {
    title: warning === 0 ? 'Events' : `Events, ${count(warning, 'warning')}`,
    template: 'flux/events.njk',
    model: { bar: barOf(filter, selected, link) },
    parts: {
      'events-notices': {
        template: 'flux/logs-notices.njk',
        model: { id: 'events-notices', notices: problemNotices(seen.problems, selected.visible) },
      },
      'events-title': { template: 'flux/events-title.njk', model: { total: selected.total } },
      'events-keys': { template: 'flux/events-keys.njk', model: { keys: keysOf(filter, selected, link) } },
      'events-nothing': {
        template: 'flux/logs-nothing.njk',
        model: nothingOf(request, filter, selected, seen.problems),
      },
      'events-pager': { template: 'flux/events-pager.njk', model: { pages: pagesOf(filter, selected, link) } },
    },
    lists: {
      'events-list': { template: 'flux/events-row.njk', rows: rows.map((row) => ({ id: row.id, model: row })) },
    },
    topics: [{ type: 'resource', resource: eventsResource }, { type: 'connection' }],
    current: eventsPath,
    breadcrumb: [{ label: 'Flux', href: link('/flux') }, { label: 'Events' }],
  };
}

function rowOf(fold: FoldedEvent, link: PageRequest['link']) {
  const repeated = fold.count > 1 && fold.firstAt !== undefined && fold.firstAt !== fold.lastAt;
  return { ...eventView(fold), object: referenceView(fold.about, link), firstAt: repeated ? fold.firstAt : undefined };
}

function barOf(filter: EventFilter, selected: SelectedEvents, link: PageRequest['link']) {
  const known = new Set(kinds.map(({ kind }) => kind));
  const others = selected.kinds.filter((kind) => !known.has(kind));
  const options = (all: string, value: string | undefined, names: readonly string[]) => {
    const told = value === undefined || names.includes(value) || value === anyKind ? names : [...names, value];
    return [{ value: '', label: all }, ...told.map((name) => ({ value: name, label: name }))];
  };
  const kindOptions = options('All kinds of Flux', filter.kind, [
    ...kinds.map(({ kind }) => kind).filter((kind) => selected.kinds.includes(kind)),
    ...others,
  ]);
  kindOptions.splice(1, 0, { value: anyKind, label: 'Everything in the cluster' });
  return {
    action: link(eventsPath),
    subject: 'events',
    q: filter.q,
    placeholder: 'Object, reason, words; ! leaves out',
    selects: [
      { name: 'kind', label: 'Kind', value: filter.kind ?? '', options: kindOptions },
      {
        name: 'namespace',
        label: 'Namespace',
        value: filter.namespace ?? '',
        options: options('All namespaces', filter.namespace, selected.namespaces),
      },
      {
        name: 'reason',
        label: 'Reason',
        value: filter.reason ?? '',
        options: options('All reasons', filter.reason, selected.reasons),
      },
    ],
    hidden: filter.severity === undefined ? [] : [{ name: 'severity', value: filter.severity }],
  };
}

function keysOf(filter: EventFilter, { counts }: SelectedEvents, link: PageRequest['link']) {
  const key = (state: string, number: number, word: string, severity: EventFilter['severity']) => ({
    state,
    count: number,
    word,
    href: link(eventsPath, eventParameters(filter, { severity })),
    current: filter.severity === severity,
  });
  return [
    key('', counts.warning + counts.normal, 'all', undefined),
    key('warning', counts.warning, counts.warning === 1 ? 'warning' : 'warnings', 'warning'),
    key('info', counts.normal, 'normal', 'normal'),
  ];
}

function pagesOf(filter: EventFilter, { rows, page, pages, total }: SelectedEvents, link: PageRequest['link']) {
  if (rows.length === 0) return undefined;
  const hrefOf = (number: number) => link(eventsPath, eventParameters(filter, { page: number }));
  const from = (page - 1) * eventsOnPage + 1;
  return {
    from,
    to: from + rows.length - 1,
    total,
    previousHref: page > 1 ? hrefOf(page - 1) : undefined,
    nextHref: page < pages ? hrefOf(page + 1) : undefined,
  };
}

/** Why no event is shown, in the words of `views/flux/logs-nothing.njk`. */
function nothingOf(
  { identity, link }: PageRequest,
  filter: EventFilter,
  selected: SelectedEvents,
  problems: readonly Problem[],
) {
  const view = {
    id: 'events-nothing',
    symbol: 'i-events',
    title: '',
    text: '',
    rights: [] as string[],
    grant: undefined as string | undefined,
    next: undefined as { label: string; href: string } | undefined,
  };
  if (selected.rows.length > 0) return view;
  if (selected.visible > 0) {
    const next = { label: 'Clear the filter', href: link(eventsPath) };
    return { ...view, symbol: 'i-filter', title: `None of ${count(selected.visible, 'event')} matches`, next };
  }
  const [problem] = problems.filter(({ kind }) => kind !== 'stale');
  if (problem?.kind === 'forbidden') {
    const rules = problem.missing ?? [{ verb: 'list', ...eventsResource }];
    return {
      ...view,
      symbol: 's-forbidden',
      title: 'Events are hidden from you',
      text: `${problem.message} Needed:`,
      rights: rules.map(rightInWords),
      grant: grantYaml(rules, problem.lacking ?? identity),
    };
  }
  if (problem?.kind === 'syncing') return { ...view, title: 'Reading events', text: problem.message };
  if (problem !== undefined)
    return { ...view, symbol: 's-warning', title: 'Events cannot be read now', text: problem.message };
  const ofFlux = filter.kind === undefined ? ' about objects of Flux' : '';
  const text = `Kubernetes forgets events, by default after an hour. The next one${ofFlux} appears here by itself.`;
  return { ...view, title: 'Nothing was told lately', text };
}
