const mask = '***';

/** Shorter texts stand in too many places that have nothing to do with the secret. */
const shortestHidden = 6;
/** Longer ones are not looked for with their lines indented: the pattern would be too large. */
const longestIndented = 50_000;

/**
 * Makes a function that hides these values wherever they turn up in a text: as they are, in base64, escaped for JSON or for an
 * address, and with their lines indented as within YAML. Values of fewer than six characters are not looked for.
 */
export function hideValues(values: Iterable<string>): (text: string) => string {
  const longestFirst = [...new Set(values)]
    .filter((value) => value.length >= shortestHidden)
    .toSorted((one, other) => other.length - one.length);
  const sought = longestFirst.flatMap(writtenWays);
  return (text) => sought.reduce<string>((shown, value) => shown.replaceAll(value, mask), text);
}

/** How a value may stand in a text. */
function writtenWays(value: string): (string | RegExp)[] {
  const trimmed = value.trim();
  const ways = new Set(
    [value, ...(trimmed.length >= shortestHidden ? [trimmed] : [])].flatMap((text) => [
      text,
      Buffer.from(text).toString('base64'),
      JSON.stringify(text).slice(1, -1),
      encodeURIComponent(text.toWellFormed()),
    ]),
  );
  if (!trimmed.includes('\n') || trimmed.length > longestIndented) return [...ways];
  const lines = trimmed.split('\n').flatMap((line) => {
    const text = line.trim().replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
    return text === '' ? [] : [text];
  });
  return [...ways, new RegExp(lines.join(String.raw`[^\S\n]*\n\s*`), 'g')];
}
