import { SluiceError } from '../../../errors.ts';
import type { Cluster, Collection, Entry, Problem, Scope } from '../../../kube/cluster.ts';
import { visible } from '../../../kube/visible.ts';
import type { Run, Runs } from '../../../operations/run.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Topic } from '../../../web/page.ts';
import { failingOf } from '../counts.ts';
import { filterQuery, parseFilter } from '../filter.ts';
import type { ListFilter } from '../filter.ts';
import type { KindDefinition } from '../kind.ts';
import { kindByPlural, kinds } from '../kinds/index.ts';
import { pageSize, selectPage } from '../select-page.ts';
import { look } from '../sight.ts';
import type { SelectedPage } from '../select-page.ts';
import type { FluxSummary } from '../summary.ts';
import { channelView } from './channel.ts';
import { chipsOf, listBar, listColumns } from './list-bar.ts';
import { holdsUp } from './holds-up.ts';
import { nearNames } from './near-names.ts';
import { nothingView } from './nothing-view.ts';
import { listPath } from './object-view.ts';
import { patchableIn } from './patchable.ts';
import type { Patchable } from './patchable.ts';
import { problemNotices } from './problem-notices.ts';
import { actionPath, deniedWords } from './row-actions.ts';
import { rowView } from './row-view.ts';
import { nextRunToLeave, runsToTell, runView } from './run-view.ts';
import { sourceRevision } from './source-revisions.ts';
import { count } from './words.ts';

/** The kind that a path names. Throws not_found with the kinds there are. */
export function kindOfPath(plural: string | undefined): KindDefinition {
  const kind = kindByPlural(plural ?? '');
  if (kind !== undefined) return kind;
  throw new SluiceError('not_found', `Flux has no kind “${(plural ?? '').slice(0, 60)}” that Sluice knows.`, {
    wayOut: `The kinds are ${kinds.map((each) => each.plural).join(', ')}.`,
  });
}

/** The list of a kind: `/flux/kustomizations`, filtered, sorted and paged by its query string. */
export function listPage({ runs }: { runs: Runs }): Page {
  return definePage({
    path: '/flux/:plural',
    async load(request) {
      const kind = kindOfPath(request.params['plural']);
      const filter = parseFilter(request.query, kind);
      return loadList(request, kind, filter, runs);
    },
  });
}

async function loadList(
  request: PageRequest,
  kind: KindDefinition,
  filter: ListFilter,
  runs: Runs,
): Promise<LoadedPage> {
  const { cluster, identity, link, now } = request;
  const resource = { group: kind.group, resource: kind.plural };
  const collection = cluster.collection<FluxSummary>(resource);
  const seen = await visible<FluxSummary>(cluster, resource, identity);
  const page = selectPage(seen.entries, filter, kind, now, { collection, scope: seen.scope });
  const patchable = await patchableIn(cluster, identity, kind, page.namespaces);
  const sight = await look(cluster, identity);
  const told = runsOfRows(cluster, kind, page.rows, runs, now);
  const dismiss = actionPath(link, 'dismiss');
  const path = listPath(kind.plural);
  const back = link(path, filterQuery(filter));

  const rows = page.rows.map((entry) =>
    rowView(entry, {
      kind,
      link,
      now,
      back,
      patchable,
      sourceRevision: (asked) => sourceRevision(sight, asked),
      holdsUp: (asked) => holdsUp(sight, asked),
      run(asked) {
        const [run] = told.get(asked.key) ?? [];
        return run === undefined ? undefined : runView(run, identity, dismiss);
      },
    }),
  );

  const shown = shownParts(request, kind, filter, page, seen.problems, collection);
  const known = page.visible > 0 || seen.problems.every((problem) => problem.kind === 'stale');
  const failing = failingOf(page.counts);
  const hidden = hiddenNamespaces(collection, seen.scope);
  return {
    title: failing === 0 ? kind.title : `${kind.title}, ${failing} failing`,
    template: 'flux/list.njk',
    model: {
      kind: { title: kind.title, plural: kind.plural },
      bar: known ? listBar(kind, filter, page, link) : undefined,
      caption: `${kind.title}. Rows that need attention have a second line with the cause.`,
      columns: listColumns(kind, filter, link),
      back,
      bulk: known ? bulkModel(kind, patchable, link) : undefined,
    },
    parts: {
      'list-notices': {
        template: 'flux/list-notices.njk',
        model: { notices: problemNotices(seen.problems, page.visible) },
      },
      'list-title': {
        template: 'flux/list-title.njk',
        model: { title: kind.title, total: known ? page.visible : undefined },
      },
      'list-channel': {
        template: 'flux/list-channel.njk',
        model: {
          view:
            page.visible === 0
              ? undefined
              : channelView(
                  `${kind.title} by state`,
                  page.counts,
                  (state) => link(path, filterQuery(filter, { status: state })),
                  filter.states,
                ),
          chips: chipsOf(kind, filter, link),
          hidden: hidden === 0 ? '' : `Not shown: ${count(hidden, 'namespace')} where you may not list ${kind.title}`,
        },
      },
      'list-nothing': { template: 'flux/list-nothing.njk', model: shown.nothing },
      'list-pager': { template: 'flux/list-pager.njk', model: { pages: shown.pages } },
    },
    lists: { rows: { template: 'flux/row.njk', rows: rows.map((row) => ({ id: row.id, model: row })) } },
    topics: topicsOf(kind, page, [...told.values()].flat(), now),
    current: path,
    breadcrumb: [{ label: 'Flux', href: link('/flux') }, { label: kind.title }],
  };
}

