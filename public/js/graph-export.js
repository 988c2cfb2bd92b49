import { box } from './graph-data.js';
import { hue } from './graph-look.js';
import { linesOf, paintNodes, paintOf } from './graph-paint.js';

/* The drawing as a file: the whole of it, not only what is in sight. */

const margin = 24;
/** Browsers refuse canvases that are larger. */
const mostPixels = 8_000;

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Saves a PNG. */
export async function savePng(cy, { colours, symbols }) {
  const frame = cy.elements().boundingBox({ includeOverlays: false });
  const scale = Math.min(2, mostPixels / (Math.max(frame.w, frame.h) + 2 * margin));
  const drawn = await cy.png({ output: 'blob-promise', full: true, scale });
  const image = await createImageBitmap(drawn);
  const canvas = document.createElement('canvas');
  canvas.width = image.width + 2 * margin * scale;
  canvas.height = image.height + 2 * margin * scale;
  const context = canvas.getContext('2d');
  context.fillStyle = colours.sunken;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, margin * scale, margin * scale);
  context.scale(scale, scale);
  context.translate(margin - frame.x1, margin - frame.y1);
  const nodes = cy.nodes().map((node) => ({ node: node.data(), ...node.position(), opacity: 1 }));
  paintNodes(context, nodes, { colours, symbols, zoom: 1 });
  canvas.toBlob((blob) => save(blob, 'graph.png'), 'image/png');
}

/** Saves an SVG that needs nothing but itself. */
export function saveSvg(cy, { colours, symbols }) {
  save(new Blob([svgOf(cy, { colours, symbols })], { type: 'image/svg+xml' }), 'graph.svg');
}

/** The drawing as the text of an SVG file. */
function svgOf(cy, { colours, symbols }) {
  const frame = cy.elements().boundingBox({ includeOverlays: false });
  const [width, height] = [frame.w + 2 * margin, frame.h + 2 * margin];
  const view = `${frame.x1 - margin} ${frame.y1 - margin} ${width} ${height}`;
  const edges = cy.edges().map((edge) => edgeOf(edge, colours));
  const nodes = cy.nodes().map((node) => nodeOf(node, colours, symbols));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${width}" height="${height}" font-family="${text(colours.font)}"><rect x="${frame.x1 - margin}" y="${frame.y1 - margin}" width="100%" height="100%" fill="${colours.sunken}"/>${edges.join('')}${nodes.join('')}</svg>`;
}

function text(value) {
  return String(value).replaceAll(/[&"'<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function edgeOf(edge, colours) {
  const points = [edge.sourceEndpoint(), ...(edge.segmentPoints() ?? []), edge.targetEndpoint()];
  const d = `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`;
  const line = (colour, width, dash) =>
    `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`;
  const { flow, type, heldAt, heldBy } = edge.data();
  const bar =
    heldAt === undefined ? '' : barAt(heldAt === 'from' ? points[0] : points.at(-1), hue(heldBy, colours).strong);
  if (flow === 'none') return line(colours.control, 1.25, '1 4');
  if (type === 'dependency') return line(flow === 'dry' ? colours.control : colours['water-fill'], 3, '7 4') + bar;
  const bed = { dry: 'sunken', moving: 'flow-fill', full: 'canal' }[flow];
  return line(colours.control, 7) + line(colours[bed], 5) + bar;
}

function barAt({ x, y }, colour) {
  return `<path d="M${x} ${y - 8}v16" stroke="${colour}" stroke-width="4"/>`;
}

function nodeOf(node, colours, symbols) {
  const data = node.data();
  const { x, y } = node.position();
  const { strong, soft } = hue(data.state, colours);
  const calm = data.state === 'ready' || data.state === 'none';
  const [left, top] = [x - box.width / 2, y - box.height / 2];
  const [name, place] = linesOf(data);
  const short = (value) => (value.length > 18 ? `${value.slice(0, 17)}…` : value);
  return `<g><title>${text(`${data.kind} ${data.namespace ?? ''}/${data.name}: ${data.because ?? data.state}`)}</title><rect x="${left}" y="${top}" width="${box.width}" height="${box.height}" rx="3" fill="${soft}" stroke="${calm ? colours.control : strong}"/>${symbolOf(symbols.get(data.icon), left + 9, top + 8, colours['ink-3'], colours)}${symbolOf(symbols.get(`s-${data.state}`), left + box.width - 25, top + 13, strong, colours)}<text x="${left + 31}" y="${top + 18.5}" font-size="13" font-weight="650" fill="${colours.ink}">${text(short(name))}</text><text x="${left + 31}" y="${top + 33}" font-size="11.5" fill="${colours['ink-3']}">${text(short(place))}</text></g>`;
}

function symbolOf(symbol, x, y, colour, colours) {
  if (symbol === undefined) return '';
  const markup = symbol.markup
    .replaceAll(/var\([^)]*\)/g, (paint) => paintOf(paint, colour, colours))
    .replaceAll('currentColor', colour);
  return `<g transform="translate(${x} ${y})">${markup}</g>`;
}
