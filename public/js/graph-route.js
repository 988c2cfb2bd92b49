import { box } from './graph-data.js';

/* Ways of edges: from the right of one box to the left of another, through the gaps between the columns. */

/** Between the boxes of two columns. */
export const rankGap = 48;
/** Nearer to a box than this no edge turns: bars and arrowheads stand there. */
const clear = 13;
/** Steps that are smaller than this are taken at the end of the way. */
const small = 6;

/**
 * The bends of edges as the layout led them past the boxes between: `[id, [{ x, y }, …]]`. Edges of one source turn
 * together; those of different sources turn beside each other where they would lie on one another.
 */
export function routesOf(edges) {
  const columns = [...new Set(edges.flatMap(({ from, to }) => [Math.round(from.x), Math.round(to.x)]))].toSorted(
    (one, other) => one - other,
  );
  const order = new Map(columns.map((x, index) => [x, index]));
  const led = edges.flatMap((edge) => {
    const first = order.get(Math.round(edge.from.x));
    const last = order.get(Math.round(edge.to.x));
    return last > first ? [{ ...edge, first, heights: heightsOf(edge, columns.slice(first + 1, last)) }] : [];
  });
  const lanes = lanesOf(led);
  return led.map(({ id, first, heights }) => {
    const bends = [];
    for (const [index, height] of heights.slice(1).entries()) {
      if (height === heights[index]) continue;
      const gap = first + index;
      const x = columns[gap] + box.width / 2 + lanes.get(`${gap} ${id}`);
      bends.push({ x, y: heights[index] }, { x, y: height });
    }
    return [id, bends];
  });
}

/** How high an edge is at its ends and where it passes the columns between. */
function heightsOf({ from, to, points }, between) {
  const heights = [from.y];
  for (const x of between) {
    const { y } = points.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best));
    heights.push(Math.abs(y - heights.at(-1)) < small ? heights.at(-1) : y);
  }
  return [...heights, to.y];
}

/** How far behind a column each edge turns, by `<gap> <edge>`. */
function lanesOf(led) {
  const gaps = new Map();
  for (const { id, first, heights, source, target } of led) {
    for (const [index, height] of heights.slice(1).entries()) {
      if (height === heights[index]) continue;
      const turn = { id, source, target, top: Math.min(height, heights[index]), end: Math.max(height, heights[index]) };
      const gap = first + index;
      if (gaps.has(gap)) gaps.get(gap).push(turn);
      else gaps.set(gap, [turn]);
    }
  }
  const lanes = new Map();
  for (const [gap, turns] of gaps) {
    const { groups, number } = inLanes(together(turns));
    for (const { ids, lane } of groups) {
      const step = number === 1 ? 0 : (rankGap - 2 * clear) / (number - 1);
      const x = number === 1 ? rankGap / 2 : clear + lane * step;
      for (const id of ids) lanes.set(`${gap} ${id}`, x);
    }
  }
  return lanes;
}

/** Turns that may share a lane: of one source, or into one target. */
function together(turns) {
  const of = Map.groupBy(turns, ({ source }) => source);
  const groups = new Map();
  for (const turn of turns) {
    const key = of.get(turn.source).length > 1 ? `from ${turn.source}` : `to ${turn.target}`;
    const group = groups.get(key) ?? { ids: [], top: Infinity, end: -Infinity };
    group.ids.push(turn.id);
    group.top = Math.min(group.top, turn.top);
    group.end = Math.max(group.end, turn.end);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The lane of each group: the first in which nothing else is at its height. */
function inLanes(groups) {
  const ends = [];
  const sorted = groups.toSorted((one, other) => one.top - other.top || one.end - other.end);
  for (const group of sorted) {
    const free = ends.findIndex((end) => end + 10 < group.top);
    group.lane = free === -1 ? ends.length : free;
    ends[group.lane] = group.end;
  }
  return { groups: sorted, number: ends.length };
}

/** The whole way of an edge between two places, by its bends where the layout found some. */
export function wayOf(from, to, bends) {
  const [start, end] = [
    { x: from.x + box.width / 2, y: from.y },
    { x: to.x - box.width / 2, y: to.y },
  ];
  return [start, ...(bends ?? plainBends(start, end)), end];
}

/** Bends of an edge whose ends have been moved or came later: one turn, or around where it leads back. */
function plainBends(start, end) {
  if (end.x - start.x >= 2 * clear) {
    if (Math.abs(end.y - start.y) < 1) return [];
    const x = start.x + Math.min(rankGap / 2, (end.x - start.x) / 2);
    return [
      { x, y: start.y },
      { x, y: end.y },
    ];
  }
  const [out, into] = [start.x + rankGap / 2, end.x - rankGap / 2];
  const isBeside = Math.abs(end.y - start.y) < box.height + 8;
  const y = isBeside ? Math.max(start.y, end.y) + box.height / 2 + 8 : (start.y + end.y) / 2;
  return [
    { x: out, y: start.y },
    { x: out, y },
    { x: into, y },
    { x: into, y: end.y },
  ];
}
