/** How many single-letter edits turn one word into another, or more than `most`. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[other.length] ?? most + 1;
}

/**
 * The names closest to what was typed, at most `limit`; only when at most a third of the letters differ.
 * Looks at one word, so a search of several is answered with none.
 */
export function nearNames(typed: string, names: Iterable<string>, limit = 3): string[] {
  const word = typed.trim().toLowerCase();
  if (word.length < 3 || word.length > 63 || /\s/.test(word)) return [];
  const most = Math.max(1, Math.floor(word.length / 3));
  const found: { name: string; away: number }[] = [];
  for (const name of names) {
    const away = distance(word, name.toLowerCase(), most);
    if (away <= most) found.push({ name, away });
  }
  return found
    .toSorted((one, other) => one.away - other.away || (one.name < other.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}
