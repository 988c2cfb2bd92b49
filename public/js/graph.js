import { readGraph } from './graph-data.js';
import { addOverlay, canvas, drawing, field, frameOf, isOnPage, paint, repaint, sceneOf } from './graph-drawing.js';
import { savePng, saveSvg } from './graph-export.js';
import './graph-find.js';
import { placeBeside, places, roomOf } from './graph-layout.js';
import { readColours } from './graph-look.js';
import { breath, createModel, fillModel, followModel } from './graph-model.js';
import { listenToPointer, pick } from './graph-pick.js';
import { begun } from './graph-places.js';
import { fit, tellZoom, zoomBy } from './graph-viewport.js';

/*
 * Draws the graph that the page holds as a list, and follows it: the live page changes the list, the drawing changes what
 * differs and leaves everything else where it is.
 */

async function start() {
  const wait = document.getElementById('graph-wait');
  const late = setTimeout(() => (wait.hidden = false), 200);
  // Filled while others find the places.
  const [found, symbols] = await Promise.all([begun.places, begun.symbols, create(begun.graph)]);
  clearTimeout(late);
  wait.hidden = true;
  drawing.positions = found.positions;
  drawing.routes = found.routes;
  drawing.look = { colours: readColours(), symbols };
  await show();
  const { focus } = field().dataset;
  if (focus !== undefined && drawing.cy.getElementById(focus).nonempty()) pick(focus, { quietly: true });
}

/** The graph on the page, with all nodes in one place. */
async function create(graph) {
  const cy = createModel(canvas());
  drawing.cy = cy;
  addOverlay();
  listenToPointer(cy);
  cy.on('drag', 'node', ({ target }) => moved(target));
  await fillModel(cy, graph);
}

/** Everything in its place, and in sight. */
async function show() {
  const { cy } = drawing;
  putInPlace();
  fit();
  await breath();
  paint();
  cy.on('viewport resize', repaint);
  cy.on('zoom', tellZoom);
  canvas().dataset.drawn = String(cy.nodes().length);
  requestAnimationFrame(() => performance.mark('graph-drawn'));
  document.dispatchEvent(new CustomEvent('sluice:graph', { detail: cy }));
}

function putInPlace() {
  const { cy, positions } = drawing;
  cy.batch(() => {
    for (const node of cy.nodes()) node.position({ ...positions[node.id()] });
  });
}

/** A node that is dragged takes its edges along, which find a way of their own. */
function moved(node) {
  drawing.positions[node.id()] = { ...node.position() };
  for (const edge of node.connectedEdges()) delete drawing.routes[edge.id()];
  repaint();
}

/* ---------- Following the page ---------- */

/** The graph is being made or arranged anew: what the page has become meanwhile is followed then. */
let isBusy = true;

/** Brings the drawing up to what the list says. What stays does not move. */
function follow() {
  if (field() === null || isBusy || drawing.look === undefined) return;
  const graph = readGraph();
  const { nodes, edges } = graph;
  if (!isOnPage()) {
    void anew(() => createAgain(graph));
    return;
  }
  const { cy, picked, positions } = drawing;
  const fresh = nodes.filter(({ id }) => positions[id] === undefined).length;
  if (fresh >= many && fresh * 3 >= nodes.length) {
    void anew(() => arrangeAgain(graph));
    return;
  }
  followModel(cy, graph, (node) => (positions[node.id] ??= placeBeside(node, edges, positions)));
  canvas().dataset.drawn = String(cy.nodes().length);
  if (picked !== undefined) pick(cy.getElementById(picked).nonempty() ? picked : undefined);
  repaint();
}

/** So many new nodes at once, and a third of all, are no addition to what is drawn: what somebody owns has been read. */
const many = 8;

async function anew(work) {
  isBusy = true;
  try {
    await work();
  } finally {
    isBusy = false;
  }
  follow();
}

/** The page has been put in place of another one: the same nodes stand where they stood. */
async function createAgain(graph) {
  drawing.cy.destroy();
  await create(graph);
  const { positions, picked } = drawing;
  for (const node of graph.nodes) positions[node.id] ??= placeBeside(node, graph.edges, positions);
  await show();
  if (picked !== undefined) pick(picked);
}

/** Places for all of it once more. */
async function arrangeAgain(graph) {
  const found = await places(graph, roomOf(canvas()), field().dataset.worker);
  drawing.positions = found.positions;
  drawing.routes = found.routes;
  followModel(drawing.cy, graph, ({ id }) => found.positions[id]);
  putInPlace();
  fit();
  repaint();
}

/** Colours of another theme, or of another contrast. */
function recolour() {
  if (drawing.look === undefined) return;
  drawing.look = { ...drawing.look, colours: readColours() };
  repaint();
}

/* ---------- Tools ---------- */

const tools = {
  in: () => zoomBy(1.25),
  out: () => zoomBy(0.8),
  fit,
  full: () => (document.fullscreenElement === null ? field().requestFullscreen() : document.exitFullscreen()),
  png: () => savePng(sceneOf(), frameOf(), drawing.look),
  svg: () => saveSvg(sceneOf(), frameOf(), drawing.look),
};

document.addEventListener('click', ({ target }) => {
  const tool = target.closest?.('[data-graph]')?.dataset.graph;
  if (tool === undefined || drawing.look === undefined) return;
  tools[tool]();
  target.closest('details')?.removeAttribute('open');
});

document.addEventListener('fullscreenchange', () => drawing.look !== undefined && requestAnimationFrame(fit));

/* ---------- Begin ---------- */

document.addEventListener('sluice:updated', follow);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ['data-theme'] });

if (field() !== null) {
  anew(start).catch((error) => {
    document.getElementById('graph-page').classList.add('is-list');
    throw error;
  });
}
