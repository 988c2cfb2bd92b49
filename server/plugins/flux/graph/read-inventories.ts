import type { Cluster, Entry, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { inventorySize } from '../inventory.ts';
import { inventoryTree } from '../inventory-tree/read-tree.ts';
import { kindByPlural } from '../kinds/index.ts';
import type { Sight } from '../sight.ts';
import { objectStates } from '../summary.ts';
import type { FluxSummary } from '../summary.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { carriesRevision } from './graph.ts';
import type { GraphFilter } from './graph-filter.ts';
import { joinInventories } from './join-inventories.ts';

/** Inventories of so many objects are read for one look at most, */
const mostOwners = 12;
/** with so many entries together; that of the object in focus is read however large it is. */
const mostEntries = 400;

interface InventoriesRequest {
  cluster: Cluster;
  identity: Identity;
  sight: Sight;
  filter: GraphFilter;
  now: Date;
  patienceMilliseconds?: number;
}

export interface InventoriesRead {
  graph: Graph;
  /** What could not be read, and the right that is missing. */
  problems: Problem[];
  /** How many objects' inventories are drawn, and of how many they are not because it would be too much. */
  read: number;
  unread: number;
  /** Some took too long to wait for; the next look has them. */
  late: boolean;
}

interface Owner {
  node: GraphNode;
  entry: Entry<FluxSummary>;
  size: number;
}

/**
 * The graph with what its objects own, read as the asker: of the object in focus and of what it owns, or of what is built
 * from it when it owns nothing; without a focus of all that is drawn. Failing first. Not called unless the filter asks for it, for it asks the API server.
 */
export async function withInventories(
  graph: Graph,
  { cluster, identity, sight, filter, now, patienceMilliseconds }: InventoriesRequest,
): Promise<InventoriesRead> {
  const owners = ownersOf(graph, filter, sight);
  const chosen = fitting(owners, filter.focus);
  const trees = await Promise.all(
    chosen.map(async ({ node, entry }) => ({
      owner: node,
      tree: await inventoryTree({
        cluster,
        identity,
        object: entry.object,
        sight,
        now,
        ...(patienceMilliseconds !== undefined && { patienceMilliseconds }),
      }),
    })),
  );
  const inventories = trees.flatMap(({ owner, tree }) => (tree === undefined ? [] : [{ owner, tree }]));
  const problems = new Map<string, Problem>();
  for (const { tree } of inventories) {
    for (const problem of tree.problems) problems.set(`${problem.kind} ${problem.subject} ${problem.message}`, problem);
  }
  return {
    graph: joinInventories(graph, inventories, { more: new Set(filter.more), states: filter.states }),
    problems: [...problems.values()],
    read: chosen.length,
    unread: owners.length - chosen.length,
    late: inventories.some(({ tree }) => tree.late),
  };
}

/** Whose inventories may be drawn, the most interesting first. */
function ownersOf(graph: Graph, filter: GraphFilter, sight: Sight): Owner[] {
  const owners = graph.nodes.flatMap((node) => ownerOf(node, sight) ?? []);
  const { focus, namespace } = filter;
  const rank = ({ node }: Owner) =>
    node.id === focus ? -1 : node.state === 'forbidden' ? objectStates.length : objectStates.indexOf(node.state);
  return reachedBy(graph, owners, filter)
    .filter(({ node }) => focus !== undefined || namespace === undefined || node.namespace === namespace)
    .toSorted((one, other) => rank(one) - rank(other));
}

function ownerOf(node: GraphNode, sight: Sight): Owner | undefined {
  const kind = node.type === 'object' ? kindByPlural(node.plural ?? '') : undefined;
  if (kind === undefined) return undefined;
  const entry = sight.entry({ group: kind.group, kind: kind.kind, namespace: node.namespace, name: node.name });
  const size = entry === undefined ? undefined : inventorySize(entry.object);
  return entry === undefined || size === undefined || size === 0 ? undefined : { node, entry, size };
}

function reachedBy({ edges }: Graph, owners: readonly Owner[], { focus }: GraphFilter): readonly Owner[] {
  if (focus === undefined) return owners;
  const ownsItself = owners.some(({ node }) => node.id === focus);
  const reached = downstream(
    edges.filter(({ type }) => type === 'owns' || (!ownsItself && carriesRevision(type))),
    focus,
  );
  return owners.filter(({ node }) => reached.has(node.id));
}

/** As many as stay within bounds; always the one in focus. */
function fitting(owners: readonly Owner[], focus: string | undefined): Owner[] {
  const chosen: Owner[] = [];
  let entries = 0;
  for (const owner of owners) {
    const fits = chosen.length < mostOwners && entries + owner.size <= mostEntries;
    if (!fits && owner.node.id !== focus) continue;
    chosen.push(owner);
    entries += owner.size;
  }
  return chosen;
}

/** What comes of a node along these edges, itself included. */
function downstream(edges: readonly GraphEdge[], start: string): Set<string> {
  const outOf = Map.groupBy(edges, ({ from }) => from);
  const reached = new Set([start]);
  // A set grows while it is gone through.
  for (const id of reached) for (const { to } of outOf.get(id) ?? []) reached.add(to);
  return reached;
}
