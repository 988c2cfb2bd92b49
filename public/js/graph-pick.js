import { canvas, drawing, field, repaint } from './graph-drawing.js';
import { nodeTowards } from './graph-keys.js';
import { showNode, showNothing } from './graph-side.js';
import { bringIntoSight, fit, zoomBy } from './graph-viewport.js';
import { whisper } from './whisper.js';

/* Picking nodes, with the pointer and with the keyboard. */

/** Picks a node by its id, or none, and shows it in the panel; `quietly` says nothing of it. */
export function pick(id, { quietly = false } = {}) {
  const { cy, picked } = drawing;
  const changed = picked !== id && !quietly;
  drawing.picked = id;
  cy.elements().removeClass('is-near');
  repaint();
  const node = id === undefined ? undefined : cy.getElementById(id);
  if (node === undefined || node.empty()) {
    drawing.picked = undefined;
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

function wordsOf({ type, kind, namespace, name }) {
  if (type === 'group' || type === 'more') return name;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function open(node) {
  const { href } = node.data();
  if (href !== undefined) location.assign(href);
}

/** Lets the pointer pick and open nodes of a graph. */
export function listenToPointer(cy) {
  cy.on('tap', 'node', ({ target }) => pick(target.id()));
  cy.on('dbltap', 'node', ({ target }) => open(target));
  cy.on('tap', ({ target }) => target === cy && pick(undefined));
  cy.on('mouseover', 'node', ({ target }) => under(target.data()));
  cy.on('mouseout', 'node', () => under(undefined));
}

/** The node under the pointer says in full what its box may have no room for. */
function under(node) {
  canvas().style.cursor = node === undefined ? '' : 'pointer';
  canvas().title = node === undefined ? '' : [wordsOf(node), node.because].filter(Boolean).join(': ');
}

document.addEventListener('keydown', (event) => {
  const { cy, picked, look } = drawing;
  if (event.target !== canvas() || look === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const node = picked === undefined ? undefined : cy.getElementById(picked);
  if (event.key.startsWith('Arrow')) {
    event.preventDefault();
    const next = node === undefined ? firstNode() : nodeTowards(node, event.key);
    if (next === undefined) return;
    pick(next.id());
    bringIntoSight(next);
  } else if (event.key === 'Enter' && node !== undefined) open(node);
  else if (event.key === 'Escape') pick(undefined);
  else if (event.key === '+' || event.key === '=') zoomBy(1.25);
  else if (event.key === '-') zoomBy(0.8);
  else if (event.key === '0') fit();
});

/** Where the keyboard begins: at the top left. */
function firstNode() {
  const { cy } = drawing;
  if (cy.nodes().empty()) return undefined;
  return cy.nodes().min((node) => node.position('x') + node.position('y')).ele;
}
