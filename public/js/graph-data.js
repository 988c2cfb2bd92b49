/* Reads the graph out of its list: what is drawn is what is written. */

/** All nodes and edges that the page holds now. */
export function readGraph() {
  const nodes = [...document.querySelectorAll('#graph-list > [data-node]')].map((row) => JSON.parse(row.dataset.node));
  const known = new Set(nodes.map(({ id }) => id));
  const edges = [...document.querySelectorAll('#graph-list [data-edge]')]
    .map((line) => JSON.parse(line.dataset.edge))
    .filter(({ from, to }) => known.has(from) && known.has(to));
  return { nodes, edges };
}

/** Width and height of a node on the drawing. */
export const box = { width: 172, height: 42 };
