/* Colours, fonts and symbols of the drawing, from the style sheet and the sprite of the page. */

const names = [
  'surface',
  'sunken',
  'line',
  'line-strong',
  'control',
  'ink',
  'ink-2',
  'ink-3',
  'water',
  'water-fill',
  'focus',
  'canal',
  'ready',
  'ready-fill',
  'failing',
  'failing-soft',
  'held',
  'held-soft',
  'flow',
  'flow-soft',
  'flow-fill',
  'shut',
  'shut-soft',
  'none',
];

/** The colours of the theme that is shown, by their tokens' names, as canvases understand them. */
export function readColours() {
  const probe = document.createElement('span');
  // The drawing keeps its colours where the system's own replace those of the page: they are all that tells what flows.
  probe.style.forcedColorAdjust = 'none';
  document.body.append(probe);
  const colours = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return { ...colours, font: getComputedStyle(document.body).fontFamily };
}

const hues = {
  failing: ['failing', 'failing-soft'],
  stalled: ['failing', 'failing-soft'],
  'suspended-failing': ['shut', 'failing-soft'],
  waiting: ['held', 'held-soft'],
  stale: ['held', 'held-soft'],
  suspended: ['shut', 'shut-soft'],
  reconciling: ['flow', 'flow-soft'],
  deleting: ['none', 'surface'],
  none: ['none', 'surface'],
  forbidden: ['none', 'sunken'],
  ready: ['ready', 'surface'],
};

/** The colour of a state's mark and its soft ground. */
export function hue(state, colours) {
  const [strong, soft] = hues[state] ?? hues.none;
  return { strong: colours[strong], soft: colours[soft] };
}

/** The sprite's symbols by id: what to draw on a canvas, and their markup for a file. */
export async function loadSymbols(url) {
  const response = await fetch(url);
  const sprite = new DOMParser().parseFromString(await response.text(), 'image/svg+xml');
  const symbols = new Map();
  for (const symbol of sprite.querySelectorAll('symbol')) {
    symbols.set(symbol.id, { strokes: strokesOf(symbol, {}), markup: symbol.innerHTML });
  }
  return symbols;
}

const inherited = ['fill', 'stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin', 'stroke-dasharray'];

function strokesOf(element, from) {
  return [...element.children].flatMap((child) => {
    const own = { ...from };
    for (const name of inherited) if (child.hasAttribute(name)) own[name] = child.getAttribute(name);
    if (child.tagName === 'g') return strokesOf(child, own);
    return [{ path: pathOf(child), ...own }];
  });
}

function pathOf(shape) {
  const number = (name) => Number(shape.getAttribute(name) ?? 0);
  if (shape.tagName === 'path') return new Path2D(shape.getAttribute('d'));
  const path = new Path2D();
  if (shape.tagName === 'circle') path.arc(number('cx'), number('cy'), number('r'), 0, 2 * Math.PI);
  if (shape.tagName === 'ellipse')
    path.ellipse(number('cx'), number('cy'), number('rx'), number('ry'), 0, 0, 2 * Math.PI);
  if (shape.tagName === 'rect')
    path.roundRect(number('x'), number('y'), number('width'), number('height'), number('rx'));
  return path;
}
