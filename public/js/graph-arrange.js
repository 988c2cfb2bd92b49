import cytoscape from 'cytoscape';
import dagre from 'cytoscape-dagre';
import { box } from './graph-data.js';

cytoscape.use(dagre);

const gap = 40;
/** From here on the quicker way to rank nodes is taken; it makes edges a little longer. */
const many = 250;

/**
 * A place for every node: each connected part is layered from left to right, then the parts are put on shelves so that
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
  return onShelves(parts, ratio);
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

function onShelves(parts, ratio) {
  parts.sort((one, other) => other.height - one.height || other.width - one.width);
  const area = parts.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const widest = Math.max(Math.sqrt(area * ratio), ...parts.map(({ width }) => width));
  const positions = {};
  let left = 0;
  let top = 0;
  let shelf = 0;
  for (const { width, height, places } of parts) {
    if (left > 0 && left + width > widest) {
      left = 0;
      top += shelf + gap;
      shelf = 0;
    }
    for (const [id, x, y] of places) positions[id] = { x: left + x, y: top + y };
    left += width + gap;
    shelf = Math.max(shelf, height);
  }
  return positions;
}
