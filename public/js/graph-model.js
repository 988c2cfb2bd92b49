import cytoscape from 'cytoscape';
import { box } from './graph-data.js';
import { looseEdges } from './graph-layout.js';

/* The graph as Cytoscape holds it: what is joined to what, where it stands, what the pointer is on. It paints nothing. */

/** So many elements are added in one go: longer than a frame's time the page is not to stand still. */
const slice = 150;

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

/** An empty graph in a container. */
export function createModel(container) {
  standInForStyles();
  const cy = cytoscape({
    container,
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
  return cy;
}

/** Fills an empty graph, all nodes in one place, and lets the page breathe in between. */
export async function fillModel(cy, { nodes, edges }) {
  const loose = looseEdges({ nodes, edges });
  const elements = [...nodes.map((node) => nodeElement(node)), ...edges.map((edge) => edgeElement(edge, loose))];
  for (let start = 0; start < elements.length; start += slice) {
    if (start > 0) await breath();
    if (cy.destroyed()) return;
    cy.add(elements.slice(start, start + slice));
  }
}

/** Lets the page answer whoever uses it before the work goes on. */
export function breath() {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

/** Makes the graph equal to what is wanted; `placeOf` tells where a new node stands. */
export function followModel(cy, { nodes, edges }, placeOf) {
  const loose = looseEdges({ nodes, edges });
  const wanted = new Set([...nodes, ...edges].map(({ id }) => id));
  cy.batch(() => {
    cy.elements()
      .filter((one) => !wanted.has(one.id()))
      .remove();
    for (const node of nodes) followOne(cy, node, () => nodeElement(node, placeOf(node)));
    for (const edge of edges) followOne(cy, edge, () => edgeElement(edge, loose));
  });
}

function nodeElement(node, place) {
  return { group: 'nodes', data: node, ...(place && { position: { ...place } }) };
}

function edgeElement(edge, loose) {
  const classes = loose.has(edge.id) ? ['is-loose'] : [];
  return { group: 'edges', classes, data: { ...edge, source: edge.from, target: edge.to } };
}

function followOne(cy, wanted, make) {
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
