import type { PageRequest } from '../../../web/page.ts';
import type { EdgeType, Graph, GraphEdge, GraphNode, OwnedFacts } from '../graph/graph.ts';
import type { GraphFilter } from '../graph/graph-filter.ts';
import { graphQuery } from '../graph/graph-filter.ts';
import { kindByPlural, kinds } from '../kinds/index.ts';
import { isWithin } from '../sight.ts';
import type { Patchable } from './patchable.ts';
import { severalKinds } from '../graph/join-inventories.ts';
import { anyObjectPath } from './inventory-page-rows.ts';
import { foreignIcon, listPath, objectPath } from './object-view.ts';
import { deniedWords } from './row-actions.ts';
import { count } from './words.ts';

type Link = PageRequest['link'];

/** A node as `views/flux/graph-row.njk` writes it: for readers of the list, and as data for the drawing. */
export interface GraphRow {
  id: string;
  /** The node as JSON, for the drawing. */
  data: string;
  icon: string;
  kind: string;
  namespace: string | undefined;
  name: string;
  href: string | undefined;
  focusHref: string | undefined;
  focusWords: string;
  state: string;
  word: string;
  because: string;
  from: { words: string; to: string; href: string }[];
  to: { words: string; to: string; href: string; data: string }[];
}

const outWords: Record<EdgeType, string> = {
  source: 'is the source of',
  dependency: 'must be ready before',
  owns: 'owns',
  image: 'offers images to',
  notifies: 'tells',
  sends: 'sends through',
  triggers: 'wakes',
};

const inWords: Record<EdgeType, string> = {
  source: 'built from',
  dependency: 'depends on',
  owns: 'owned by',
  image: 'gets images from',
  notifies: 'listens to',
  sends: 'sends for',
  triggers: 'woken by',
};

const typeWords: Record<GraphNode['type'], string | undefined> = {
  object: undefined,
  missing: 'Missing',
  hidden: 'Hidden',
  unknown: 'Not known',
  every: 'Wildcard',
  group: undefined,
  owned: undefined,
  more: undefined,
};

/** The order of kinds, as in the rail. */
const order = new Map(kinds.map(({ plural }, index) => [plural, index]));

interface RowContext {
  link: Link;
  filter: GraphFilter;
  grouping: 'namespace' | 'kind' | 'none';
  /** Where the asker may change objects of a kind, by its plural. */
  patchable: ReadonlyMap<string, Patchable>;
}

