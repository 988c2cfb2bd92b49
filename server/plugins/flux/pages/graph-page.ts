import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Topic } from '../../../web/page.ts';
import { buildGraph } from '../graph/build-graph.ts';
import type { Graph } from '../graph/graph.ts';
import type { GraphFilter } from '../graph/graph-filter.ts';
import { attention, graphQuery, parseGraphFilter } from '../graph/graph-filter.ts';
import { groupGraph, groupingOf, mostNodes } from '../graph/group-graph.ts';
import { selectGraph } from '../graph/select-graph.ts';
import type { InventoriesRead } from '../graph/read-inventories.ts';
import { withInventories } from '../graph/read-inventories.ts';
import { kindByPlural, kinds } from '../kinds/index.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { objectStates } from '../summary.ts';
import { graphRows, kindsData } from './graph-row.ts';
import { inventoryPatience, nextLook, noticesOf } from './inventory-page-parts.ts';
import { healthWords } from './inventory-page-rows.ts';
import { patchableIn } from './patchable.ts';
import type { Patchable } from './patchable.ts';
import { problemNotices } from './problem-notices.ts';
import { actionPath } from './row-actions.ts';
import { count, countWords } from './words.ts';

const path = '/flux/graph';

/** What the drawing is made of, and the worker beside it: told at once, they need not be found one through the other. */
const drawnBy = [
  'vendor/cytoscape.js',
  'vendor/@dagrejs/dagre.js',
  ...[
    'arrange',
    'data',
    'drawing',
    'export',
    'find',
    'keys',
    'layout',
    'look',
    'model',
    'paint',
    'pens',
    'pick',
    'route',
    'side',
    'viewport',
    'worker',
  ].map((name) => `js/graph-${name}.js`),
];

/** How the objects hang together: `/flux/graph`, narrowed and grouped by its query; `?view=list` reads it as a list. */
export function graphPage(): Page {
  return definePage({ path, load: loadGraph });
}

async function loadGraph(request: PageRequest): Promise<LoadedPage> {
  const { cluster, identity, link, query, now } = request;
  const filter = parseGraphFilter(query);
  const asList = query.get('view') === 'list';
  const sight = await look(cluster, identity);
  const whole = buildGraph(sight, now, filter.focus);
  const selected = selectGraph(whole, filter);
  const grouping = groupingOf(selected, filter);
  const bare = groupGraph(selected, grouping, filter.open);
  const read = filter.inventory
    ? await withInventories(bare, {
        cluster,
        identity,
        sight,
        filter,
        now,
        patienceMilliseconds: inventoryPatience,
      })
    : undefined;
  const graph = read?.graph ?? bare;
  const patchable = await patchableOf(request, graph);
  const rows = graphRows(graph, { link, filter, grouping, patchable });
  const objects = selected.nodes.filter(({ type }) => type === 'object').length;
  const all = whole.nodes.filter(({ type }) => type === 'object').length;
  const [plural = '', , name = ''] = (filter.focus ?? '').split('/');
  const focused = kindByPlural(plural);

  return {
    title: filter.focus === undefined ? 'Graph' : `Graph of ${decodeURIComponent(name)}`,
    template: 'flux/graph.njk',
    model: {
      asList,
      action: link(path),
      tools: toolsOf(filter, whole),
      hidden: hiddenFields(filter, asList),
      listHref: link(path, { ...graphQuery(filter), view: asList ? undefined : 'list' }),
      wholeHref: link(path),
      focus: filter.focus,
      objects: link('/flux/'),
      around: `${link(path, { inventory: filter.inventory ? 'show' : undefined })}${filter.inventory ? '&' : '?'}focus=`,
      kinds: kindsData(),
      drawnBy,
      reconcileAction: actionPath(link, 'flux.reconcile'),
      resumeAction: actionPath(link, 'flux.resume'),
      back: link(path, graphQuery(filter)),
    },
    parts: {
      'graph-notices': {
        template: 'flux/graph-notices.njk',
        model: {
          notices: [
            ...problemNotices(
              sight.problems.filter(({ kind }) => kind !== 'absent'),
              objects,
            ),
            ...(read === undefined ? [] : inventoryNotices(read)),
          ],
        },
      },
      'graph-about': {
        template: 'flux/graph-about.njk',
        model: {
          heading: headingOf(filter, focused?.kind),
          objectHref: filter.focus === undefined || focused === undefined ? undefined : link(`/flux/${filter.focus}`),
          wholeHref:
            filter.focus === undefined &&
            filter.namespace === undefined &&
            filter.kind === undefined &&
            filter.states.length === 0
              ? undefined
              : link(path),
          total: count(objects, 'object'),
          states: statesOf(selected, filter, link),
          groupedBy: grouping === 'none' ? '' : grouping,
          mostNodes,
          apartHref: link(path, graphQuery(filter, { group: 'none' })),
          together: groupLinks(filter, grouping, link),
          foreign: foreignOf(selected),
          owned: read === undefined ? undefined : ownedOf(graph),
          bareHref: filter.inventory ? link(path, graphQuery(filter, { inventory: false })) : undefined,
        },
      },
      'graph-count': {
        template: 'flux/graph-count.njk',
        model: { shown: objects, all, owned: ownedIn(graph) },
      },
      'graph-nothing': {
        template: 'flux/graph-nothing.njk',
        model: nothingOf(filter, graph, all, link),
      },
    },
    lists: { 'graph-list': { template: 'flux/graph-row.njk', rows: rows.map((row) => ({ id: row.id, model: row })) } },
    topics: [
      ...topicsOf(sight, graph, now),
      ...(read === undefined ? [] : [{ type: 'clock', at: nextLook(read, now) } as const]),
    ],
    current: path,
    breadcrumb: [{ label: 'Flux', href: link('/flux') }, { label: 'Graph' }],
  };
}

