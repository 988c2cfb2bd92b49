/** The number of letters to insert, drop, replace or swap to get from one word to the other. */
function distance(from: string, to: string): number {
  let previous: number[] = [];
  let current = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const beforePrevious = previous;
    previous = current;
    current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? (beforePrevious[column - 2] ?? 0) + 1
          : Infinity;
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced, swapped));
    }
  }
  return current[to.length] ?? 0;
}

/** The known word most like `word`, if one is alike enough that it may have been meant. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of known) {
    const far = distance(lower, candidate.toLowerCase());
    if (best === undefined || far < best.distance) best = { candidate, distance: far };
  }
  if (best === undefined || best.distance > Math.max(1, Math.floor(word.length / 3))) return undefined;
  return best.candidate;
}
