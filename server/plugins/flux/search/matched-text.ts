import type { Entry } from '../../../kube/cluster.ts';
import type { SearchTerm } from '../filter.ts';
import type { FluxSummary } from '../summary.ts';

/** Why an object was found that does not bear the word in its name: the field, and the text around the word. */
export interface MatchedText {
  field: string;
  text: string;
}

const around = 60;

/** The first field in which a word stands that is in neither name nor namespace; undefined when all of them are. */
export function matchedText(
  { key, object, summary }: Entry<FluxSummary>,
  terms: readonly SearchTerm[],
): MatchedText | undefined {
  const word = terms.find(({ not, parts }) => !not && !parts.every((part) => key.includes(part)))?.parts.find(Boolean);
  if (word === undefined) return undefined;
  const fields: [string, string | undefined][] = [
    ['because', summary.because],
    ['message', summary.message],
    ['revision', summary.revision.applied],
    ['wanted revision', summary.revision.attempted],
    ['source', summary.source?.name],
    ['reason', summary.reason],
    ['suspended', [summary.suspension?.by, summary.suspension?.reason].filter(Boolean).join(': ')],
    ...Object.entries(summary.columns),
    ...Object.entries(object.metadata.labels ?? {}).map(([label, value]): [string, string] => [
      'label',
      `${label}=${value}`,
    ]),
  ];
  for (const [field, value] of fields) {
    const text = value?.replaceAll(/\s+/g, ' ');
    const at = text?.toLowerCase().indexOf(word) ?? -1;
    if (text !== undefined && at !== -1) return { field, text: excerpt(text, at, word.length) };
  }
  return undefined;
}

function excerpt(text: string, at: number, length: number): string {
  const from = text.length <= 2 * around ? 0 : Math.max(0, at - around);
  const to = text.length <= 2 * around ? text.length : at + length + around;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
