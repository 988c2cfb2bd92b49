import { SluiceError, asSluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { getVisible } from '../../../kube/visible.ts';
import type { Operation } from '../../../operations/define.ts';
import type { Run, Runs } from '../../../operations/run.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Topic } from '../../../web/page.ts';
import { commandsFor } from '../commands.ts';
import { eventsOf } from '../events.ts';
import type { EventSummary, FoldedEvent } from '../events.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf, kinds } from '../kinds/index.ts';
import { referenceTo } from '../references.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { toYaml } from '../yaml.ts';
import { conditionViews } from './condition-view.ts';
import { detailActions } from './detail-actions.ts';
import { artifactViews, conditionsSeen, labelViews, setUpViews, subjectLine } from './detail-facts.ts';
import { eventView } from './event-view.ts';
import { externalLinks } from './external-links.ts';
import { findingView } from './finding-view.ts';
import { gonePage, pendingPage } from './gone-page.ts';
import { inventoryView } from './inventory-view.ts';
import type { InventoryView } from './inventory-view.ts';
import { kindOfPath } from './list-page.ts';
import { listPath, objectPath } from './object-view.ts';
import { problemNotices } from './problem-notices.ts';
import { needsViews, usedByViews } from './related-view.ts';
import { actionPath } from './row-actions.ts';
import { nextRunToLeave, runsToTell, runView } from './run-view.ts';
import { count } from './words.ts';
import { yamlView } from './yaml-view.ts';

const tabs = ['summary', 'inventory', 'events', 'yaml'] as const;
type Tab = (typeof tabs)[number];

const eventsResource = { group: '', resource: 'events' };
const eventsInSummary = 10;
const inventoryInSummary = 30;

interface Context {
  runs: Runs;
  operations: readonly Operation<never, unknown>[];
}

/** The page of one object: `/flux/kustomizations/shop/checkout`, `?tab=` for its other views. */
export function detailPage(context: Context): Page {
  return definePage({
    path: '/flux/:plural/:namespace/:name',
    async load(request) {
      const kind = kindOfPath(request.params['plural']);
      const tab = tabOf(request.query.get('tab'));
      const { namespace = '', name = '' } = request.params;
      const resource = { group: kind.group, resource: kind.plural };
      try {
        const found = await getVisible<FluxSummary>(request.cluster, resource, request.identity, namespace, name);
        return await loadDetail(request, context, kind, entryAt(found, request.now), tab);
      } catch (thrown) {
        const error = asSluiceError(thrown);
        if (error.kind === 'not_found') return gonePage(request, kind, namespace, name);
        if (error.kind === 'unreachable') return pendingPage(request, kind, namespace, name, error);
        throw thrown;
      }
    },
  });
}

function tabOf(asked: string | null): Tab {
  if (asked === null) return 'summary';
  const tab = tabs.find((each) => each === asked);
  if (tab !== undefined) return tab;
  throw new SluiceError('invalid', `There is no view “${asked.slice(0, 40)}” of an object.`, {
    field: 'tab',
    wayOut: `The views are ${tabs.join(', ')}.`,
  });
}

async function loadDetail(
  request: PageRequest,
  { runs, operations }: Context,
  kind: KindDefinition,
  entry: Entry<FluxSummary>,
  tab: Tab,
): Promise<LoadedPage> {
  const { cluster, identity, link, now } = request;
  const { object, key } = entry;
  const { namespace, name } = object.metadata;
  const path = objectPath(kind.plural, namespace, name);
  const sight = await look(cluster, identity);
  const told = runsToTell(runs.of(cluster.name, { group: kind.group, resource: kind.plural, namespace, name }), now);
  const running = told.find((run) => run.state === 'running');
  const busy = running === undefined ? undefined : 'An action is under way.';
  const actions = await detailActions({ cluster, identity, kind, entry, operations, link, busy });
  const events = await eventsSeen(request, entry);
  const inventory = inventoryView(object, sight, link, now);
  const hrefOf = (of: Tab) => link(path, { tab: of === 'summary' ? undefined : of });

  return {
    title: `${name}, ${kind.kind}`,
    template: 'flux/detail.njk',
    model: {
      tab,
      key,
      back: hrefOf(tab),
      fields: actions.fields,
      suspendAction: actionPath(link, 'flux.suspend'),
    },
    parts: {
      'detail-notices': {
        template: 'flux/detail-notices.njk',
        model: { notices: problemNotices(sight.of(kind)?.problems ?? [], 1) },
      },
      'detail-subject': {
        template: 'flux/detail-subject.njk',
        model: {
          kind: { kind: kind.kind, icon: kind.icon },
          key,
          namespace: namespace ?? '',
          name,
          actions,
          denied: actions.lacking ?? '',
          suspendHref: link(`${path}/suspend`),
          links: linksOf(entry, sight),
          line: subjectLine(entry, kind, sight, link),
        },
      },
      'detail-run': {
        template: 'flux/detail-run.njk',
        model: { runs: told.slice(0, 3).map((run) => runView(run, identity, actionPath(link, 'dismiss'))) },
      },
      'detail-finding': { template: 'flux/detail-finding.njk', model: findingView(entry, sight, link, now) },
      'detail-tabs': {
        template: 'flux/detail-tabs.njk',
        model: {
          key,
          tabs: [
            { label: 'Summary', href: hrefOf('summary'), current: tab === 'summary' },
            ...(inventory === undefined
              ? []
              : [
                  {
                    label: 'Inventory',
                    href: hrefOf('inventory'),
                    current: tab === 'inventory',
                    count: inventory.total,
                  },
                ]),
            { label: 'Events', href: hrefOf('events'), current: tab === 'events', count: events.folds.length },
            { label: 'YAML', href: hrefOf('yaml'), current: tab === 'yaml' },
          ],
        },
      },
      ...tabParts({ request, kind, entry, tab, sight, inventory, events, hrefOf }),
    },
    lists: eventLists(tab, events.folds),
    topics: topicsOf(kind, entry, told, now),
    current: listPath(kind.plural),
    breadcrumb: [
      { label: kind.title, href: link(listPath(kind.plural)) },
      { label: namespace ?? '', href: link(listPath(kind.plural), { namespace }) },
      { label: name },
    ],
  };
}

interface EventsSeen {
  folds: FoldedEvent[];
  /** Why there are none to be seen; undefined when they can be. */
  problem: string | undefined;
}

async function eventsSeen({ cluster, identity }: PageRequest, { object }: Entry<FluxSummary>): Promise<EventsSeen> {
  const { namespace = '' } = object.metadata;
  const rule = { verb: 'list', ...eventsResource, namespace };
  const collection = cluster.collection<EventSummary>(eventsResource);
  if (!(await cluster.access.can(identity, rule))) return { folds: [], problem: 'You may not list events here.' };
  if (collection.state === 'forbidden')
    return { folds: [], problem: collection.problem ?? 'Sluice may not list events.' };
  return { folds: eventsOf(collection.inNamespace(namespace), object), problem: undefined };
}

function eventLists(tab: Tab, folds: readonly FoldedEvent[]): LoadedPage['lists'] {
  if (tab !== 'summary' && tab !== 'events') return {};
  const shown = tab === 'summary' ? folds.slice(0, eventsInSummary) : folds;
  const rows = shown.map((fold) => eventView(fold));
  return { 'detail-events': { template: 'flux/event.njk', rows: rows.map((row) => ({ id: row.id, model: row })) } };
}

interface TabInput {
  request: PageRequest;
  kind: KindDefinition;
  entry: Entry<FluxSummary>;
  tab: Tab;
  sight: Sight;
  inventory: InventoryView | undefined;
  events: EventsSeen;
  hrefOf(tab: Tab): string;
}

/** Only what the open view shows is made and compared. */
function tabParts(input: TabInput): LoadedPage['parts'] {
  const { kind, entry, tab, sight, inventory, hrefOf, request } = input;
  const { link, now } = request;
  const { object, summary, key } = entry;
  if (tab === 'yaml')
    return { 'detail-yaml': { template: 'flux/detail-yaml.njk', model: { key, ...yamlView(toYaml(object)) } } };
  if (tab === 'inventory')
    return {
      'detail-inventory': { template: 'flux/detail-inventory.njk', model: inventoryModel(inventory, undefined) },
    };
  if (tab === 'events') return eventParts(input);
  const uses = usedByViews(sight, referenceTo(object), link, now);
  return {
    'detail-facts': {
      template: 'flux/detail-facts.njk',
      model: {
        generation: object.metadata.generation ?? 1,
        title: kind.title,
        rows: setUpViews(entry, kind, link),
        labels: labelViews(object, kind, link),
      },
    },
    'detail-artifact': { template: 'flux/detail-artifact.njk', model: { rows: artifactViews(object, link) } },
    'detail-inventory': {
      template: 'flux/detail-inventory.njk',
      model: inventoryModel(inventory, hrefOf('inventory')),
    },
    'detail-commands': { template: 'flux/detail-commands.njk', model: { commands: commandsFor(object, kind) } },
    'detail-conditions': {
      template: 'flux/detail-conditions.njk',
      model: {
        rows: conditionViews(object, summary.state),
        seen: conditionsSeen(object),
        instead: summary.state === 'none' ? 'This kind reports no status.' : 'No controller has reported on it yet.',
      },
    },
    ...eventParts(input),
    'detail-needs': {
      template: 'flux/detail-related.njk',
      model: {
        id: 'detail-needs',
        heading: 'What it needs',
        sub: 'sources and dependencies',
        rows: needsViews(sight, summary, link, now),
        more: 0,
        moreLinks: [],
        instead: '',
      },
    },
    'detail-used-by': {
      template: 'flux/detail-related.njk',
      model: {
        id: 'detail-used-by',
        heading: 'Used by',
        sub: uses.total === 0 ? '' : count(uses.total, 'object'),
        rows: uses.rows,
        more: uses.total - uses.rows.length,
        moreLinks: usersLinks(kind, object, uses.total - uses.rows.length, link),
        instead: kind.section === 'sources' ? 'Nothing that you may see uses it.' : '',
      },
    },
  };
}

/** Where all users of a source stand: the lists of the kinds that have sources, filtered by it. */
function usersLinks(kind: KindDefinition, { metadata }: KubeObject, more: number, link: PageRequest['link']) {
  if (more <= 0 || kind.section !== 'sources') return [];
  const source = `${kind.kind}/${metadata.namespace ?? ''}/${metadata.name}`;
  return kinds
    .filter((each) => each.section === 'reconcilers')
    .map((each) => ({ label: each.title, href: link(listPath(each.plural), { source }) }));
}

function eventParts({ tab, events, hrefOf }: TabInput): LoadedPage['parts'] {
  const { folds, problem } = events;
  const more = tab === 'summary' && folds.length > eventsInSummary;
  return {
    'detail-events-head': {
      template: 'flux/detail-events-head.njk',
      model: { sub: 'times in UTC, repeated ones folded', total: folds.length, href: more ? hrefOf('events') : '' },
    },
    'detail-events-none': {
      template: 'flux/detail-events-none.njk',
      model: {
        text: problem ?? (folds.length === 0 ? 'None. Kubernetes forgets events, by default after an hour.' : ''),
      },
    },
  };
}

/** All of it, or for the summary the kinds with few objects unfolded. */
function inventoryModel(inventory: InventoryView | undefined, href: string | undefined): object {
  if (inventory === undefined) return {};
  const whole = href === undefined || inventory.total <= inventoryInSummary;
  return {
    total: inventory.total,
    href: whole ? '' : href,
    open: inventory.total <= (href === undefined ? 200 : 12),
    groups: inventory.groups.map((group) => ({
      kind: group.kind,
      count: group.rows.length,
      apiVersion:
        group.group === '' ? group.version : `${group.group}${group.version === '' ? '' : `/${group.version}`}`,
      rows: whole ? group.rows : group.rows.slice(0, inventoryInSummary),
    })),
  };
}

function linksOf(entry: Entry<FluxSummary>, sight: Sight): { label: string; href: string }[] {
  const { object, summary } = entry;
  if (object.spec?.['url'] !== undefined) return externalLinks(object, summary.revision.applied);
  const source = summary.source === undefined ? undefined : sight.entry(summary.source);
  return source === undefined ? [] : externalLinks(source.object, summary.revision.applied);
}

function topicsOf(
  kind: KindDefinition,
  { object, summary }: Entry<FluxSummary>,
  told: readonly Run[],
  now: Date,
): Topic[] {
  const { namespace, name } = object.metadata;
  const leave = nextRunToLeave(told, now);
  const overdue = summary.overdueAt === undefined ? undefined : new Date(summary.overdueAt);
  return [
    { type: 'resource', resource: { group: kind.group, resource: kind.plural }, namespace, name },
    // What it depends on and what depends on it is of a few kinds; events are only of its own namespace.
    ...relatedResources(kind, summary).map((resource): Topic => ({ type: 'resource', resource })),
    { type: 'resource', resource: eventsResource, namespace },
    { type: 'runs' },
    { type: 'connection' },
    ...(leave === undefined ? [] : [{ type: 'clock', at: leave } as const]),
    ...(overdue === undefined || overdue <= now ? [] : [{ type: 'clock', at: overdue } as const]),
  ];
}

function relatedResources(kind: KindDefinition, summary: FluxSummary): { group: string; resource: string }[] {
  const reconcilers = [
    { group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' },
    { group: 'helm.toolkit.fluxcd.io', resource: 'helmreleases' },
  ];
  const sources = [summary.source, ...summary.references].flatMap((reference) => {
    const of = reference === undefined ? undefined : kindOf(reference.group, reference.kind);
    return of === undefined ? [] : [{ group: of.group, resource: of.plural }];
  });
  const all = [...(kind.section === 'images-and-notifications' ? [] : reconcilers), ...sources];
  const names = new Set<string>();
  return all.filter(({ resource }) => !names.has(resource) && names.add(resource));
}