/** What of the inventories is not drawn, and why. */
function inventoryNotices({ problems, read, unread }: InventoriesRead): object[] {
  const more = `Of ${count(read + unread, 'object')}, the inventories of ${read} are drawn, failing ones first. Pick a namespace or an object to see others.`;
  return [
    ...noticesOf({ problems }),
    ...(unread === 0 ? [] : [{ state: 'info', strong: 'Not everything is drawn.', text: more, since: undefined }]),
  ];
}

function ownedIn({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => sum + (node.owned === undefined ? 0 : node.count), 0);
}

/** How many of what is owned stand how, worst first, with those that are only counted. */
function ownedOf({ nodes }: Graph): { words: string; states: { state: string; words: string }[] } {
  const counts = new Map<string, number>();
  const add = (state: string, number: number) => counts.set(state, (counts.get(state) ?? 0) + number);
  for (const { type, state, counts: rest } of nodes) {
    if (type === 'owned') add(state, 1);
    if (type === 'more') for (const [each, number] of Object.entries(rest ?? {})) add(each, number);
  }
  const all = [...counts.values()].reduce((sum, number) => sum + number, 0);
  return {
    words: all === 0 ? 'They own nothing else.' : '',
    states: (Object.keys(healthWords) as (keyof typeof healthWords)[]).flatMap((state) => {
      const number = counts.get(state) ?? 0;
      return number === 0 ? [] : [{ state, words: `${number.toLocaleString('en-GB')} ${healthWords[state]}` }];
    }),
  };
}

/** Where the asker may change the objects that are drawn; asked for each kind at once. */
async function patchableOf({ cluster, identity }: PageRequest, { nodes }: Graph): Promise<Map<string, Patchable>> {
  const byKind = Map.groupBy(
    nodes.filter(({ type }) => type === 'object'),
    ({ plural }) => plural ?? '',
  );
  const scopes = await Promise.all(
    [...byKind].map(async ([plural, members]): Promise<[string, Patchable]> => {
      const kind = kindByPlural(plural);
      if (kind === undefined) return [plural, { all: false, namespaces: new Set() }];
      const namespaces = [...new Set(members.flatMap(({ namespace }) => namespace ?? []))];
      return [plural, await patchableIn(cluster, identity, kind, namespaces)];
    }),
  );
  return new Map(scopes);
}

function toolsOf(filter: GraphFilter, whole: Graph) {
  const namespaces = [...new Set(whole.nodes.flatMap(({ namespace }) => namespace ?? []))].toSorted();
  const present = new Set(whole.nodes.map(({ plural }) => plural));
  const states = graphQuery(filter)['status'] ?? '';
  return {
    selects: [
      {
        name: 'namespace',
        label: 'Namespace',
        value: filter.namespace ?? '',
        options: [
          { value: '', label: count(namespaces.length, 'namespace') },
          ...withValue(namespaces, filter.namespace).map((name) => ({ value: name, label: name })),
        ],
      },
      {
        name: 'kind',
        label: 'Kind',
        value: filter.kind ?? '',
        options: [
          { value: '', label: 'All kinds' },
          ...kinds
            .filter(({ plural }) => present.has(plural) || plural === filter.kind)
            .map(({ plural, title }) => ({ value: plural, label: title })),
        ],
      },
      {
        name: 'show',
        label: 'Edges',
        value: filter.flowOnly ? 'flow' : '',
        options: [
          { value: '', label: 'All edges' },
          { value: 'flow', label: 'Sources and dependencies' },
        ],
      },
      {
        name: 'group',
        label: 'Grouping',
        value: filter.group ?? '',
        options: [
          { value: '', label: 'Grouped when large' },
          { value: 'namespace', label: 'By namespace' },
          { value: 'kind', label: 'By kind' },
          { value: 'none', label: 'Every object' },
        ],
      },
    ],
    attention: states === attention,
    inventory: filter.inventory,
    /** A status other than the tick box stands for; kept as it is. */
    status: states === attention ? '' : states,
  };
}

