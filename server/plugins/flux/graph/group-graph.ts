import { countStates } from '../inventory-tree/tree.ts';
import { kindByPlural } from '../kinds/index.ts';
import { objectStates } from '../summary.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { edgeId } from './graph.ts';
import type { GraphFilter } from './graph-filter.ts';

/** So many nodes are drawn one by one; above it they are grouped unless asked otherwise. */
export const mostNodes = 300;

/** How a graph is grouped when nobody says how. */
export function groupingOf(graph: Graph, filter: GraphFilter): 'namespace' | 'kind' | 'none' {
  if (filter.group !== undefined) return filter.group;
  if (graph.nodes.length <= mostNodes) return 'none';
  return filter.namespace === undefined ? 'namespace' : 'kind';
}

/** Draws the objects of a namespace or of a kind as one node, but for the groups that are open. */
export function groupGraph(graph: Graph, by: 'namespace' | 'kind' | 'none', open: readonly string[]): Graph {
  if (by === 'none') return graph;
  const opened = new Set(open);
  const groups = new Map<string, GraphNode[]>();
  const idOf = new Map<string, string>();
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    const key = by === 'namespace' ? (node.namespace ?? '') : (node.plural ?? '');
    if (opened.has(key)) {
      nodes.push(node);
      idOf.set(node.id, node.id);
      continue;
    }
    idOf.set(node.id, `group/${by}/${encodeURIComponent(key)}`);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [node]);
    else members.push(node);
  }
  for (const [key, members] of groups) nodes.push(groupNode(by, key, members));
  return { nodes, edges: groupEdges(graph.edges, idOf) };
}

function groupNode(by: 'namespace' | 'kind', key: string, members: readonly GraphNode[]): GraphNode {
  const states = new Set(members.map(({ state }) => state));
  const worst = objectStates.find((state) => state !== 'none' && states.has(state));
  const kind = by === 'kind' ? kindByPlural(key) : undefined;
  return {
    id: `group/${by}/${encodeURIComponent(key)}`,
    type: 'group',
    plural: kind?.plural,
    kind: kind?.kind ?? 'Namespace',
    namespace: by === 'namespace' ? key : undefined,
    name: kind?.title ?? key,
    state: worst ?? (states.has('forbidden') ? 'forbidden' : 'none'),
    because: undefined,
    since: undefined,
    count: members.length,
    counts: countStates(members.map(({ state }) => state)),
    labels: undefined,
  };
}

/** Edges between two groups of one type are one edge: dry when one of them is. */
function groupEdges(edges: readonly GraphEdge[], idOf: ReadonlyMap<string, string>): GraphEdge[] {
  const merged = new Map<string, GraphEdge>();
  for (const edge of edges) {
    const from = idOf.get(edge.from) ?? edge.from;
    const to = idOf.get(edge.to) ?? edge.to;
    if (from === to) continue;
    const id = edgeId(from, edge.type, to);
    const known = merged.get(id);
    if (known === undefined) {
      merged.set(id, { ...edge, id, from, to });
      continue;
    }
    known.count += 1;
    if (known.flow !== 'dry' && (edge.flow === 'dry' || edge.flow === 'moving')) {
      known.flow = edge.flow;
      known.heldAt = edge.heldAt;
      known.heldBy = edge.heldBy;
    }
  }
  return [...merged.values()];
}
