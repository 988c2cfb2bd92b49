import cytoscape from 'cytoscape';
import dagre from 'cytoscape-dagre';
import { box } from './graph-data.js';

cytoscape.use(dagre);

const gap = 40;
/** From here on the quicker way to rank nodes is taken; it makes edges a little longer. */
const many = 250;

/**
 * A place for every node: each connected part is layered from left to right, then the parts are packed so that
 * all together have about this ratio of width to height. Takes ids only; answers `{ id: { x, y } }`.
 */
export function arrange({ nodes, edges, ratio }) {
  const headless = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: 'node', style: box }],
    elements: [
      ...nodes.map((id) => ({ data: { id } })),
      ...edges.map(({ id, from, to, weight }) => ({ data: { id, source: from, target: to, weight } })),
    ],
  });
  const parts = headless
    .elements()
    .components()
    .map((part) => laidOut(part));
  headless.destroy();
  return packed(parts, ratio);
}

function laidOut(part) {
  const nodes = part.nodes();
  if (nodes.length === 1) return { ...box, places: [[nodes[0].id(), box.width / 2, box.height / 2]] };
  part
    .layout({
      name: 'dagre',
      rankDir: 'LR',
      nodeSep: 16,
      edgeSep: 8,
      rankSep: 44,
      ranker: nodes.length > many ? 'tight-tree' : 'network-simplex',
      edgeWeight: (edge) => edge.data('weight'),
      fit: false,
      animate: false,
    })
    .run();
  const frame = nodes.boundingBox({ includeLabels: false });
  const places = nodes.map((node) => [node.id(), node.position('x') - frame.x1, node.position('y') - frame.y1]);
  return { width: frame.w, height: frame.h, places };
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
  return best?.positions ?? {};
}

/** Each part goes where it comes to stand highest, above it only what is there already. */
function packedWithin(parts, within) {
  let skyline = [{ x: 0, width: within, y: 0 }];
  const positions = {};
  let [width, height] = [1, 1];
  for (const part of parts) {
    const [needed, tall] = [part.width + gap, part.height + gap];
    const { x, y } = highestPlace(skyline, needed, within);
    for (const [id, left, top] of part.places) positions[id] = { x: x + left, y: y + top };
    skyline = raised(skyline, x, needed, y + tall);
    width = Math.max(width, x + part.width);
    height = Math.max(height, y + part.height);
  }
  return { positions, width, height };
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
