import { canvas, drawing, frameOf } from './graph-drawing.js';
import { margin, roomOf } from './graph-layout.js';

/* What of the drawing is in sight, and how large. */

/** So much of the window a node fills at most when the graph is small. */
const mostZoom = 1.1;

/** All of it in sight, above the legend. */
export function fit() {
  const { cy } = drawing;
  cy.resize();
  if (cy.nodes().empty()) return;
  const frame = frameOf();
  const { width, height } = roomOf(canvas());
  const zoom = Math.min(mostZoom, width / frame.width, height / frame.height);
  const top = (height - frame.height * zoom) / 2;
  cy.viewport({
    zoom,
    pan: {
      x: margin + (width - frame.width * zoom) / 2 - frame.x * zoom,
      y: margin + Math.max(0, Math.min(top, height * 0.2)) - frame.y * zoom,
    },
  });
  tellZoom();
}

/** Writes the zoom between its buttons. */
export function tellZoom() {
  document.getElementById('graph-zoom').textContent = `${Math.round(drawing.cy.zoom() * 100)} %`;
}

/** Larger or smaller around the middle of what is seen. */
export function zoomBy(factor) {
  const { cy } = drawing;
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

/** Brings a node into the middle unless it is seen well enough. */
export function bringIntoSight(node) {
  const { cy } = drawing;
  const { x, y } = node.renderedPosition();
  const edge = 90;
  if (x < edge || y < edge || x > cy.width() - edge || y > cy.height() - edge) cy.center(node);
}
