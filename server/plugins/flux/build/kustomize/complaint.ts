import { maskText } from '../../../../mask-credentials.ts';

const longest = 1_000;

/** Where kustomize prints what it was given, which may be a Secret: how that reads without it. */
const quotes: readonly (readonly [RegExp, string])[] = [
  [/with config: `[\s\S]*`(?=: )/, 'with its config'],
  [/(unable to parse SM or JSON patch) from \[[\s\S]*\]/, '$1'],
  [
    /literal sources \[[\s\S]*\]: invalid literal source [\s\S]*, expected key=value/,
    'a literal is not of the form key=value',
  ],
  [/: node contents:[\s\S]*$/, ''],
];

/** What kustomize complains of, without the folders of this machine and without what it was given to read. */
export function complaintOf(stderr: string, root: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^# ?Warning/i.test(line));
  const said = ofKubectl(lines.join(' ').slice(0, 100_000))
    .replace(/^Error: /, '')
    .replaceAll(`${root}/`, '')
    .replaceAll(root, '.');
  const text = maskText(quotes.reduce((rest, [quote, instead]) => rest.replace(quote, instead), said)).trim();
  return text === '' ? 'it does not say why.' : text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** kubectl puts the complaint into a line of its log. */
function ofKubectl(said: string): string {
  const quoted = /"command failed" err=("(?:[^"\\]|\\.)*")/.exec(said)?.[1];
  if (quoted === undefined) return said;
  try {
    return String(JSON.parse(quoted));
  } catch {
    // Go quotes some characters in ways of its own.
    return quoted;
  }
}
