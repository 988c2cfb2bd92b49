import { box } from './graph-data.js';
import { paintGraph } from './graph-paint.js';
import { wayOf } from './graph-route.js';

/* What is drawn at this moment, and its painting: a canvas above Cytoscape's own, painted with the next frame. */

/**
 * cy: the graph, once it is there; look: colours and symbols; picked: the id of the picked node; positions: where nodes
 * stand, also while the graph is made anew; routes: bends of edges whose ends stand where the layout put them.
 */
export const drawing = { cy: undefined, look: undefined, picked: undefined, positions: undefined, routes: undefined };

export const field = () => document.getElementById('graph-field');
export const canvas = () => document.getElementById('graph-canvas');

let overlay;

/** Puts the canvas to paint on above the graph. */
export function addOverlay() {
  overlay = document.createElement('canvas');
  overlay.className = 'graph-paint';
  overlay.setAttribute('aria-hidden', 'true');
  canvas().append(overlay);
}

/** The page may have been put in place of another one, with an empty field. */
export function isOnPage() {
  return overlay?.parentNode === canvas();
}

let waiting = false;

/** Paints with the next frame, however often it is asked for. */
export function repaint() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    paint();
  });
}

/** Paints at once; nothing where the graph is not shown, yet or any more. */
export function paint() {
  const { cy, look } = drawing;
  if (look === undefined || !isOnPage()) return;
  const ratio = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas();
  if (overlay.width !== Math.round(width * ratio) || overlay.height !== Math.round(height * ratio)) {
    overlay.width = Math.round(width * ratio);
    overlay.height = Math.round(height * ratio);
  }
  const context = overlay.getContext('2d');
  const zoom = cy.zoom();
  const pan = cy.pan();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, overlay.width, overlay.height);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * pan.x, ratio * pan.y);
  paintGraph(context, sceneOf(cy.extent()), { ...look, zoom });
}

/** What there is to paint within a frame; all of it without one. */
export function sceneOf(sight) {
  const { cy, picked, routes } = drawing;
  const { focus } = field().dataset;
  const nodes = [];
  for (const node of cy.nodes()) {
    const { x, y } = node.position();
    if (sight && (x < sight.x1 - 90 || x > sight.x2 + 90 || y < sight.y1 - 30 || y > sight.y2 + 30)) continue;
    const id = node.id();
    nodes.push({
      node: node.data(),
      x,
      y,
      faded: node.hasClass('is-off'),
      picked: sight !== undefined && id === picked,
      focused: id === focus,
    });
  }
  const edges = [];
  for (const each of cy.edges()) {
    const edge = each.data();
    const [from, to] = [each.source().position(), each.target().position()];
    const loose = each.hasClass('is-loose');
    const way = wayOf(from, to, loose ? [] : routes[edge.id]);
    if (sight && !touches(way, sight)) continue;
    edges.push({ edge, way, loose, faded: each.hasClass('is-off'), near: each.hasClass('is-near') });
  }
  return { nodes, edges };
}

function touches(way, { x1, x2, y1, y2 }) {
  const [xs, ys] = [way.map(({ x }) => x), way.map(({ y }) => y)];
  return Math.max(...xs) >= x1 && Math.min(...xs) <= x2 && Math.max(...ys) >= y1 && Math.min(...ys) <= y2;
}

/** What all nodes take up, with the bends of edges around them. */
export function frameOf() {
  const places = drawing.cy.nodes().map((node) => node.position());
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs) - box.width / 2, Math.min(...ys) - box.height / 2];
  const [right, bottom] = [Math.max(...xs) + box.width / 2, Math.max(...ys) + box.height / 2];
  return { x: left, y: top, width: right - left, height: bottom - top };
}
