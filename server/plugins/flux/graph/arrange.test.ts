import { expect, test } from 'vitest';

interface Point {
  x: number;
  y: number;
}

interface Link {
  id: string;
  from: string;
  to: string;
  weight: number;
}

interface Arranged {
  positions: Record<string, Point>;
  routes: Record<string, Point[]>;
}

async function browserModule<T>(name: string): Promise<T> {
  return (await import(new URL(`../../../../public/js/${name}`, import.meta.url).href)) as T;
}

const { arrange } = await browserModule<{
  arrange(input: { nodes: string[]; edges: Link[]; ratio: number }): Arranged;
}>('graph-arrange.js');
const { wayOf } = await browserModule<{ wayOf(from: Point, to: Point, bends?: Point[]): Point[] }>('graph-route.js');
const { box } = await browserModule<{ box: { width: number; height: number } }>('graph-data.js');

function edge(from: string, to: string): Link {
  return { id: `${from}>${to}`, from, to, weight: 1 };
}

/** Sources, what is built from them and what depends on it, over up to four columns; the same each time. */
function someGraph(seed: number, size: number): { nodes: string[]; edges: Link[]; ratio: number } {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const nodes = Array.from({ length: size }, (_, index) => `n${index}`);
  const edges = nodes.slice(1).flatMap((to, index) => {
    const from = new Set(Array.from({ length: 1 + random(3) }, () => `n${random(Math.min(index + 1, 12))}`));
    return [...from].map((each) => edge(each, to));
  });
  return { nodes, edges, ratio: 1.4 };
}

const steps = (way: readonly Point[]) => way.slice(1).map((to, index) => ({ from: way[index] as Point, to }));

/** Whether a step of a way crosses a box. */
function crosses({ from, to }: { from: Point; to: Point }, at: Point): boolean {
  const [left, right] = [at.x - box.width / 2, at.x + box.width / 2];
  const [top, bottom] = [at.y - box.height / 2, at.y + box.height / 2];
  return (
    Math.max(from.x, to.x) > left &&
    Math.min(from.x, to.x) < right &&
    Math.max(from.y, to.y) > top &&
    Math.min(from.y, to.y) < bottom
  );
}

test.each([
  [1, 12],
  [2, 40],
  [3, 90],
])('graph %i of %i nodes: no boxes overlap, and edges go right-angled around those between', (seed, size) => {
  const graph = someGraph(seed, size);
  const { positions, routes } = arrange(graph);
  const places = Object.entries(positions);
  expect(places.map(([id]) => id).toSorted()).toEqual(graph.nodes.toSorted());
  for (const [index, [, one]] of places.entries()) {
    for (const [, other] of places.slice(index + 1)) {
      expect(Math.abs(one.x - other.x) >= box.width || Math.abs(one.y - other.y) >= box.height).toBe(true);
    }
  }
  const faults = graph.edges.flatMap(({ id, from, to }) => {
    const way = steps(wayOf(positions[from] as Point, positions[to] as Point, routes[id]));
    const between = places.filter(([other]) => other !== from && other !== to);
    return [
      ...way.filter((step) => step.from.x !== step.to.x && step.from.y !== step.to.y).map(() => `${id} goes askew`),
      ...between.filter(([, at]) => way.some((step) => crosses(step, at))).map(([other]) => `${id} through ${other}`),
      ...(way.every((step) => step.to.x >= step.from.x) ? [] : [`${id} goes back`]),
    ];
  });
  expect(faults).toEqual([]);
});

test('edges of different sources never turn on one another', () => {
  const graph = someGraph(5, 60);
  const { positions, routes } = arrange(graph);
  const turns = graph.edges.flatMap(({ id, from, to }) =>
    steps(wayOf(positions[from] as Point, positions[to] as Point, routes[id]))
      .filter((step) => step.from.x === step.to.x)
      .map((step) => ({
        from,
        to,
        x: step.from.x,
        ys: [step.from.y, step.to.y].toSorted((one, other) => one - other),
      })),
  );
  expect(turns.length).toBeGreaterThan(20);
  const faults = turns.flatMap((one, index) =>
    turns.slice(index + 1).flatMap((other) => {
      const isOne = one.from === other.from || one.to === other.to;
      const apart = (one.ys[1] as number) < (other.ys[0] as number) || (other.ys[1] as number) < (one.ys[0] as number);
      return isOne || apart || Math.abs(one.x - other.x) > 0.5
        ? []
        : [`${one.from} ${one.to}, ${other.from} ${other.to}`];
    }),
  );
  expect(faults).toEqual([]);
});

test('the leaves of a large source stand below each other in their order, each led to', () => {
  const leaves = Array.from({ length: 40 }, (_, index) => `leaf-${index}`);
  const edges = leaves.map((leaf) => edge('source', leaf));
  const { positions, routes } = arrange({ nodes: ['source', ...leaves], edges, ratio: 1 });
  const heights = leaves.map((leaf) => positions[leaf]?.y ?? 0);
  expect(heights).toEqual(heights.toSorted((one, other) => one - other));
  expect(new Set(leaves.map((leaf) => positions[leaf]?.x)).size).toBe(1);
  for (const [index, { id }] of edges.entries()) {
    const bends = routes[id] ?? [];
    expect((bends.at(-1) ?? positions['source'])?.y).toBe(heights[index]);
  }
});

test('an edge whose end was moved finds a way of its own, also back', () => {
  expect(wayOf({ x: 0, y: 0 }, { x: 400, y: 0 })).toHaveLength(2);
  const back = wayOf({ x: 400, y: 0 }, { x: 0, y: 0 });
  for (const step of steps(back)) {
    expect(step.from.x === step.to.x || step.from.y === step.to.y).toBe(true);
    expect(crosses(step, { x: 0, y: 0 }) || crosses(step, { x: 400, y: 0 })).toBe(false);
  }
});

test('a circle and an empty graph are arranged too', () => {
  const { positions } = arrange({
    nodes: ['a', 'b', 'c'],
    edges: [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')],
    ratio: 1,
  });
  expect(Object.keys(positions)).toEqual(['a', 'b', 'c']);
  expect(arrange({ nodes: [], edges: [], ratio: 1 })).toEqual({ positions: {}, routes: {} });
});
