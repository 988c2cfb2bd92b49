import { box } from './graph-data.js';

const weights = { source: 4, dependency: 3, image: 2, owns: 1, notifies: 1, sends: 1, triggers: 1 };

/** From so many nodes on, the drawing falls apart into namespaces instead of hanging together by who applied what. */
const large = 60;
const carries = new Set(['source', 'dependency', 'image']);

/** The edges that a large drawing is not arranged by: those to another namespace along which no revision goes. */
export function looseEdges({ nodes, edges }) {
  if (nodes.length < large) return new Set();
  const namespaces = new Map(nodes.map(({ id, namespace }) => [id, namespace]));
  return new Set(
    edges
      .filter(({ type, from, to }) => !carries.has(type) && namespaces.get(from) !== namespaces.get(to))
      .map(({ id }) => id),
  );
}

/** Around the drawing when all of it is in sight. */
export const margin = 24;

/** What the canvas has room for inside its margin and above the legend. */
export function roomOf(canvas) {
  const below = (document.querySelector('.graph-field .legend')?.offsetHeight ?? 0) + 12;
  return {
    width: Math.max(1, canvas.clientWidth - 2 * margin),
    height: Math.max(1, canvas.clientHeight - 2 * margin - below),
  };
}

/** Places for all nodes of a graph and bends of its edges, found by the worker at `url` while the page stays responsive. */
export async function places({ nodes, edges }, { width, height }, url) {
  const loose = looseEdges({ nodes, edges });
  const input = {
    nodes: nodes.map(({ id }) => id),
    edges: edges
      .filter(({ id }) => !loose.has(id))
      .map(({ id, from, to, type }) => ({ id, from, to, weight: weights[type] })),
    ratio: width / height,
  };
  const worker = new Worker(url, { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data), { once: true });
      worker.addEventListener('error', () => reject(new Error('The graph could not be arranged.')), { once: true });
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to tell
      worker.postMessage(input);
    });
  } finally {
    worker.terminate();
  }
}

/** A free place for a node that came later: beside one it is joined to, else below everything. Nothing else moves. */
export function placeBeside(node, edges, positions) {
  const taken = Object.values(positions);
  const from = edges.find((edge) => edge.to === node.id && positions[edge.from]);
  const to = edges.find((edge) => edge.from === node.id && positions[edge.to]);
  const step = box.width + 44;
  let place;
  if (from !== undefined) place = { x: positions[from.from].x + step, y: positions[from.from].y };
  else if (to !== undefined) place = { x: positions[to.to].x - step, y: positions[to.to].y };
  else {
    const left = Math.min(box.width / 2, ...taken.map(({ x }) => x));
    place = { x: left, y: Math.max(0, ...taken.map(({ y }) => y)) + box.height + 40 };
  }
  const isFree = ({ x, y }) =>
    taken.every((other) => Math.abs(other.x - x) >= box.width + 8 || Math.abs(other.y - y) >= box.height + 8);
  while (!isFree(place)) place = { x: place.x, y: place.y + box.height + 16 };
  return place;
}
