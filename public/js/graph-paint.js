import { box } from './graph-data.js';
import { hue } from './graph-look.js';
import { symbolOf } from './graph-pens.js';

/*
 * Paints the graph: channels first, boxes above them. The same on the page, in a PNG and in an SVG: a canvas' context and
 * the pen of graph-pens.js understand what is called here.
 */

/** At this zoom and below, one line with larger letters stands in a box, */
const compact = 0.62;
/** below this without the symbol of its kind, which the shape of the box tells too, */
const bare = 0.42;
/** and below this no letters could be read. */
const legible = 0.22;

/** How high letters are on the screen when a box holds one line, and at most in the box. */
const lettersOnScreen = 8.4;
const largestLetters = 24;

const corner = 9;

/**
 * Paints `{ nodes: [{ node, x, y, faded, picked, focused }], edges: [{ edge, way, faded, near, loose }] }` on a context that
 * is scaled to the drawing.
 */
export function paintGraph(context, { nodes, edges }, { colours, symbols, zoom }) {
  paintEdges(context, edges, colours);
  for (const each of nodes) paintBox(context, each, colours);
  const reading = { colours, symbols, zoom };
  for (const each of nodes) paintSymbols(context, each, reading);
  if (zoom >= legible) paintWords(context, nodes, reading);
}

/* ---------- Channels ---------- */

/** What is drawn along an edge, from the lowest stroke up. */
function strokesOf({ flow, type }, colours, near) {
  if (flow === 'none') {
    return [
      near ? { width: 2, colour: colours.water, dash: [1, 4] } : { width: 1.4, colour: colours.control, dash: [1, 4] },
    ];
  }
  if (type === 'dependency') {
    const held = flow === 'dry';
    return [{ width: held ? 2 : 3, colour: held ? colours.control : colours['water-fill'], dash: [7, 4] }];
  }
  const bed = { dry: 'sunken', moving: 'flow-fill', full: 'canal' }[flow];
  return [
    { width: near ? 8.5 : 7, colour: near ? colours.water : colours.control, bank: true },
    { width: 5, colour: colours[bed] },
  ];
}

/** All edges that look alike are one path: what flows together has one bank, and long graphs are painted quickly. */
function paintEdges(context, edges, colours) {
  const layers = new Map();
  for (const { edge, way, faded, near, loose } of edges) {
    const opacity = faded ? 0.2 : loose && !near ? 0.3 : 1;
    for (const stroke of strokesOf(edge, colours, near)) {
      const order = (near ? 4 : 0) + (edge.flow === 'none' ? 0 : stroke.bank ? 1 : edge.flow === 'dry' ? 2 : 3);
      const key = `${order} ${opacity} ${stroke.colour} ${stroke.width}`;
      const layer = layers.get(key) ?? { order, opacity, stroke, ways: [] };
      layer.ways.push(way);
      layers.set(key, layer);
    }
  }
  for (const { opacity, stroke, ways } of [...layers.values()].toSorted((one, other) => one.order - other.order)) {
    context.globalAlpha = opacity;
    context.strokeStyle = stroke.colour;
    context.lineWidth = stroke.width;
    context.lineCap = stroke.dash?.[0] === 1 ? 'round' : 'butt';
    context.setLineDash(stroke.dash ?? []);
    context.beginPath();
    for (const way of ways) traceWay(context, way);
    context.stroke();
  }
  context.setLineDash([]);
  for (const { edge, way, faded, near } of edges) paintEnds(context, edge, way, faded ? 0.2 : 1, near, colours);
  context.globalAlpha = 1;
}

function traceWay(context, way) {
  context.moveTo(way[0].x, way[0].y);
  for (const [index, at] of way.slice(1, -1).entries()) {
    const [before, after] = [way[index], way[index + 2]];
    const reach = Math.min(corner, distance(before, at) / 2, distance(at, after) / 2);
    const start = towards(at, before, reach);
    const end = towards(at, after, reach);
    context.lineTo(start.x, start.y);
    context.quadraticCurveTo(at.x, at.y, end.x, end.y);
  }
  context.lineTo(way.at(-1).x, way.at(-1).y);
}

