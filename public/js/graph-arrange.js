import { Graph, layout } from '@dagrejs/dagre';
import { box } from './graph-data.js';
import { rankGap, routesOf } from './graph-route.js';

/* Where nodes stand. Nothing here needs Cytoscape itself, so that a worker starts at once. */

const gap = 40;
/** From here on the quicker way to rank nodes is taken; it makes edges a little longer. */
const many = 250;

/**
 * A place for every node: each connected part is layered from left to right, then the parts are packed so that
 * all together have about this ratio of width to height. Takes ids only; answers the places of nodes, `{ id: { x, y } }`,
 * and the bends of edges, `{ id: [{ x, y }, …] }`, of those that do not go straight on.
 */
export function arrange({ nodes, edges, ratio }) {
  return packed(
    partsOf(nodes, edges).map((part) => laidOut(part)),
    ratio,
  );
}

/** The connected parts. */
function partsOf(nodes, edges) {
  const heads = new Map(nodes.map((id) => [id, id]));
  const headOf = (id) => {
    let head = id;
    while (heads.get(head) !== head) head = heads.get(head);
    heads.set(id, head);
    return head;
  };
  for (const { from, to } of edges) heads.set(headOf(from), headOf(to));
  const parts = new Map();
  for (const id of nodes) {
    const head = headOf(id);
    if (!parts.has(head)) parts.set(head, { nodes: [], edges: [] });
    parts.get(head).nodes.push(id);
  }
  for (const edge of edges) parts.get(headOf(edge.from)).edges.push(edge);
  return [...parts.values()];
}

function laidOut({ nodes, edges }) {
  if (nodes.length === 1) return { ...box, places: [[nodes[0], box.width / 2, box.height / 2]], routes: [] };
  const graph = new Graph({ multigraph: true });
  const ranker = nodes.length > many ? 'tight-tree' : 'network-simplex';
  graph.setGraph({ rankdir: 'LR', nodesep: 16, edgesep: 8, ranksep: rankGap, ranker });
  for (const id of nodes) graph.setNode(id, { ...box });
  for (const { id, from, to, weight } of edges) graph.setEdge(from, to, { weight }, id);
  layout(graph);
  const placed = nodes.map((id) => [id, graph.node(id)]);
  const left = Math.min(...placed.map(([, { x }]) => x)) - box.width / 2;
  const top = Math.min(...placed.map(([, { y }]) => y)) - box.height / 2;
  return {
    width: Math.max(...placed.map(([, { x }]) => x)) + box.width / 2 - left,
    height: Math.max(...placed.map(([, { y }]) => y)) + box.height / 2 - top,
    places: placed.map(([id, { x, y }]) => [id, x - left, y - top]),
    routes: routesOf(
      edges.map(({ id, from, to }) => ({
        id,
        from: at(graph.node(from)),
        to: at(graph.node(to)),
        source: from,
        target: to,
        points: graph.edge(from, to, id).points.map((point) => at(point)),
      })),
    ),
  };

  function at({ x, y }) {
    return { x: x - left, y: y - top };
  }
}

/** Parts beside and below each other, in the width that lets all of it be shown largest. */
function packed(parts, ratio) {
  parts.sort((one, other) => other.height - one.height || other.width - one.width);
  const area = parts.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const widest = Math.max(0, ...parts.map(({ width }) => width)) + gap;
  let best;
  for (const factor of [0.9, 1, 1.15, 1.3, 1.5, 1.8]) {
    const within = Math.max(widest, Math.sqrt(area * ratio) * factor);
    const tried = packedWithin(parts, within);
    const scale = Math.min(ratio / tried.width, 1 / tried.height);
    if (best === undefined || scale > best.scale) best = { ...tried, scale };
  }
  return { positions: best?.positions ?? {}, routes: best?.routes ?? {} };
}

/** Each part goes where it comes to stand highest, above it only what is there already. */
function packedWithin(parts, within) {
  let skyline = [{ x: 0, width: within, y: 0 }];
  const positions = {};
  const routes = {};
  let [width, height] = [1, 1];
  for (const part of parts) {
    const [needed, tall] = [part.width + gap, part.height + gap];
    const { x, y } = highestPlace(skyline, needed, within);
    for (const [id, left, top] of part.places) positions[id] = { x: x + left, y: y + top };
    for (const [id, bends] of part.routes) routes[id] = bends.map((bend) => ({ x: x + bend.x, y: y + bend.y }));
    skyline = raised(skyline, x, needed, y + tall);
    width = Math.max(width, x + part.width);
    height = Math.max(height, y + part.height);
  }
  return { positions, routes, width, height };
}

function highestPlace(skyline, needed, within) {
  let best = { x: 0, y: Infinity };
  for (const { x } of skyline) {
    if (x > 0 && x + needed > within + 1) continue;
    const y = Math.max(
      ...skyline.filter((step) => step.x < x + needed && step.x + step.width > x).map((step) => step.y),
    );
    if (y < best.y) best = { x, y };
  }
  return best;
}

function raised(skyline, x, width, y) {
  const outside = skyline.flatMap((step) => {
    const end = step.x + step.width;
    const left = step.x < x ? [{ x: step.x, width: Math.min(end, x) - step.x, y: step.y }] : [];
    const from = Math.max(step.x, x + width);
    return end > x + width ? [...left, { x: from, width: end - from, y: step.y }] : left;
  });
  return [...outside, { x, width, y }].toSorted((one, other) => one.x - other.x);
}
