type Matcher = (character: string) => boolean;

/** One step of a pattern: a single character of some kind, or any number of them. */
type Step = 'any' | Matcher;

/**
 * Compiles a shell pattern of `*`, `?`, `[a-z]`, `[^a-z]` and `\`; undefined where it is none. Unlike in file names, `*` and
 * `?` stand for slashes too.
 */
function compile(pattern: readonly string[]): Step[] | undefined {
  const steps: Step[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      if (steps.at(-1) !== 'any') steps.push('any');
    } else if (character === '?') steps.push(() => true);
    else if (character === '\\') {
      at += 1;
      const literal = pattern[at];
      if (literal === undefined) return undefined;
      steps.push((each) => each === literal);
    } else if (character === '[') {
      const range = compileClass(pattern, at + 1);
      if (range === undefined) return undefined;
      steps.push(range.matches);
      at = range.end;
    } else steps.push((each) => each === character);
  }
  return steps;
}

function compileClass(pattern: readonly string[], from: number): { matches: Matcher; end: number } | undefined {
  const negated = pattern[from] === '^';
  const ranges: [string, string][] = [];
  let at = negated ? from + 1 : from;
  const bound = (): string | undefined => {
    let character = pattern[at];
    if (character === undefined || character === '-' || character === ']') return undefined;
    if (character === '\\') {
      at += 1;
      character = pattern[at];
    }
    at += 1;
    return at < pattern.length ? character : undefined;
  };
  while (pattern[at] !== ']' || ranges.length === 0) {
    const low = bound();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (pattern[at] === '-') {
      at += 1;
      high = bound();
    }
    if (high === undefined) return undefined;
    ranges.push([low, high]);
  }
  const within = (character: string) => {
    const code = character.codePointAt(0) ?? 0;
    return ranges.some(([low, high]) => (low.codePointAt(0) ?? 0) <= code && code <= (high.codePointAt(0) ?? 0));
  };
  return { matches: (character) => within(character) !== negated, end: at };
}

/** For each length of a beginning of `text`, whether the pattern stands for it: one pass, whatever the pattern. */
function matchingLengths(steps: readonly Step[], text: readonly string[]): boolean[] {
  let reached = new Set([0]);
  const follow = (states: Set<number>): Set<number> => {
    for (const state of states) if (steps[state] === 'any') states.add(state + 1);
    return states;
  };
  follow(reached);
  const lengths = [reached.has(steps.length)];
  for (const character of text) {
    const next = new Set<number>();
    for (const state of reached) {
      const step = steps[state];
      if (step === 'any') next.add(state);
      else if (step?.(character)) next.add(state + 1);
    }
    reached = follow(next);
    lengths.push(reached.has(steps.length));
  }
  return lengths;
}

/**
 * `text` without its shortest or longest beginning (or end) that `pattern` stands for. Nothing is taken away where nothing
 * matches, where only the empty text does, or where the pattern is none.
 */
export function withoutMatch(text: string, pattern: string, where: { end: boolean; longest: boolean }): string {
  const characters = Array.from(text);
  const signs = Array.from(pattern);
  if (where.end) {
    characters.reverse();
    // The pattern is read backwards too, ranges and escapes as well: what Flux' library does.
    signs.reverse();
  }
  const steps = compile(signs);
  if (steps === undefined) return text;
  const lengths = matchingLengths(steps, characters);
  const length = where.longest ? lengths.lastIndexOf(true) : lengths.indexOf(true, 1);
  if (length < 1) return text;
  const rest = characters.slice(length);
  return (where.end ? rest.toReversed() : rest).join('');
}
