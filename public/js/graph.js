import cytoscape from 'cytoscape';
import { savePng, saveSvg } from './graph-export.js';
import { box, readGraph } from './graph-data.js';
import { nodeTowards } from './graph-keys.js';
import { looseEdges, margin, placeBeside, places, roomOf } from './graph-layout.js';
import { readColours } from './graph-look.js';
import { paintGraph } from './graph-paint.js';
import { begun } from './graph-places.js';
import { wayOf } from './graph-route.js';
import { showNode, showNothing } from './graph-side.js';
import { whisper } from './whisper.js';

/*
 * Draws the graph that the page holds as a list, and follows it: the live page changes the list, the drawing changes what
 * differs and leaves everything else where it is. Cytoscape holds the graph, moves it and tells what the pointer is on;
 * graph-paint.js paints it.
 */

/** So much of the window a node fills at most when the graph is small. */
const mostZoom = 1.1;

let cy;
let look;
let picked;
/** Where nodes stand, also while the drawing is made anew. */
let positions;
/** Bends of edges whose ends stand where the layout put them. */
let routes;
let overlay;

const field = () => document.getElementById('graph-field');
const canvas = () => document.getElementById('graph-canvas');

async function start() {
  const wait = document.getElementById('graph-wait');
  const late = setTimeout(() => (wait.hidden = false), 200);
  // Made while others find the places.
  create(begun.graph);
  const [found, symbols] = await Promise.all([begun.places, begun.symbols]);
  clearTimeout(late);
  wait.hidden = true;
  ({ positions, routes } = found);
  look = { colours: readColours(), symbols };
  show();
  const { focus } = field().dataset;
  if (focus !== undefined && cy.getElementById(focus).nonempty()) pick(focus, { quietly: true });
  follow();
}

/**
 * Cytoscape adds a style element unless one with this id is there; the policy allows none, and graph.css says the same.
 */
function standInForStyles() {
  const id = '__________cytoscape_stylesheet';
  if (document.getElementById(id) !== null) return;
  const holder = document.createElement('template');
  holder.id = id;
  document.head.append(holder);
}

/** Nothing that Cytoscape would paint itself. Nodes are there for the pointer all the same. */
const unpainted = [
  { selector: 'core', style: { 'active-bg-opacity': 0 } },
  { selector: 'node', style: { ...box, shape: 'rectangle', opacity: 0, 'overlay-opacity': 0 } },
  { selector: 'edge', style: { display: 'none' } },
];

/** The graph, with all nodes in one place. */
function create({ nodes, edges }) {
  standInForStyles();
  const loose = looseEdges({ nodes, edges });
  cy = cytoscape({
    container: canvas(),
    elements: {
      nodes: nodes.map((node) => ({ group: 'nodes', data: node })),
      edges: edges.map((edge) => edgeElement(edge, loose.has(edge.id))),
    },
    style: unpainted,
    // To fit what it shows it would measure every element's outline, which takes longer than all the rest.
    layout: { name: 'preset', fit: false },
    minZoom: 0.05,
    maxZoom: 2.5,
    boxSelectionEnabled: false,
    autounselectify: true,
  });
  // Nothing of it is to be seen, so it need not prepare pictures of it either.
  cy.renderer().render = () => undefined;
  overlay = document.createElement('canvas');
  overlay.className = 'graph-paint';
  overlay.setAttribute('aria-hidden', 'true');
  canvas().append(overlay);
  cy.on('tap', 'node', ({ target }) => pick(target.id()));
  cy.on('dbltap', 'node', ({ target }) => open(target));
  cy.on('tap', ({ target }) => target === cy && pick(undefined));
  cy.on('drag', 'node', ({ target }) => moved(target));
  cy.on('mouseover', 'node', ({ target }) => under(target.data()));
  cy.on('mouseout', 'node', () => under(undefined));
}

/** The node under the pointer says in full what its box may have no room for. */
function under(node) {
  canvas().style.cursor = node === undefined ? '' : 'pointer';
  canvas().title = node === undefined ? '' : [wordsOf(node), node.because].filter(Boolean).join(': ');
}

