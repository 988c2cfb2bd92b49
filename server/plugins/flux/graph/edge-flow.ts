import type { EdgeType, Flow, GraphEdge, GraphNode } from './graph.ts';
import { carriesRevision, edgeId } from './graph.ts';

type State = GraphNode['state'];

/**
 * Whether the latest revision gets past an object. A source lets its last artifact through while it fetches again; who
 * depends on an object waits until its Ready condition is true, which a suspension does not change.
 */
function letsThrough(state: State, type: EdgeType): boolean {
  if (state === 'ready' || state === 'none' || state === 'forbidden') return true;
  if (type === 'dependency') return state === 'suspended';
  return state === 'reconciling' || state === 'stale';
}

function flowBetween(from: GraphNode, to: GraphNode, type: EdgeType): Pick<GraphEdge, 'flow' | 'heldAt' | 'heldBy'> {
  const free = (flow: Flow) => ({ flow, heldAt: undefined, heldBy: undefined });
  if (!carriesRevision(type)) return free('none');
  if (!letsThrough(from.state, type)) return { flow: 'dry', heldAt: 'from', heldBy: from.state };
  if (to.state === 'suspended' || to.state === 'suspended-failing') {
    return { flow: 'dry', heldAt: 'to', heldBy: to.state };
  }
  return free(to.state === 'reconciling' ? 'moving' : 'full');
}

/** The edge between two nodes, full or dry as their states make it. */
export function edgeBetween(from: GraphNode, to: GraphNode, type: EdgeType): GraphEdge {
  return { id: edgeId(from.id, type, to.id), from: from.id, to: to.id, type, ...flowBetween(from, to, type), count: 1 };
}
