import { box } from './graph-data.js';
import { hue } from './graph-look.js';

/* What stands in the boxes: kind, name, namespace, state. Painted over Cytoscape's own canvas, sharp at every zoom. */

/** Below this zoom letters could not be read, so only marks are painted. */
const legible = 0.32;

/** The two lines of a node. */
export function linesOf(node) {
  if (node.type === 'object') return [node.name, node.namespace ?? ''];
  if (node.type === 'group') return [node.name, node.word];
  if (node.type === 'every') return [`${node.kind} *`, `${node.count} in ${node.namespace ?? ''}`];
  if (node.type === 'owned') return [node.name, [node.kind, node.owned.reason].filter(Boolean).join(', ')];
  if (node.type === 'more') return [node.name, node.word];
  return [node.name, `${node.namespace ?? ''}, ${node.word.toLowerCase()}`];
}

/** Paints the content of all nodes in sight on a context that is scaled to the drawing. */
export function paintNodes(context, nodes, { colours, symbols, zoom }) {
  context.textBaseline = 'alphabetic';
  for (const { node, x, y, opacity } of nodes) {
    context.save();
    context.globalAlpha = opacity;
    context.translate(x - box.width / 2, y - box.height / 2);
    const { strong } = hue(node.state, colours);
    paintSymbol(context, symbols.get(node.icon), 9, 8, 15, colours['ink-3'], colours);
    paintSymbol(context, symbols.get(`s-${node.state}`), box.width - 25, 13, 16, strong, colours);
    if (zoom >= legible) {
      const [name, place] = linesOf(node);
      context.fillStyle = colours.ink;
      context.font = `650 13px ${colours.font}`;
      context.fillText(fitted(context, name, box.width - 60), 31, 18.5);
      context.fillStyle = colours['ink-3'];
      context.font = `400 11.5px ${colours.font}`;
      context.fillText(fitted(context, place, box.width - 60), 31, node.counts === undefined ? 33 : 31);
    }
    if (node.counts !== undefined) paintShares(context, node, colours);
    context.restore();
  }
}

const worstFirst = [
  'failing',
  'stalled',
  'suspended-failing',
  'waiting',
  'stale',
  'suspended',
  'reconciling',
  'deleting',
  'forbidden',
  'none',
  'ready',
];

/** A group's objects as a channel along the foot of its box, worst on the left. */
function paintShares(context, { counts, count }, colours) {
  let x = 4;
  for (const state of worstFirst) {
    const width = ((counts[state] ?? 0) / count) * (box.width - 8);
    context.fillStyle = state === 'ready' ? colours['ready-fill'] : hue(state, colours).strong;
    context.fillRect(x, box.height - 7, width, 3);
    x += width;
  }
}

function paintSymbol(context, symbol, x, y, size, colour, colours) {
  if (symbol === undefined) return;
  context.save();
  context.translate(x, y);
  context.scale(size / 16, size / 16);
  for (const stroke of symbol.strokes) {
    const fill = paintOf(stroke.fill ?? 'currentColor', colour, colours);
    if (fill !== undefined) {
      context.fillStyle = fill;
      context.fill(stroke.path);
    }
    const line = paintOf(stroke.stroke ?? 'none', colour, colours);
    if (line === undefined) continue;
    context.strokeStyle = line;
    context.lineWidth = Number(stroke['stroke-width'] ?? 1);
    context.lineCap = stroke['stroke-linecap'] ?? 'butt';
    context.lineJoin = stroke['stroke-linejoin'] ?? 'miter';
    context.setLineDash(
      (stroke['stroke-dasharray'] ?? '')
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(Number),
    );
    context.stroke(stroke.path);
  }
  context.restore();
}

/** A sprite's paint as a colour; undefined for none. */
export function paintOf(paint, colour, colours) {
  if (paint === 'none') return undefined;
  if (paint.includes('--failing-mark')) return colours.failing;
  if (paint.startsWith('var(')) return colours.surface;
  return paint === 'currentColor' ? colour : paint;
}

const measured = new Map();

/** The text, cut with an ellipsis where it is wider than that. */
function fitted(context, text, width) {
  const key = `${context.font} ${width} ${text}`;
  const known = measured.get(key);
  if (known !== undefined) return known;
  let shown = text;
  for (let length = text.length - 1; length > 0 && context.measureText(shown).width > width; length -= 1) {
    shown = `${text.slice(0, length)}…`;
  }
  measured.set(key, shown);
  return shown;
}