/** What stands in the table's place or under it. */
function shownParts(
  { identity, link, cluster }: PageRequest,
  kind: KindDefinition,
  filter: ListFilter,
  page: SelectedPage,
  problems: readonly Problem[],
  collection: Collection<FluxSummary>,
) {
  const path = listPath(kind.plural);
  const near =
    page.rows.length > 0 || page.visible === 0
      ? []
      : nearNames(filter.q, namesOf(collection, page.namespaces)).map((name) => ({
          label: name,
          href: link(path, { q: name }),
        }));
  const nothing = nothingView({
    kind,
    filter,
    rows: page.rows.length,
    visible: page.visible,
    problems,
    read: collection.size,
    near,
    identity,
    clusterName: cluster.name,
    link,
  });
  const pageHref = (number: number) => link(path, filterQuery(filter, { page: String(number) }));
  const pages =
    page.rows.length === 0
      ? undefined
      : {
          from: (page.page - 1) * pageSize + 1,
          to: (page.page - 1) * pageSize + page.rows.length,
          total: page.total,
          previousHref: page.page > 1 ? pageHref(page.page - 1) : undefined,
          nextHref: page.page < page.pages ? pageHref(page.page + 1) : undefined,
        };
  return { nothing, pages };
}

function* namesOf(collection: Collection<FluxSummary>, namespaces: readonly string[]): Iterable<string> {
  for (const namespace of namespaces) {
    for (const entry of collection.inNamespace(namespace)) yield entry.object.metadata.name;
  }
}

/** Only their number is told: also a namespace's name may be none of the reader's business. */
function hiddenNamespaces(collection: Collection<FluxSummary>, scope: Scope): number {
  if (scope.all) return 0;
  return collection.namespaces().filter((namespace) => !scope.namespaces.has(namespace)).length;
}

function runsOfRows(
  cluster: Cluster,
  kind: KindDefinition,
  rows: readonly Entry<FluxSummary>[],
  runs: Runs,
  now: Date,
): Map<string, Run[]> {
  const told = new Map<string, Run[]>();
  for (const { key, object } of rows) {
    const { namespace, name } = object.metadata;
    const found = runs.of(cluster.name, { group: kind.group, resource: kind.plural, namespace, name });
    const worthTelling = found.length === 0 ? [] : runsToTell(found, now);
    if (worthTelling.length > 0) told.set(key, worthTelling);
  }
  return told;
}

function topicsOf(kind: KindDefinition, page: SelectedPage, told: readonly Run[], now: Date): Topic[] {
  const leave = nextRunToLeave(told, now);
  return [
    { type: 'resource', resource: { group: kind.group, resource: kind.plural } },
    { type: 'runs' },
    { type: 'connection' },
    ...(page.changesAt === undefined ? [] : [{ type: 'clock', at: page.changesAt } as const]),
    ...(leave === undefined ? [] : [{ type: 'clock', at: leave } as const]),
  ];
}

interface BulkButton {
  label: string;
  symbol: string;
  action: string;
  main: boolean;
  denied: string | undefined;
  dialog: string | undefined;
}

function bulkModel(kind: KindDefinition, patchable: Patchable, link: PageRequest['link']) {
  if (!kind.actions.reconcile && !kind.actions.suspend) return undefined;
  const denied =
    patchable.all || patchable.namespaces.size > 0 ? undefined : (patchable.denied ?? deniedWords(kind, undefined));
  const dialog = 'ask-suspend';
  const button = (label: string, symbol: string, operation: string, main = false): BulkButton => ({
    label,
    symbol,
    action: actionPath(link, operation),
    main,
    denied,
    dialog: undefined,
  });
  const buttons: BulkButton[] = [];
  if (kind.actions.reconcile) buttons.push(button('Sync', 'i-sync', 'flux.reconcile', true));
  if (kind.actions.suspend)
    buttons.push({ ...button('Suspend', 'i-shut', 'flux.suspend'), dialog }, button('Resume', 'i-open', 'flux.resume'));
  return { buttons, suspend: { dialog, action: actionPath(link, 'flux.suspend') } };
}
