import { SluiceError } from '../errors.ts';
import { highlightYaml } from '../highlight-yaml.ts';
import { changedWords, withMarks } from './changed-words.ts';
import type { Range } from './changed-words.ts';
import type { ComparedLine, Comparison } from './compare-texts.ts';
import { pairLines } from './pair-lines.ts';

/** Longer comparisons are shown without colours of the language: they would hold up every other page. */
export const mostHighlighted = 2_000;

/** In two columns, or one line below the other. */
export type DiffView = 'split' | 'unified';

/** What `?view=` asks for. Throws invalid with the views there are. */
export function diffViewOf(asked: string | null): DiffView {
  if (asked === null || asked === 'split') return 'split';
  if (asked === 'unified') return 'unified';
  throw new SluiceError('invalid', `There is no view “${asked.slice(0, 40)}” of a comparison.`, {
    field: 'view',
    wayOut: 'The views are split and unified.',
  });
}

interface CellView {
  change: 'same' | 'removed' | 'added' | 'none';
  /** Empty where there is no line. */
  number: number | '';
  html: string;
}

/** A comparison as `components/diff.njk` draws it. `colour`: with the colours of YAML and changed words marked. */
export function comparisonView(comparison: Comparison, view: DiffView, colour: boolean) {
  const { added, removed, stretches, tooDifferent } = comparison;
  return {
    added,
    removed,
    tooDifferent,
    stretches: stretches.map((lines) => ({
      rows: view === 'unified' ? unifiedRows(lines, colour) : splitRows(lines, colour),
    })),
  };
}

function unifiedRows(lines: readonly ComparedLine[], colour: boolean) {
  const marks = new Map<ComparedLine, Range[]>();
  for (const { before, after } of colour ? pairLines(lines) : []) {
    if (before === undefined || after === undefined || before === after) continue;
    const words = changedWords(before.text, after.text);
    marks.set(before, words.before);
    marks.set(after, words.after);
  }
  return lines.map((line) => ({
    change: line.change,
    before: line.before ?? '',
    after: line.after ?? '',
    html: htmlOf(line.text, colour, marks.get(line)),
  }));
}

function splitRows(lines: readonly ComparedLine[], colour: boolean) {
  return pairLines(lines).map(({ before, after }) => {
    const isPair = colour && before !== undefined && after !== undefined && before !== after;
    const words = isPair ? changedWords(before.text, after.text) : undefined;
    return {
      before: cellOf(before, before?.before, colour, words?.before),
      after: cellOf(after, after?.after, colour, words?.after),
    };
  });
}

function cellOf(
  line: ComparedLine | undefined,
  number: number | undefined,
  colour: boolean,
  marks: readonly Range[] | undefined,
): CellView {
  if (line === undefined) return { change: 'none', number: '', html: '' };
  return { change: line.change, number: number ?? '', html: htmlOf(line.text, colour, marks) };
}

/** A line as HTML, escaped. */
function htmlOf(text: string, colour: boolean, marks: readonly Range[] = []): string {
  const coloured = colour ? highlightYaml(text) : undefined;
  if (coloured !== undefined) return withMarks(coloured, marks);
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
