/* Two pens that understand the same calls: a canvas' context, and one that writes SVG. */

/** Paints a symbol of the sprite as large as `{ x, y, size }` says, in one colour. */
export function symbolOf(context, symbol, { x, y, size }, colour, colours) {
  if (symbol === undefined) return;
  if (context.addSymbol !== undefined) {
    context.addSymbol(symbol, { x, y, size }, colour, colours);
    return;
  }
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
    context.setLineDash(dashOf(stroke['stroke-dasharray']));
    context.stroke(stroke.path);
  }
  context.restore();
}

function dashOf(text = '') {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
}

/** A sprite's paint as a colour; undefined for none. */
function paintOf(paint, colour, colours) {
  if (paint === 'none') return undefined;
  if (paint.includes('--failing-mark')) return colours.failing;
  if (paint.startsWith('var(')) return colours.surface;
  return paint === 'currentColor' ? colour : paint;
}

function text(value) {
  return String(value).replaceAll(/[&"'<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const fixed = (number) => String(Math.round(number * 100) / 100);

/** A pen that writes what is painted as elements of SVG. `measure` is a context, asked how wide a text is. */
export function svgPen(measure) {
  let d = '';
  let dash = [];
  const written = [];
  const pen = {
    globalAlpha: 1,
    fillStyle: '',
    strokeStyle: '',
    lineWidth: 1,
    lineCap: 'butt',
    textBaseline: 'alphabetic',
    font: '',
    setLineDash: (lengths) => (dash = lengths),
    beginPath: () => (d = ''),
    moveTo: (x, y) => (d += `M${fixed(x)} ${fixed(y)}`),
    lineTo: (x, y) => (d += `L${fixed(x)} ${fixed(y)}`),
    quadraticCurveTo: (cx, cy, x, y) => (d += `Q${fixed(cx)} ${fixed(cy)} ${fixed(x)} ${fixed(y)}`),
    rect: (x, y, width, height) => (d += `M${fixed(x)} ${fixed(y)}h${fixed(width)}v${fixed(height)}h${fixed(-width)}z`),
    roundRect: (x, y, width, height, corners) => (d += roundedPath(x, y, width, height, corners)),
    fill: () => written.push(`<path d="${d}" fill="${text(pen.fillStyle)}"${opacity()}/>`),
    stroke: () => {
      const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`;
      written.push(
        `<path d="${d}" fill="none" stroke="${text(pen.strokeStyle)}" stroke-width="${pen.lineWidth}" stroke-linecap="${pen.lineCap}"${dashes}${opacity()}/>`,
      );
    },
    measureText(value) {
      measure.font = pen.font;
      return measure.measureText(value);
    },
    fillText(value, x, y) {
      const [weight, size] = pen.font.split(' ');
      written.push(
        `<text x="${fixed(x)}" y="${fixed(y)}" font-size="${Number.parseFloat(size)}" font-weight="${weight}" fill="${text(pen.fillStyle)}"${opacity()}>${text(value)}</text>`,
      );
    },
    addSymbol(symbol, { x, y, size }, colour, colours) {
      const markup = symbol.markup
        .replaceAll(/var\([^)]*\)/g, (paint) => paintOf(paint, colour, colours))
        .replaceAll('currentColor', colour);
      written.push(
        `<g transform="translate(${fixed(x)} ${fixed(y)}) scale(${fixed(size / 16)})"${opacity()}>${markup}</g>`,
      );
    },
    /** A title that is shown when the pointer rests on this rectangle. */
    addTitle(words, x, y, width, height) {
      written.push(
        `<rect x="${fixed(x)}" y="${fixed(y)}" width="${width}" height="${height}" fill="transparent"><title>${text(words)}</title></rect>`,
      );
    },
    /** The whole as a file. */
    file({ x, y, width, height, ground, font, title }) {
      const view = [x, y, width, height].map(fixed).join(' ');
      return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${fixed(width)}" height="${fixed(height)}" font-family="${text(font)}"><title>${text(title)}</title><rect x="${fixed(x)}" y="${fixed(y)}" width="100%" height="100%" fill="${text(ground)}"/>${written.join('')}</svg>`;
    },
  };
  const opacity = () => (pen.globalAlpha === 1 ? '' : ` opacity="${pen.globalAlpha}"`);
  return pen;
}

function roundedPath(x, y, width, height, [topLeft, topRight, bottomRight, bottomLeft]) {
  const arc = (radius, dx, dy) => `a${fixed(radius)} ${fixed(radius)} 0 0 1 ${fixed(dx)} ${fixed(dy)}`;
  return `M${fixed(x + topLeft)} ${fixed(y)}H${fixed(x + width - topRight)}${arc(topRight, topRight, topRight)}V${fixed(y + height - bottomRight)}${arc(bottomRight, -bottomRight, bottomRight)}H${fixed(x + bottomLeft)}${arc(bottomLeft, -bottomLeft, -bottomLeft)}V${fixed(y + topLeft)}${arc(topLeft, topLeft, -topLeft)}z`;
}