function wordsOf({ type, kind, namespace, name }) {
  if (type === 'group' || type === 'more') return name;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Everything in its place, and in sight. */
function show() {
  cy.batch(() => {
    for (const node of cy.nodes()) node.position({ ...positions[node.id()] });
  });
  fit();
  paint();
  cy.on('viewport resize', repaint);
  cy.on('zoom', tellZoom);
  canvas().dataset.drawn = String(cy.nodes().length);
  requestAnimationFrame(() => performance.mark('graph-drawn'));
  document.dispatchEvent(new CustomEvent('sluice:graph', { detail: cy }));
}

function nodeElement(node, edges) {
  positions[node.id] ??= placeBeside(node, edges, positions);
  return { group: 'nodes', data: node, position: { ...positions[node.id] } };
}

function edgeElement(edge, isLoose) {
  const classes = isLoose ? ['is-loose'] : [];
  return { group: 'edges', classes, data: { ...edge, source: edge.from, target: edge.to } };
}

/** A node that is dragged takes its edges along, which find a way of their own. */
function moved(node) {
  positions[node.id()] = { ...node.position() };
  for (const edge of node.connectedEdges()) delete routes[edge.id()];
  repaint();
}

let waiting = false;

/** Paints with the next frame, however often it is asked for. */
function repaint() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    paint();
  });
}

