import { Graph, layout } from '@dagrejs/dagre';
import { box } from './graph-data.js';
import { rankGap, routesOf } from './graph-route.js';

/* Where nodes stand. Nothing here needs Cytoscape itself, so that a worker starts at once. */

/** Between nodes below each other, and between parts. */
const nodeGap = 14;
const gap = 34;
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
  const { blocks, blockOf, between } = inBlocks(nodes, edges);
  const graph = new Graph({ multigraph: true });
  const ranker = blocks.length > many ? 'tight-tree' : 'network-simplex';
  graph.setGraph({ rankdir: 'LR', nodesep: nodeGap, edgesep: 8, ranksep: rankGap, ranker });
  for (const ids of blocks) graph.setNode(ids[0], { width: box.width, height: heightOf(ids) });
  for (const { id, from, to, weight } of between) graph.setEdge(blockOf.get(from), blockOf.get(to), { weight }, id);
  layout(graph);
  const placed = blocks.flatMap((ids) => {
    const { x, y } = graph.node(ids[0]);
    const top = y - heightOf(ids) / 2 + box.height / 2;
    return ids.map((id, index) => [id, { x, y: top + index * (box.height + nodeGap) }]);
  });
  const left = Math.min(...placed.map(([, { x }]) => x)) - box.width / 2;
  const top = Math.min(...placed.map(([, { y }]) => y)) - box.height / 2;
  const at = ({ x, y }) => ({ x: x - left, y: y - top });
  const places = new Map(placed.map(([id, place]) => [id, at(place)]));
  const points = new Map(graph.edges().map((edge) => [edge.name, graph.edge(edge).points.map(at)]));
  return {
    width: Math.max(...placed.map(([, { x }]) => x)) + box.width / 2 - left,
    height: Math.max(...placed.map(([, { y }]) => y)) + box.height / 2 - top,
    places: [...places].map(([id, { x, y }]) => [id, x, y]),
    routes: routesOf(
      edges.map(({ id, from, to }) => ({
        id,
        source: from,
        target: to,
        from: places.get(from),
        to: places.get(to),
        points: points.get(id) ?? [],
      })),
    ),
  };
}

function heightOf(ids) {
  return ids.length * (box.height + nodeGap) - nodeGap;
}

/** Fewer leaves than this are no block: among others they come to stand better one by one. */
const fewest = 16;

/**
 * Nodes that hang on one other alone, and all on the same one, are a block: they stand below each other whatever the
 * layout does, which so has little to do for a source of a hundred Kustomizations.
 */
function inBlocks(nodes, edges) {
  const degree = new Map();
  for (const { from, to } of edges) for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1);
  const leaves = new Map();
  for (const edge of edges) {
    const isOut = degree.get(edge.to) === 1 && degree.get(edge.from) > 1;
    const isIn = degree.get(edge.from) === 1 && degree.get(edge.to) > 1;
    if (isOut || isIn) {
      const key = isOut ? `of ${edge.from}` : `into ${edge.to}`;
      leaves.set(key, [...(leaves.get(key) ?? []), { edge, id: isOut ? edge.to : edge.from }]);
    }
  }
  const blockOf = new Map(nodes.map((id) => [id, id]));
  const folded = new Set();
  const members = new Map();
  for (const block of leaves.values()) {
    if (block.length < fewest) continue;
    members.set(
      block[0].id,
      block.map(({ id }) => id),
    );
    for (const { edge, id } of block.slice(1)) {
      blockOf.set(id, block[0].id);
      folded.add(edge.id);
    }
  }
  const heads = nodes.filter((id) => blockOf.get(id) === id);
  return {
    blocks: heads.map((id) => members.get(id) ?? [id]),
    blockOf,
    between: edges.filter(({ id }) => !folded.has(id)),
  };
}

/** Parts beside and below each other, in the width that lets all of it be shown largest. */
function packed(parts, ratio) {
  parts.sort((one, other) => other.height - one.height || other.width - one.width);
  const area = parts.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const widest = Math.max(0, ...parts.map(({ width }) => width)) + gap;
  let best;
  for (let factor = 0.8; factor < 2.2; factor *= 1.05) {
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
