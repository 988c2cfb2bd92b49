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
  const ways = [...new Set(longestFirst.flatMap(writtenWays))];
  const findWays = ways.length > fewWays ? findMany(ways) : findFew(ways);
  const blocks = longestFirst.map(linesOf).filter(({ length }) => length > 1 && length <= mostLines);
  return (text) => {
    if (text.length < shortestHidden) return text;
    return covered(text, [...findWays(text), ...blocks.flatMap((lines) => findLines(text, lines))]);
  };
}

/** A part of a text, up to `to`, which is not part of it. */
interface Span {
  from: number;
  to: number;
}

/** The text with the mask in place of these parts; values may overlap, and one may hold another. */
function covered(text: string, spans: readonly Span[]): string {
  let shown = '';
  let taken = 0;
  for (const { from, to } of spans.toSorted((one, other) => one.from - other.from)) {
    if (from >= taken) shown += text.slice(taken, from) + mask;
    taken = Math.max(taken, to);
  }
  return taken === 0 ? text : shown + text.slice(taken);
}

/** So many texts are looked for one after the other; more of them at once. */
const fewWays = 40;

function findFew(ways: readonly string[]): (text: string) => Span[] {
  return (text) =>
    ways.flatMap((way) => {
      const spans: Span[] = [];
      for (let from = text.indexOf(way); from !== -1; from = text.indexOf(way, from + way.length))
        spans.push({ from, to: from + way.length });
      return spans;
    });
}

/** Goes through a text once, however many ways there are: what could begin at a place is found by its first characters. */
function findMany(ways: readonly string[]): (text: string) => Span[] {
  const longestFirst = ways.toSorted((one, other) => other.length - one.length);
  const byBeginning = Map.groupBy(longestFirst, (way) => way.slice(0, shortestHidden));
  return (text) => {
    const spans: Span[] = [];
    for (let from = 0; from + shortestHidden <= text.length; from += 1) {
      const candidates = byBeginning.get(text.slice(from, from + shortestHidden));
      const found = candidates?.find((way) => text.startsWith(way, from));
      if (found !== undefined) spans.push({ from, to: from + found.length });
    }
    return spans;
  };
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

/** Where these lines follow one another, however they are indented. */
function findLines(text: string, lines: readonly string[]): Span[] {
  const [first = '', ...rest] = lines;
  const spans: Span[] = [];
  let from = text.indexOf(first);
  while (from !== -1) {
    const to = endOfLines(text, from + first.length, rest);
    if (to !== undefined) spans.push({ from, to });
    from = text.indexOf(first, to ?? from + 1);
  }
  return spans;
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