function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function towards(from, to, reach) {
  const all = distance(from, to);
  if (all === 0) return from;
  return { x: from.x + ((to.x - from.x) * reach) / all, y: from.y + ((to.y - from.y) * reach) / all };
}

const told = new Set(['notifies', 'sends', 'triggers']);

/** The bar where an edge is held; the arrowhead of one that tells. */
function paintEnds(context, { type, heldAt, heldBy }, way, opacity, near, colours) {
  if (heldAt === undefined && !told.has(type)) return;
  context.globalAlpha = opacity;
  context.beginPath();
  if (heldAt !== undefined) {
    const at = heldAt === 'from' ? way[0] : way.at(-1);
    const x = at.x + (heldAt === 'from' ? 7 : -7);
    context.strokeStyle = hue(heldBy, colours).strong;
    context.lineWidth = 4;
    context.moveTo(x, at.y - 8);
    context.lineTo(x, at.y + 8);
  } else {
    const { x, y } = way.at(-1);
    context.strokeStyle = near ? colours.water : colours.control;
    context.lineWidth = 1.5;
    context.moveTo(x - 6, y - 4);
    context.lineTo(x - 1, y);
    context.lineTo(x - 6, y + 4);
  }
  context.stroke();
}

/* ---------- Boxes ---------- */

const dashed = new Set(['waiting', 'stale', 'forbidden', 'deleting']);

/** Corners from the top left on: sources begin round, what tells ends round, what runs in the cluster is round all over. */
function cornersOf({ type, shape }) {
  if (type === 'every') return [21, 21, 21, 21];
  if (type === 'owned' || type === 'more') return [12, 12, 12, 12];
  if (type === 'group') return [5, 5, 5, 5];
  if (shape === 'source') return [15, 3, 3, 15];
  if (shape === 'told') return [3, 15, 15, 3];
  return [3, 3, 3, 3];
}

function borderOf({ type, state }, colours) {
  const calm = state === 'ready' || state === 'none';
  const colour = calm || type === 'group' ? colours.control : hue(state, colours).strong;
  if (type === 'unknown' || type === 'every') return { width: 1, colour, dash: [1, 3] };
  if (type === 'missing' || dashed.has(state)) return { width: 1.5, colour, dash: [5, 3] };
  return { width: calm ? 1 : 1.5, colour, dash: [] };
}

function groundOf({ type, state }, colours) {
  if (type === 'missing' || type === 'unknown') return colours.sunken;
  return type === 'group' ? colours.surface : hue(state, colours).soft;
}

function paintBox(context, { node, x, y, faded, picked, focused }, colours) {
  const corners = cornersOf(node);
  const frame = (by) => {
    context.beginPath();
    context.roundRect(
      x - box.width / 2 - by,
      y - box.height / 2 - by,
      box.width + 2 * by,
      box.height + 2 * by,
      corners.map((radius) => Math.max(0, radius + by)),
    );
  };
  context.globalAlpha = faded ? 0.25 : 1;
  if (node.type === 'group' || node.type === 'more') {
    // Several, one behind the other.
    frame(2.5);
    context.strokeStyle = colours.control;
    context.lineWidth = 1;
    context.stroke();
  }
  const { width, colour, dash } = borderOf(node, colours);
  frame(0);
  context.fillStyle = groundOf(node, colours);
  context.fill();
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
  if (focused || picked) {
    frame(focused ? 4 : 2.5);
    context.strokeStyle = picked ? colours.focus : colours.water;
    context.lineWidth = 2.5;
    context.stroke();
  }
  if (node.counts !== undefined) paintShares(context, node, x, y, colours);
  context.globalAlpha = 1;
}

/** A group's objects as a channel along the foot of its box, worst on the left: the server counts them in that order. */
function paintShares(context, { counts, count }, atX, atY, colours) {
  const inset = 10;
  let x = atX - box.width / 2 + inset;
  for (const [state, number] of Object.entries(counts)) {
    const width = (number / count) * (box.width - 2 * inset);
    context.fillStyle = state === 'ready' ? colours['ready-fill'] : hue(state, colours).strong;
    context.beginPath();
    context.rect(x, atY + box.height / 2 - 7, width, 3);
    context.fill();
    x += width;
  }
}

