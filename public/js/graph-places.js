import { readGraph } from './graph-data.js';
import { places } from './graph-layout.js';
import { loadSymbols } from './graph-look.js';

/* Begins to arrange the graph while the code that draws it is still on its way. */

const field = document.getElementById('graph-field');
const canvas = document.getElementById('graph-canvas');

/**
 * Promises of the places of all nodes and of the symbols, and the graph: as it was read, unless the page has changed since.
 * Undefined where nothing is drawn.
 */
export const begun = field === null ? undefined : begin(readGraph());

function begin(graph) {
  let current = graph;
  document.addEventListener('sluice:updated', () => (current = undefined), { once: true });
  const ratio = canvas.clientWidth / Math.max(1, canvas.clientHeight);
  const begunHere = { places: places(graph, ratio, field.dataset.worker), symbols: loadSymbols(field.dataset.icons) };
  // Told by whoever waits for them; until then they are not unhandled.
  for (const promise of Object.values(begunHere)) promise.catch(() => undefined);
  return { ...begunHere, graph: () => current ?? readGraph() };
}