function paint() {
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
function sceneOf(sight) {
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

/* ---------- Following the page ---------- */

/** Brings the drawing up to what the list says. What stays does not move. */
function follow() {
  if (field() === null || positions === undefined) return;
  const { nodes, edges } = readGraph();
  if (overlay.parentNode !== canvas()) {
    cy.destroy();
    create({ nodes, edges });
    for (const node of nodes) positions[node.id] ??= placeBeside(node, edges, positions);
    show();
    if (picked !== undefined) pick(picked);
    return;
  }
  const fresh = nodes.filter(({ id }) => positions[id] === undefined).length;
  if (fresh >= many && fresh * 3 >= nodes.length) {
    void arrangeAnew({ nodes, edges });
    return;
  }
  const loose = looseEdges({ nodes, edges });
  const wanted = new Map([...nodes, ...edges].map((one) => [one.id, one]));
  cy.batch(() => {
    cy.elements()
      .filter((one) => !wanted.has(one.id()))
      .remove();
    for (const node of nodes) followOne(node, () => nodeElement(node, edges));
    for (const edge of edges) followOne(edge, () => edgeElement(edge, loose.has(edge.id)));
  });
  canvas().dataset.drawn = String(cy.nodes().length);
  if (picked !== undefined) pick(cy.getElementById(picked).nonempty() ? picked : undefined);
  repaint();
}

/** So many new nodes at once, and a third of all, are no addition to what is drawn: what somebody owns has been read. */
const many = 8;

let arranging = false;

/** Places for all of it once more; what the page has become meanwhile is followed then. */
async function arrangeAnew(graph) {
  if (arranging) return;
  arranging = true;
  try {
    ({ positions, routes } = await places(graph, roomOf(canvas()), field().dataset.worker));
  } finally {
    arranging = false;
  }
  follow();
  for (const node of cy.nodes()) node.position({ ...positions[node.id()] });
  fit();
  repaint();
}

function followOne(wanted, make) {
  const shown = cy.getElementById(wanted.id);
  if (shown.empty()) {
    cy.add(make());
    return;
  }
  for (const name of Object.keys(shown.data())) {
    if (!(name in wanted) && name !== 'source' && name !== 'target') shown.removeData(name);
  }
  for (const [name, value] of Object.entries(wanted)) if (shown.data(name) !== value) shown.data(name, value);
}

/** Colours of another theme, or of another contrast. */
function recolour() {
  if (cy === undefined) return;
  look = { ...look, colours: readColours() };
  repaint();
}

/* ---------- Picking ---------- */

function pick(id, { quietly = false } = {}) {
  const changed = picked !== id && !quietly;
  picked = id;
  cy.elements().removeClass('is-near');
  repaint();
  const node = id === undefined ? undefined : cy.getElementById(id);
  if (node === undefined || node.empty()) {
    picked = undefined;
    showNothing();
    return;
  }
  node.connectedEdges().addClass('is-near');
  const ends = node.connectedEdges().map((edge) => {
    const inward = edge.target().id() === id;
    return { edge: edge.data(), inward, node: (inward ? edge.source() : edge.target()).data() };
  });
  showNode(node.data(), ends, field().dataset, (other) => {
    pick(other);
    bringIntoSight(cy.getElementById(other));
    canvas().focus();
  });
  const { state, because = '' } = node.data();
  if (changed) whisper(`${wordsOf(node.data())}, ${state}. ${because}`);
}

function bringIntoSight(node) {
  const { x, y } = node.renderedPosition();
  const edge = 90;
  if (x < edge || y < edge || x > cy.width() - edge || y > cy.height() - edge) cy.center(node);
}

function open(node) {
  const { href } = node.data();
  if (href !== undefined) location.assign(href);
}

/* ---------- Tools ---------- */

/** What all nodes take up, with the bends of edges around them. */
function frameOf() {
  const places = cy.nodes().map((node) => node.position());
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs) - box.width / 2, Math.min(...ys) - box.height / 2];
  const [right, bottom] = [Math.max(...xs) + box.width / 2, Math.max(...ys) + box.height / 2];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** All of it in sight, above the legend. */
function fit() {
  cy.resize();
  if (cy.nodes().empty()) return;
  const frame = frameOf();
  const { width, height } = roomOf(canvas());
  const zoom = Math.min(mostZoom, width / frame.width, height / frame.height);
  const top = (height - frame.height * zoom) / 2;
  cy.viewport({
    zoom,
    pan: {
      x: margin + (width - frame.width * zoom) / 2 - frame.x * zoom,
      y: margin + Math.max(0, Math.min(top, height * 0.2)) - frame.y * zoom,
    },
  });
  tellZoom();
}

function tellZoom() {
  document.getElementById('graph-zoom').textContent = `${Math.round(cy.zoom() * 100)} %`;
}

function zoomBy(factor) {
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

const tools = {
  in: () => zoomBy(1.25),
  out: () => zoomBy(0.8),
  fit,
  full: () => (document.fullscreenElement === null ? field().requestFullscreen() : document.exitFullscreen()),
  png: () => savePng(sceneOf(), frameOf(), look),
  svg: () => saveSvg(sceneOf(), frameOf(), look),
};

document.addEventListener('click', ({ target }) => {
  const tool = target.closest?.('[data-graph]')?.dataset.graph;
  if (tool === undefined || cy === undefined) return;
  tools[tool]();
  target.closest('details')?.removeAttribute('open');
});

document.addEventListener('fullscreenchange', () => cy !== undefined && requestAnimationFrame(fit));

/* ---------- Finding ---------- */

function fits(node, words) {
  const { name, namespace = '', kind } = node.data();
  const text = `${kind} ${namespace}/${name}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function find(typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  repaint();
  cy.elements().removeClass('is-off');
  if (words.length === 0) return cy.collection();
  const found = cy.nodes().filter((node) => fits(node, words));
  cy.elements().difference(found).addClass('is-off');
  return found;
}

document.addEventListener('input', ({ target }) => {
  if (target.id !== 'filter-q' || cy === undefined) return;
  const found = find(target.value);
  if (target.value !== '') whisper(found.length === 1 ? '1 node fits' : `${found.length} nodes fit`);
});

document.addEventListener('keydown', (event) => {
  if (event.target.id !== 'filter-q' || event.key !== 'Enter' || cy === undefined) return;
  event.preventDefault();
  const found = find(event.target.value).toArray();
  if (found.length === 0) return;
  const at = found.findIndex((node) => node.id() === picked);
  const next = found[(at + 1) % found.length];
  pick(next.id());
  cy.zoom(Math.max(cy.zoom(), 0.8));
  cy.center(next);
});

/* ---------- Keyboard ---------- */

document.addEventListener('keydown', (event) => {
  if (event.target !== canvas() || cy === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const node = picked === undefined ? undefined : cy.getElementById(picked);
  if (event.key.startsWith('Arrow')) {
    event.preventDefault();
    const next = node === undefined ? firstNode() : nodeTowards(node, event.key);
    if (next === undefined) return;
    pick(next.id());
    bringIntoSight(next);
  } else if (event.key === 'Enter' && node !== undefined) open(node);
  else if (event.key === 'Escape') pick(undefined);
  else if (event.key === '+' || event.key === '=') tools.in();
  else if (event.key === '-') tools.out();
  else if (event.key === '0') fit();
});

/** Where the keyboard begins: at the top left. */
function firstNode() {
  return cy.nodes().min((node) => node.position('x') + node.position('y')).ele;
}

/* ---------- Begin ---------- */

document.addEventListener('sluice:updated', follow);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ['data-theme'] });

if (field() !== null) {
  start().catch((error) => {
    document.getElementById('graph-page').classList.add('is-list');
    throw error;
  });
}
