import { readGraph } from './graph-data.js';
import { places, roomOf } from './graph-layout.js';
import { loadSymbols } from './graph-look.js';

/* Begins to arrange the graph while the code that draws it is still on its way. */

const field = document.getElementById('graph-field');
const canvas = document.getElementById('graph-canvas');

/** The graph as the page came with it, and promises of the places of its nodes and of the symbols; undefined where nothing is drawn. */
export const begun = field === null ? undefined : begin(readGraph());

function begin(graph) {
  const arranged = places(graph, roomOf(canvas), field.dataset.worker);
  const symbols = loadSymbols(field.dataset.icons);
  // Told by whoever waits for them; until then they are not unhandled.
  for (const promise of [arranged, symbols]) promise.catch(() => undefined);
  return { graph, places: arranged, symbols };
}
