const mask = '***';

/** Shorter texts stand in too many places that have nothing to do with the secret. */
const shortestHidden = 6;

/**
 * Makes a function that hides these values wherever they turn up in a text, as they are or in base64. Values of fewer than
 * six characters are not looked for.
 */
export function hideValues(values: Iterable<string>): (text: string) => string {
  const longestFirst = [...new Set(values)]
    .filter((value) => value.length >= shortestHidden)
    .toSorted((one, other) => other.length - one.length);
  const sought = longestFirst.flatMap((value) => [value, Buffer.from(value).toString('base64')]);
  return (text) => sought.reduce((shown, value) => shown.replaceAll(value, mask), text);
}
