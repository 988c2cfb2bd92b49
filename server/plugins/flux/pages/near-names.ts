/** No name is longer by more than these edits than a word of 63 letters, so one pair of rows serves all. */
const longest = 80;
const mostEdits = 4;
let above = new Uint8Array(longest);
let row = new Uint8Array(longest);

/**
 * How many single-letter edits turn one word into another, or more than `most`. Only what lies within `most` of the
 * diagonal is worked out, and a pair of words that is too far apart is given up at once: ten thousand names take
 * a few milliseconds.
 */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  for (let j = 0; j <= other.length; j += 1) row[j] = j;
  for (let i = 1; i <= one.length; i += 1) {
    [above, row] = [row, above];
    const from = Math.max(1, i - most);
    const to = Math.min(other.length, i + most);
    row[from - 1] = from === 1 ? i : most + 1;
    let best = row[from - 1] ?? 0;
    const letter = one.charCodeAt(i - 1);
    for (let j = from; j <= to; j += 1) {
      const changed = (above[j - 1] ?? 0) + (letter === other.charCodeAt(j - 1) ? 0 : 1);
      const removed = j === i + most ? most + 1 : (above[j] ?? 0) + 1;
      const added = (row[j - 1] ?? 0) + 1;
      const edits = Math.min(changed, removed, added);
      row[j] = edits;
      if (edits < best) best = edits;
    }
    if (best > most) return most + 1;
  }
  return row[other.length] ?? most + 1;
}

interface Near {
  name: string;
  away: number;
}

function closestFirst(one: Near, other: Near): number {
  return one.away - other.away || (one.name < other.name ? -1 : 1);
}

/**
 * The names closest to what was typed, at most `limit`; only when at most a third of the letters differ, and no more
 * than four. Names may come more than once. Looks at one word, so a search of several is answered with none.
 */
export function nearNames(typed: string, names: Iterable<string>, limit = 3): string[] {
  const word = typed.trim().toLowerCase();
  if (word.length < 3 || word.length > 63 || /\s/.test(word)) return [];
  let most = Math.min(mostEdits, Math.max(1, Math.floor(word.length / 3)));
  let found: Near[] = [];
  for (const name of names) {
    const away = distance(word, name.toLowerCase(), most);
    if (away > most || found.some((near) => near.name === name)) continue;
    found.push({ name, away });
    if (found.length <= limit) continue;
    found = found.toSorted(closestFirst).slice(0, limit);
    // Only what is as close as the last of them can still take its place.
    most = found.at(-1)?.away ?? most;
  }
  return found.toSorted(closestFirst).map(({ name }) => name);
}
