import { box } from './graph-data.js';

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

/** How Cytoscape draws boxes and canals; what stands in the boxes is painted by graph-paint.js. */
export function styleOf(colours) {
  const states = Object.keys(hues).map((state) => {
    const { strong, soft } = hue(state, colours);
    const calm = state === 'ready' || state === 'none';
    return {
      selector: `node[state="${state}"]`,
      style: {
        'background-color': soft,
        'border-color': calm ? colours.control : strong,
        'border-width': calm ? 1 : 1.5,
        'border-style': ['waiting', 'stale', 'forbidden', 'deleting'].includes(state) ? 'dashed' : 'solid',
      },
    };
  });
  const held = Object.keys(hues).flatMap((state) =>
    ['from', 'to'].map((end) => ({
      selector: `edge[heldAt="${end}"][heldBy="${state}"]`,
      style: {
        [`${end === 'from' ? 'source' : 'target'}-arrow-shape`]: 'tee',
        [`${end === 'from' ? 'source' : 'target'}-arrow-color`]: hue(state, colours).strong,
        [`${end === 'from' ? 'source' : 'target'}-distance-from-node`]: 6,
      },
    })),
  );
  return [
    {
      selector: 'node',
      style: {
        ...box,
        shape: 'round-rectangle',
        'corner-radius': 3,
        'background-color': colours.surface,
        'border-width': 1,
        'border-color': colours.control,
        'overlay-opacity': 0,
      },
    },
    ...states,
    { selector: 'node[type="missing"]', style: { 'border-style': 'dashed', 'background-color': colours.sunken } },
    { selector: 'node[type="unknown"]', style: { 'border-style': 'dotted', 'background-color': colours.sunken } },
    { selector: 'node[type="every"]', style: { 'corner-radius': 20, 'border-style': 'dotted' } },
    { selector: 'node[type="owned"]', style: { 'corner-radius': 12 } },
    { selector: 'node[type="more"]', style: { 'corner-radius': 12, 'border-style': 'double', 'border-width': 3 } },
    {
      selector: 'node[type="group"]',
      style: {
        'border-width': 4,
        'border-style': 'double',
        'corner-radius': 5,
        'background-color': colours.surface,
        'border-color': colours.control,
      },
    },
    {
      selector: 'edge',
      style: {
        'curve-style': 'round-taxi',
        'taxi-direction': 'rightward',
        'taxi-turn': '22px',
        'taxi-turn-min-distance': 8,
        'taxi-radius': 9,
        width: 1.25,
        'line-color': colours.control,
        'line-style': 'dashed',
        'line-dash-pattern': [1, 4],
        'line-cap': 'round',
        'overlay-opacity': 0,
        'arrow-scale': 0.8,
      },
    },
    {
      selector: 'edge[type="notifies"], edge[type="sends"], edge[type="triggers"]',
      style: { 'target-arrow-shape': 'chevron', 'target-arrow-color': colours.control },
    },
    {
      selector: 'edge[flow!="none"]',
      style: {
        width: 5,
        'line-style': 'solid',
        'line-cap': 'butt',
        'line-color': colours.canal,
        'line-outline-width': 1,
        'line-outline-color': colours.control,
      },
    },
    { selector: 'edge[flow="moving"]', style: { 'line-color': colours['flow-fill'] } },
    {
      selector: 'edge[type="dependency"]',
      style: {
        width: 3,
        'line-outline-width': 0,
        'line-style': 'dashed',
        'line-dash-pattern': [7, 4],
        'line-color': colours['water-fill'],
      },
    },
    { selector: 'edge[flow="dry"]', style: { 'line-color': colours.sunken } },
    { selector: 'edge[type="dependency"][flow="dry"]', style: { 'line-color': colours.control, width: 2 } },
    ...held,
    { selector: 'edge.is-loose', style: { 'curve-style': 'straight', opacity: 0.3 } },
    { selector: '.is-off', style: { opacity: 0.25 } },
    { selector: 'edge.is-near', style: { 'z-index': 9, opacity: 1 } },
    { selector: 'edge.is-near[flow="none"]', style: { width: 2, 'line-color': colours.water } },
    {
      selector: 'node.is-picked',
      style: { 'border-width': 3, 'border-color': colours.focus, 'border-style': 'solid' },
    },
  ];
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
