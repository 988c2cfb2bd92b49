import { readGraph } from './graph-data.js';
import { places } from './graph-layout.js';

/* Begins to arrange the graph while the code that draws it is still on its way. */

const field = document.getElementById('graph-field');
const canvas = document.getElementById('graph-canvas');

/** The graph as the page came with it, and a promise of the places of its nodes; undefined where nothing is drawn. */
export const begun = field === null ? undefined : begin(readGraph());

function begin(graph) {
  const ratio = canvas.clientWidth / Math.max(1, canvas.clientHeight);
  const promise = places(graph, ratio, field.dataset.worker);
  // Told by whoever waits for it; until then it is not unhandled.
  promise.catch(() => undefined);
  return { graph, places: promise };
}