function withValue(names: readonly string[], value: string | undefined): readonly string[] {
  return value === undefined || names.includes(value) ? names : [value, ...names];
}

function hiddenFields(filter: GraphFilter, asList: boolean): { name: string; value: string }[] {
  return [
    ...(filter.focus === undefined ? [] : [{ name: 'focus', value: filter.focus }]),
    ...(filter.open.length === 0 ? [] : [{ name: 'open', value: filter.open.join(',') }]),
    ...(filter.inventory && filter.more.length > 0 ? [{ name: 'more', value: filter.more.join(',') }] : []),
    ...(asList ? [{ name: 'view', value: 'list' }] : []),
  ];
}

function headingOf({ focus, namespace, kind }: GraphFilter, focusedKind: string | undefined) {
  if (focus !== undefined) {
    const [plural = '', within = '', name = ''] = focus.split('/').map((part) => decodeURIComponent(part));
    return { kind: `Around this ${focusedKind ?? plural}`, namespace: within, name };
  }
  const title = kind === undefined ? undefined : kindByPlural(kind)?.title;
  if (namespace !== undefined) return { kind: title ?? 'Namespace', namespace: '', name: namespace };
  return { kind: title === undefined ? 'Everything' : 'Kind', namespace: '', name: title ?? 'Whole cluster' };
}

/** How many of what is drawn stand how, worst first; each narrows the graph to them and the way there. */
function statesOf({ nodes }: Graph, filter: GraphFilter, link: PageRequest['link']) {
  const objects = nodes.filter(({ type }) => type === 'object');
  return objectStates.flatMap((state) => {
    const number = objects.filter((node) => node.state === state).length;
    return number === 0
      ? []
      : [{ state, number, word: countWords[state], href: link(path, graphQuery(filter, { states: [state] })) }];
  });
}

function foreignOf({ nodes }: Graph): { state: string; words: string }[] {
  const of = (type: Graph['nodes'][number]['type']) => nodes.filter((node) => node.type === type).length;
  const missing = of('missing');
  const hidden = of('hidden');
  return [
    ...(missing === 0
      ? []
      : [{ state: 'failing', words: `${count(missing, 'object')} named by others and not there` }]),
    ...(hidden === 0 ? [] : [{ state: 'forbidden', words: `${count(hidden, 'object')} that you may not see` }]),
  ];
}

function groupLinks(filter: GraphFilter, grouping: string, link: PageRequest['link']) {
  return (['namespace', 'kind'] as const)
    .filter((by) => by !== grouping)
    .map((by) => ({ label: `Group by ${by}`, href: link(path, graphQuery(filter, { group: by })) }));
}

function nothingOf(filter: GraphFilter, graph: Graph, all: number, link: PageRequest['link']) {
  if (graph.nodes.length > 0) return { title: '', text: '', next: undefined };
  if (all === 0) {
    return { title: 'There is nothing to draw', text: 'No object of Flux is there that you may see.', next: undefined };
  }
  return {
    title: filter.focus === undefined ? 'Nothing matches' : 'This object is not there',
    text: filter.focus ?? 'No object fits all that is asked for.',
    next: { label: 'Show the whole graph', href: link(path) },
  };
}

function topicsOf(sight: Sight, graph: Graph, now: Date): Topic[] {
  const drawn = new Set(graph.nodes.map(({ id }) => id));
  const overdue = sight.seen.flatMap(({ entries, kind }) =>
    drawn.size > mostNodes
      ? []
      : [...entries].flatMap(({ summary, object }) => {
          const { namespace = '', name } = object.metadata;
          return summary.overdueAt !== undefined && drawn.has(`${kind.plural}/${namespace}/${name}`)
            ? [new Date(summary.overdueAt)]
            : [];
        }),
  );
  const next = overdue.filter((at) => at > now).toSorted((one, other) => one.getTime() - other.getTime())[0];
  return [
    ...kinds.map(({ group, plural }): Topic => ({ type: 'resource', resource: { group, resource: plural } })),
    { type: 'connection' },
    ...(next === undefined ? [] : [{ type: 'clock', at: next } as const]),
  ];
}
