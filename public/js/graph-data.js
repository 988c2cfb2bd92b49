/* Reads the graph out of its list: what is drawn is what is written. */

/** Width and height of a node on the drawing. */
export const box = { width: 172, height: 42 };

/** All nodes and edges that the page holds now. */
export function readGraph() {
  const { objects, around, kinds } = document.getElementById('graph-field').dataset;
  const known = { objects, around, kinds: JSON.parse(kinds) };
  const nodes = [];
  const edges = [];
  for (const row of document.getElementById('graph-list').children) {
    if (row.dataset.node === undefined) continue;
    nodes.push(nodeOf(row, known));
    for (const line of row.querySelectorAll('[data-edge]')) edges.push(edgeOf(row, line));
  }
  const ids = new Set(nodes.map(({ id }) => id));
  return { nodes, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

const prefix = 'graph:'.length;

/** A row says what is not in its id, nor the same for all objects of its kind. */
function nodeOf(row, { objects, around, kinds }) {
  const own = JSON.parse(row.dataset.node);
  const node = { id: row.id.slice(prefix), type: 'object', count: 1, word: '', ...own };
  const because = row.querySelector('.why')?.textContent;
  if (because !== undefined) node.because = because;
  if (node.kind !== undefined) return node;
  const [plural, namespace, name] = node.id.split('/').map(decodeURIComponent);
  const kind = kinds[plural];
  Object.assign(node, { plural, namespace: namespace || undefined, name }, kind);
  if (node.type !== 'object') return node;
  node.href = objects + node.id;
  node.focusHref = around + encodeURIComponent(node.id);
  return { ...node, ...actionsOf(node, kind) };
}

/** What may be done from the panel; a text says why not. */
function actionsOf({ state, denied = '' }, { syncs, suspends }) {
  const isSuspended = state === 'suspended' || state === 'suspended-failing';
  const why = denied || (state === 'deleting' ? 'It is being deleted.' : '');
  return {
    ...(syncs && { sync: why || (isSuspended ? 'It is suspended; resume it first.' : '') }),
    ...(suspends && { [isSuspended ? 'resume' : 'suspend']: why }),
  };
}

/** `source dry from failing`: type, flow, where it is held and by what, and how many edges it stands for. */
function edgeOf(row, line) {
  const [type, flow, heldAt, heldBy, count = '1'] = line.dataset.edge.split(' ');
  const from = row.id.slice(prefix);
  const to = line
    .querySelector('a')
    .getAttribute('href')
    .slice(prefix + 1);
  return {
    id: `${from}>${type}>${to}`,
    from,
    to,
    type,
    flow,
    ...(heldAt && heldAt !== '-' && { heldAt, heldBy }),
    count: Number(count),
  };
}
