/* Moving through the drawing with the keyboard. */

/** The node one comes to from `node` by an arrow: along an edge to the right or left, up and down to the nearest neighbour. */
export function nodeTowards(node, key) {
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const along = key === 'ArrowRight' ? node.outgoers('node') : node.incomers('node');
    if (along.nonempty()) return nearest(node, along, () => true);
  }
  const ahead = {
    ArrowRight: ({ x, y }) => x > 20 && Math.abs(y) < x,
    ArrowLeft: ({ x, y }) => x < -20 && Math.abs(y) < -x,
    ArrowDown: ({ x, y }) => y > 8 && Math.abs(x) <= Math.max(90, y),
    ArrowUp: ({ x, y }) => y < -8 && Math.abs(x) <= Math.max(90, -y),
  }[key];
  return nearest(node, node.cy().nodes().difference(node), ahead);
}

function nearest(node, others, fits) {
  const from = node.position();
  let best;
  let least = Infinity;
  for (const other of others) {
    const { x, y } = other.position();
    const by = { x: x - from.x, y: y - from.y };
    const distance = Math.hypot(by.x, by.y * 1.5);
    if (!fits(by) || distance >= least) continue;
    best = other;
    least = distance;
  }
  return best;
}
