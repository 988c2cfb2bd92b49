import { drawing, repaint } from './graph-drawing.js';
import { pick } from './graph-pick.js';
import { whisper } from './whisper.js';

/* The field "Find in the graph": what does not fit fades while one types, Enter goes from one that fits to the next. */

function fits(node, words) {
  const { name, namespace = '', kind } = node.data();
  const text = `${kind} ${namespace}/${name}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function find(typed) {
  const { cy } = drawing;
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  repaint();
  cy.elements().removeClass('is-off');
  if (words.length === 0) return cy.collection();
  const found = cy.nodes().filter((node) => fits(node, words));
  cy.elements().difference(found).addClass('is-off');
  return found;
}

document.addEventListener('input', ({ target }) => {
  if (target.id !== 'filter-q' || drawing.look === undefined) return;
  const found = find(target.value);
  if (target.value !== '') whisper(found.length === 1 ? '1 node fits' : `${found.length} nodes fit`);
});

document.addEventListener('keydown', (event) => {
  const { cy, picked, look } = drawing;
  if (event.target.id !== 'filter-q' || event.key !== 'Enter' || look === undefined) return;
  event.preventDefault();
  const found = find(event.target.value).toArray();
  if (found.length === 0) return;
  const at = found.findIndex((node) => node.id() === picked);
  const next = found[(at + 1) % found.length];
  pick(next.id());
  cy.zoom(Math.max(cy.zoom(), 0.8));
  cy.center(next);
});