/** The rows of the list twin: every node once, with every edge that ends at it. By namespace, kind and name. */
export function graphRows({ nodes, edges }: Graph, context: RowContext): GraphRow[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const into = Map.groupBy(edges, ({ to }) => to);
  const outOf = Map.groupBy(edges, ({ from }) => from);
  return nodes
    .toSorted(
      (one, other) =>
        compare(one.namespace ?? '', other.namespace ?? '') ||
        (order.get(one.plural ?? '') ?? 99) - (order.get(other.plural ?? '') ?? 99) ||
        (one.owned === undefined ? 0 : compare(one.kind, other.kind)) ||
        compare(one.name, other.name),
    )
    .map((node) => rowOf(node, into.get(node.id) ?? [], outOf.get(node.id) ?? [], byId, context));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The element of a node in the list. */
function rowId(id: string): string {
  return `graph:${id}`;
}

function rowOf(
  node: GraphNode,
  into: readonly GraphEdge[],
  outOf: readonly GraphEdge[],
  byId: ReadonlyMap<string, GraphNode>,
  context: RowContext,
): GraphRow {
  const icon = node.owned === undefined ? (kindByPlural(node.plural ?? '')?.icon ?? 'i-graph') : foreignIcon(node.kind);
  const href = hrefOf(node, context);
  const focusHref = focusHrefOf(node, context);
  const nameOf = (id: string): string => {
    const other = byId.get(id);
    return other === undefined ? id : fullName(other);
  };
  const end = (edge: GraphEdge, other: string, words: string) => ({
    words: `${words}${edge.count > 1 ? ` (${edge.count})` : ''}${flowWords(edge)}`,
    to: nameOf(other),
    href: `#${rowId(other)}`,
  });
  const { id, type, kind, namespace, name, state, because } = node;
  return {
    id: rowId(id),
    data: JSON.stringify(dataOf(node, { icon, href, focusHref, context })),
    icon,
    kind,
    namespace: type === 'group' ? undefined : namespace,
    name,
    href,
    focusHref,
    focusWords: type === 'object' ? 'around it' : 'expand it',
    state,
    word: wordOf(node),
    because: because ?? '',
    from: into.map((edge) => end(edge, edge.from, inWords[edge.type])),
    to: outOf.map((edge) => ({ ...end(edge, edge.to, outWords[edge.type]), data: edgeData(edge) })),
  };
}

function fullName({ type, kind, namespace, name }: GraphNode): string {
  if (type === 'group') return name;
  if (type === 'every') return `${name} in ${namespace ?? ''}`;
  if (type === 'more') return name;
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function flowWords({ flow, heldAt }: GraphEdge): string {
  if (flow === 'dry') return heldAt === 'from' ? ', held there:' : ', held here:';
  return ':';
}

function wordOf({ type, count: objects, counts, labels, owned }: GraphNode): string {
  if (type === 'owned') {
    return owned === undefined || owned.folded === 0
      ? ''
      : `${count(owned.folded, 'earlier ReplicaSet')}, scaled to zero`;
  }
  if (type === 'group') {
    const calm = (counts?.ready ?? 0) + (counts?.none ?? 0) + (counts?.forbidden ?? 0);
    return calm === objects ? count(objects, 'object') : `${objects - calm} of ${objects} not ready`;
  }
  if (type === 'more') return labels ?? '';
  if (type === 'every') return `${count(objects, 'object')}${labels === undefined ? '' : ` with ${labels}`}`;
  return typeWords[type] ?? '';
}

function hrefOf(node: GraphNode, { link, filter, grouping }: RowContext): string | undefined {
  if (node.type === 'group') {
    const narrowed = grouping === 'namespace' ? { namespace: node.namespace } : { kind: node.plural };
    return link('/flux/graph', graphQuery(filter, { ...narrowed, group: undefined }));
  }
  if (node.owned !== undefined) return ownedHref(node, node.owned, link);
  if (node.plural === undefined) return undefined;
  if (node.type === 'every') return link(listPath(node.plural), { namespace: node.namespace, label: node.labels });
  if (node.type !== 'object') return undefined;
  return link(objectPath(node.plural, node.namespace, node.name));
}

function ownedHref({ type, kind, namespace, name }: GraphNode, owned: OwnedFacts, link: Link): string | undefined {
  const { group = '', served, owner, parent } = owned;
  if (type === 'more') {
    const only = parent === owner && kind !== severalKinds ? kind : undefined;
    return link(`/flux/${owner}`, { tab: 'inventory', kind: only });
  }
  return served === undefined ? undefined : link(anyObjectPath({ group, kind, namespace, name }, served));
}

/** Around an object; into a group, which then is drawn object by object. */
function focusHrefOf({ id, type, plural, namespace, owned }: GraphNode, { link, filter, grouping }: RowContext) {
  if (type === 'object') return link('/flux/graph', { focus: id, inventory: filter.inventory ? 'show' : undefined });
  if (type === 'more' && owned !== undefined && !filter.more.includes(owned.parent)) {
    return link('/flux/graph', graphQuery(filter, { more: [...filter.more, owned.parent] }));
  }
  const key = grouping === 'namespace' ? namespace : plural;
  if (type !== 'group' || key === undefined) return undefined;
  return link('/flux/graph', graphQuery(filter, { open: [...filter.open, key] }));
}

/**
 * A node for the drawing. Of what has an id as objects have, only what the id does not tell, nor `kindsData` for all of its
 * kind: a graph of a thousand objects is a page of its own weight otherwise. graph-data.js reads it.
 */
function dataOf(
  node: GraphNode,
  {
    icon,
    href,
    focusHref,
    context,
  }: { icon: string; href: string | undefined; focusHref: string | undefined; context: RowContext },
): object {
  const { type, kind, namespace, name, state, since, count: objects, counts, owned } = node;
  const word = wordOf(node) || undefined;
  if (type === 'object') {
    return { state, since: state === 'ready' ? undefined : since, denied: deniedOf(node, context) || undefined };
  }
  if (type === 'missing' || type === 'hidden' || type === 'unknown') return { type, state, word };
  const facts = owned === undefined ? undefined : { reason: owned.reason };
  return {
    type,
    kind,
    namespace,
    name,
    state,
    since,
    count: objects,
    counts,
    owned: facts,
    icon,
    href,
    focusHref,
    word,
  };
}

/** `source dry from failing`; graph-data.js reads it. */
function edgeData({ type, flow, heldAt, heldBy, count: edges }: GraphEdge): string {
  const words = [type, flow, heldAt ?? '-', heldBy ?? '-', String(edges)];
  if (edges === 1) words.pop();
  while (words.at(-1) === '-') words.pop();
  return words.join(' ');
}

const shapes: Readonly<Record<string, string>> = {
  'source.toolkit.fluxcd.io': 'source',
  'notification.toolkit.fluxcd.io': 'told',
};

/** What the drawing knows of every object of a kind, by its plural; also of kinds that may come while it is looked at. */
export function kindsData(): string {
  const told = kinds.map(({ group, kind, plural, icon, owns, actions }) => [
    plural,
    { kind, icon, shape: shapes[group], owns: owns !== undefined, syncs: actions.reconcile, suspends: actions.suspend },
  ]);
  return JSON.stringify(Object.fromEntries(told));
}

/** Why the asker may not change an object; '' where it may. */
function deniedOf({ plural, namespace }: GraphNode, { patchable }: RowContext): string {
  const kind = kindByPlural(plural ?? '');
  if (kind === undefined || (!kind.actions.reconcile && !kind.actions.suspend)) return '';
  const scope = patchable.get(kind.plural);
  return scope !== undefined && isWithin(scope, namespace) ? '' : (scope?.denied ?? deniedWords(kind, namespace));
}