/** How large a node's mark is: small graphs on the screen keep room for words by what is calm. */
function markSize({ type, state }, zoom) {
  // What says no more than that there is no status gives its place to words.
  if (type === 'every' && state === 'none') return 0;
  if (zoom > compact) return 16;
  const calm = state === 'ready' || state === 'none';
  return calm ? 15 : zoom > bare ? 19 : 25;
}

function paintSymbols(context, { node, x, y, faded }, { colours, symbols, zoom }) {
  context.globalAlpha = faded ? 0.25 : 1;
  const [left, top] = [x - box.width / 2, y - box.height / 2];
  if (zoom > bare) {
    const place = { x: left + 9, y: zoom > compact ? top + 8 : y - 7.5, size: 15 };
    symbolOf(context, symbols.get(node.icon), place, colours['ink-3'], colours);
  }
  const size = markSize(node, zoom);
  const isCalm = node.state === 'ready' || node.state === 'none';
  // What nobody could tell from a dot is not worth its strokes, a thousand times.
  if (size > 0 && !(isCalm && size * zoom < 4)) {
    const place = { x: left + box.width - size - markMargin(zoom), y: y - size / 2, size };
    symbolOf(context, symbols.get(`s-${node.state}`), place, hue(node.state, colours).strong, colours);
  }
  context.globalAlpha = 1;
}

function markMargin(zoom) {
  return zoom > bare ? 9 : 5;
}

/* ---------- Words ---------- */

/** The two lines of a node. */
function linesOf(node) {
  if (node.type === 'object') return [node.name, node.namespace ?? ''];
  if (node.type === 'group') return [node.name, node.word];
  if (node.type === 'every') return [`${node.kind} *`, `${node.count} in ${node.namespace ?? ''}`];
  if (node.type === 'owned') return [node.name, node.owned.reason ?? node.kind];
  if (node.type === 'more') return [node.name, node.word || node.kind];
  return [node.name, `${node.namespace ?? ''}, ${node.word.toLowerCase()}`];
}

function paintWords(context, nodes, { colours, zoom }) {
  context.textBaseline = 'alphabetic';
  const isCompact = zoom <= compact;
  const height = isCompact ? Math.min(largestLetters, lettersOnScreen / zoom) : 13;
  const left = (zoom > bare ? 30 : 7) - box.width / 2;
  const widthOf = (node) => {
    const mark = markSize(node, zoom);
    return box.width / 2 - left - (mark === 0 ? 8 : mark + markMargin(zoom) + 4);
  };
  context.font = `650 ${height}px ${colours.font}`;
  context.fillStyle = colours.ink;
  for (const { node, x, y, faded } of nodes) {
    context.globalAlpha = faded ? 0.25 : 1;
    const [name] = linesOf(node);
    const lift = isCompact ? height * 0.36 - (node.counts === undefined ? 0 : 3) : -2.5;
    context.fillText(fitted(context, name, widthOf(node)), x + left, y + lift);
  }
  if (!isCompact) {
    context.font = `400 11.5px ${colours.font}`;
    context.fillStyle = colours['ink-3'];
    for (const { node, x, y, faded } of nodes) {
      context.globalAlpha = faded ? 0.25 : 1;
      const [, place] = linesOf(node);
      context.fillText(fitted(context, place, widthOf(node)), x + left, y + (node.counts === undefined ? 12 : 10));
    }
  }
  context.globalAlpha = 1;
}

const measured = new Map();

/** The text, cut in its middle where it is wider than that: long names differ at their ends. */
function fitted(context, text, width) {
  const key = `${context.font} ${width} ${text}`;
  const known = measured.get(key);
  if (known !== undefined) return known;
  let shown = text;
  for (let length = text.length - 1; length > 1 && context.measureText(shown).width > width; length -= 1) {
    const tail = Math.floor(length * 0.35);
    shown = `${text.slice(0, length - tail)}…${tail === 0 ? '' : text.slice(-tail)}`;
  }
  measured.set(key, shown);
  return shown;
}
