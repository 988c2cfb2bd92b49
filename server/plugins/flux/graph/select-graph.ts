import type { Graph, GraphEdge } from './graph.ts';
import { carriesRevision } from './graph.ts';
import type { GraphFilter } from './graph-filter.ts';

interface Ways {
  in: Map<string, GraphEdge[]>;
  out: Map<string, GraphEdge[]>;
}

/**
 * The part of the graph that is asked for. A namespace or a kind comes with what it is joined to directly, a status with
 * the way there, a focus with all that leads to it and all that comes of it.
 */
export function selectGraph(whole: Graph, filter: GraphFilter): Graph {
  const graph = filter.flowOnly ? onlyFlow(whole) : whole;
  const ways = waysOf(graph);
  let kept = new Set(graph.nodes.map(({ id }) => id));
  const narrow = (other: ReadonlySet<string>): void => {
    kept = new Set([...kept].filter((id) => other.has(id)));
  };
  if (filter.focus !== undefined) narrow(around(filter.focus, ways));
  if (filter.namespace !== undefined || filter.kind !== undefined) {
    const own = graph.nodes.filter(
      ({ namespace, plural }) =>
        (filter.namespace === undefined || namespace === filter.namespace) &&
        (filter.kind === undefined || plural === filter.kind),
    );
    narrow(
      withNeighbours(
        own.map(({ id }) => id),
        ways,
      ),
    );
  }
  if (filter.states.length > 0) {
    const states = new Set<string>(filter.states);
    const own = graph.nodes.filter(
      ({ state, namespace, plural, type }) =>
        states.has(state) &&
        type !== 'every' &&
        (filter.namespace === undefined || namespace === filter.namespace) &&
        (filter.kind === undefined || plural === filter.kind),
    );
    const wanted = new Set<string>();
    for (const { id } of own)
      if (kept.has(id)) for (const each of walk(id, ways, 'in', carriesRevision)) wanted.add(each);
    kept = wanted;
  }
  return {
    nodes: graph.nodes.filter(({ id }) => kept.has(id)),
    edges: graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

function onlyFlow({ nodes, edges }: Graph): Graph {
  const flowing = edges.filter(({ type }) => carriesRevision(type));
  return { nodes: nodes.filter(({ type }) => type !== 'every'), edges: flowing };
}

function waysOf({ edges }: Graph): Ways {
  const ways: Ways = { in: new Map(), out: new Map() };
  for (const edge of edges) {
    push(ways.in, edge.to, edge);
    push(ways.out, edge.from, edge);
  }
  return ways;
}

function push(map: Map<string, GraphEdge[]>, key: string, edge: GraphEdge): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [edge]);
  else list.push(edge);
}

function walk(start: string, ways: Ways, way: 'in' | 'out', goes: (type: GraphEdge['type']) => boolean): Set<string> {
  const reached = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of ways[way].get(id) ?? []) {
      const next = way === 'in' ? edge.from : edge.to;
      if (!goes(edge.type) || reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

/** Ancestors and descendants. Notifications are followed away from it and one step towards it: an Alert's other sources are not its own. */
function around(focus: string, ways: Ways): Set<string> {
  const along = (type: GraphEdge['type']) => carriesRevision(type) || type === 'owns';
  const reached = new Set([...walk(focus, ways, 'in', along), ...walk(focus, ways, 'out', along)]);
  for (const edge of ways.in.get(focus) ?? []) reached.add(edge.from);
  for (const edge of ways.out.get(focus) ?? []) {
    reached.add(edge.to);
    if (edge.type === 'notifies') for (const sent of ways.out.get(edge.to) ?? []) reached.add(sent.to);
  }
  return reached;
}

function withNeighbours(own: readonly string[], ways: Ways): Set<string> {
  const reached = new Set(own);
  for (const id of own) {
    for (const edge of ways.in.get(id) ?? []) reached.add(edge.from);
    for (const edge of ways.out.get(id) ?? []) reached.add(edge.to);
  }
  return reached;
}
