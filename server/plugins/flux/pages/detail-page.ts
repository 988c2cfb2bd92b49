import { asSluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import { getVisible } from '../../../kube/visible.ts';
import type { Operation } from '../../../operations/define.ts';
import type { Run, Runs } from '../../../operations/run.ts';
import type { Tools } from '../../../tools/tools.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Topic } from '../../../web/page.ts';
import type { KeptDiffs } from '../diff/kept-diffs.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { readDiagnosis } from '../diagnosis/read-diagnosis.ts';
import { controllerOf } from '../controllers/names.ts';
import { nodeId } from '../graph/graph.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { kustomization } from '../kinds/kustomization.ts';
import { listAt } from '../read.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { storedAs } from '../stored-release.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { buildSeen } from './build-seen.ts';
import { detailActions } from './detail-actions.ts';
import { subjectLine } from './detail-facts.ts';
import { eventLists, tabOf, tabParts } from './detail-parts.ts';
import type { Tab } from './detail-parts.ts';
import { diffSeen } from './diff-seen.ts';
import { eventsResource, eventsSeen } from './events-seen.ts';
import { externalLinks } from './external-links.ts';
import { findingView } from './finding-view.ts';
import { gonePage, pendingPage } from './gone-page.ts';
import { inventorySeen } from './inventory-page-parts.ts';
import { kindOfPath } from './list-page.ts';
import { listPath, objectPath } from './object-view.ts';
import { ownPanels } from './own-panels.ts';
import { problemNotices } from './problem-notices.ts';
import { actionPath } from './row-actions.ts';
import { nextRunToLeave, runsToTell, runView } from './run-view.ts';

interface Context {
  /** Whether another plugin serves its pages. */
  isOn(plugin: string): boolean;
  runs: Runs;
  operations: readonly Operation<never, unknown>[];
  diffs: KeptDiffs;
  tools: Tools;
}

/** The way to the cause comes without pods when reading them takes longer; an open page then has them at its next look. */
const diagnosisPatience = 1_500;
/** Pods are not watched, so an open page that shows them looks again after this time. */
const lookAgain = 3_000;

/** The page of one object: `/flux/kustomizations/shop/checkout`, `?tab=` for its other views. */
export function detailPage(context: Context): Page {
  return definePage({
    path: '/flux/:plural/:namespace/:name',
    load(request) {
      const kind = kindOfPath(request.params['plural']);
      return loadFound(request, context, kind, tabOf(request.query.get('tab')));
    },
  });
}

/** What a Kustomization would change: `/flux/kustomizations/shop/checkout/diff`, a view of its page. */
export function diffPage(context: Context): Page {
  return definePage({
    path: '/flux/kustomizations/:namespace/:name/diff',
    load: (request) => loadFound(request, context, kustomization, 'diff'),
  });
}

/** What a Kustomization builds: `/flux/kustomizations/shop/checkout/build`, a view of its page. */
export function buildPage(context: Context): Page {
  return definePage({
    path: '/flux/kustomizations/:namespace/:name/build',
    load: (request) => loadFound(request, context, kustomization, 'build'),
  });
}

async function loadFound(request: PageRequest, context: Context, kind: KindDefinition, tab: Tab): Promise<LoadedPage> {
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
}

async function loadDetail(
  request: PageRequest,
  { runs, operations, diffs, tools, isOn }: Context,
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
  const inventory = await inventorySeen({ request, object, sight, tab, path });
  // What has no status is told of by its panels, whichever view is open.
  const isTold = tab === 'summary' || entry.summary.state === 'none';
  const own = isTold ? await ownPanels(request, kind, entry, sight) : undefined;
  const diagnosis = await readDiagnosis(
    { cluster, identity, sight, now, patienceMilliseconds: diagnosisPatience },
    entry,
  );
  const diffPath = `${path}/diff`;
  const diff = tab === 'diff' ? await diffSeen({ request, entry, sight, kept: diffs, path: diffPath }) : undefined;
  const buildPath = `${path}/build`;
  const build = tab === 'build' ? await buildSeen({ request, entry, sight, tools, path: buildPath }) : undefined;
  const hrefOf = (of: Tab) => {
    if (of === 'diff') return link(diffPath);
    return of === 'build' ? link(buildPath) : link(path, { tab: of === 'summary' ? undefined : of });
  };

  return {
    title: `${name}, ${kind.kind}`,
    template: 'flux/detail.njk',
    model: {
      tab,
      key,
      back: hrefOf(tab),
      fields: actions.fields,
      suspendAction: actionPath(link, 'flux.suspend'),
      inventoryBar: inventory?.bar,
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
      'detail-finding': {
        template: 'flux/detail-finding.njk',
        model: findingView({ entry, diagnosis, sight, cluster, link, headline: own?.headline }),
      },
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
            ...(kind === kustomization
              ? [
                  { label: 'Build', href: hrefOf('build'), current: tab === 'build' },
                  { label: 'Diff', href: hrefOf('diff'), current: tab === 'diff' },
                ]
              : []),
            { label: 'Events', href: hrefOf('events'), current: tab === 'events', count: events.folds.length },
            { label: 'YAML', href: hrefOf('yaml'), current: tab === 'yaml' },
            graphTab(kind, entry, link),
            ...(isOn('helm') ? helmTabs(kind, entry, link) : []),
            ...logsTab(kind, entry, link),
          ],
        },
      },
      ...tabParts({ request, kind, entry, tab, sight, inventory, events, diff, build, hrefOf }),
      ...(own !== undefined &&
        tab === 'summary' && { 'detail-own': { template: 'flux/detail-own.njk', model: { panels: own.views } } }),
    },
    lists: eventLists(tab, events.folds),
    topics: [
      ...topicsOf(kind, entry, told, now),
      ...stepTopics(diagnosis),
      ...(diagnosis.looked ? [{ type: 'clock', at: new Date(now.getTime() + lookAgain) } as const] : []),
      ...(own?.lookedAt ?? []).map((resource): Topic => ({ type: 'resource', resource })),
      ...(inventory?.again === undefined ? [] : [{ type: 'clock', at: inventory.again } as const]),
      ...(diff?.again === undefined ? [] : [{ type: 'clock', at: diff.again } as const]),
      ...(build?.again === undefined ? [] : [{ type: 'clock', at: build.again } as const]),
    ],
    current: listPath(kind.plural),
    breadcrumb: [
      { label: kind.title, href: link(listPath(kind.plural)) },
      { label: namespace ?? '', href: link(listPath(kind.plural), { namespace }) },
      { label: name },
    ],
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

