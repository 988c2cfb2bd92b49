import { box } from './graph-data.js';
import { paintGraph } from './graph-paint.js';
import { svgPen } from './graph-pens.js';

/* The drawing as a file: the whole of it, not only what is in sight, with its heading as title. */

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

/** Saves a PNG of a scene as graph-paint.js takes it, within the frame `{ x, y, width, height }`. */
export function savePng(scene, frame, look) {
  const { x, y, width, height } = widened(frame);
  const scale = Math.min(2, mostPixels / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = look.colours.sunken;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
  paintGraph(context, scene, { ...look, zoom: 1 });
  canvas.toBlob((blob) => save(blob, 'graph.png'), 'image/png');
}

/** Saves an SVG that needs nothing but itself. */
export function saveSvg(scene, frame, look) {
  const pen = svgPen(document.createElement('canvas').getContext('2d'));
  paintGraph(pen, scene, { ...look, zoom: 1 });
  for (const { node, x, y } of scene.nodes) {
    const name = [node.namespace, node.name].filter(Boolean).join('/');
    const words = `${node.kind} ${name}: ${node.because ?? node.state}`;
    pen.addTitle(words, x - box.width / 2, y - box.height / 2, box.width, box.height);
  }
  const { colours } = look;
  const file = pen.file({
    ...widened(frame),
    ground: colours.sunken,
    font: colours.font,
    title: document.title,
  });
  save(new Blob([file], { type: 'image/svg+xml' }), 'graph.svg');
}

function widened({ x, y, width, height }) {
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
}
