const mask = '***';

/** Shorter texts stand in too many places that have nothing to do with the secret. */
const shortestHidden = 6;
/** Values of more lines are not looked for with their lines indented: that takes the time of lines and text together. */
const mostLines = 500;

/**
 * Makes a function that hides these values wherever they turn up in a text: as they are, in base64, escaped for JSON or for an
 * address, and with their lines indented as within YAML. Values of fewer than six characters are not looked for.
 */
export function hideValues(values: Iterable<string>): (text: string) => string {
  const longestFirst = [...new Set(values)]
    .filter((value) => value.length >= shortestHidden)
    .toSorted((one, other) => other.length - one.length);
  const sought = longestFirst.map((value) => ({ ways: writtenWays(value), lines: linesOf(value) }));
  return (text) =>
    sought.reduce((shown, { ways, lines }) => {
      const hidden = ways.reduce((rest, way) => rest.replaceAll(way, mask), shown);
      return lines.length > 1 && lines.length <= mostLines ? withoutLines(hidden, lines) : hidden;
    }, text);
}

/** How a value may stand in a text as one piece. */
function writtenWays(value: string): string[] {
  const trimmed = value.trim();
  const ways = [value, ...(trimmed.length >= shortestHidden ? [trimmed] : [])].flatMap((text) => [
    text,
    Buffer.from(text).toString('base64'),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
  ]);
  return [...new Set(ways)];
}

function linesOf(value: string): string[] {
  if (!value.includes('\n') || value.trim().length < shortestHidden) return [];
  return value.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

/** The text with the mask wherever these lines follow one another, however they are indented. */
function withoutLines(text: string, lines: readonly string[]): string {
  const [first = '', ...rest] = lines;
  let shown = '';
  let taken = 0;
  for (let at = text.indexOf(first); at !== -1; at = text.indexOf(first, Math.max(at + 1, taken))) {
    const end = endOfLines(text, at + first.length, rest);
    if (end === undefined) continue;
    shown += text.slice(taken, at) + mask;
    taken = end;
  }
  return shown + text.slice(taken);
}

const blank = /\s*/y;

/** Where the last of these lines ends, each following on a line of its own; undefined where they do not. */
function endOfLines(text: string, from: number, lines: readonly string[]): number | undefined {
  let at = from;
  for (const line of lines) {
    blank.lastIndex = at;
    const between = blank.exec(text)?.[0] ?? '';
    at += between.length;
    if (!between.includes('\n') || !text.startsWith(line, at)) return undefined;
    at += line.length;
  }
  return at;
}