/** The kinds on the way to the cause: what changes there changes what is said here. */
function stepTopics({ steps }: Diagnosis): Topic[] {
  return steps.slice(1).flatMap(({ reference: { group, kind, namespace, name } }): Topic[] => {
    const of = kindOf(group, kind);
    return of === undefined
      ? []
      : [{ type: 'resource', resource: { group: of.group, resource: of.plural }, namespace, name }];
  });
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

/** What leads to it and what comes of it stands in the graph. */
function graphTab(kind: KindDefinition, { object }: Entry<FluxSummary>, link: PageRequest['link']) {
  const { namespace, name } = object.metadata;
  const href = link('/flux/graph', { focus: nodeId(kind.plural, namespace, name) });
  return { label: 'Graph', href, current: false };
}

/** What Helm keeps of the release stands on its own page. A release that was never installed has none. */
function helmTabs(kind: KindDefinition, { object }: Entry<FluxSummary>, link: PageRequest['link']) {
  const versions = listAt(object, 'status', 'history').length;
  const stored = kind.kind === 'HelmRelease' && versions > 0 ? storedAs(object) : undefined;
  if (stored === undefined) return [];
  const path = `/helm/${encodeURIComponent(stored.namespace)}/${encodeURIComponent(stored.name)}`;
  return [
    { label: 'Values', href: link(path, { tab: 'values' }), current: false },
    { label: 'Versions', href: link(path), current: false },
    { label: 'Roll back', href: link(path, { tab: 'roll-back' }), current: false },
  ];
}

/** What the object's controller says of it stands on a page of its own. */
function logsTab(kind: KindDefinition, { object }: Entry<FluxSummary>, link: PageRequest['link']) {
  const controller = controllerOf(kind.group, kind.plural);
  if (controller === undefined) return [];
  const { namespace = '', name } = object.metadata;
  const href = link('/flux/logs', { controller, object: `${kind.kind}/${namespace}/${name}` });
  return [{ label: 'Controller logs', href, current: false }];
}
