import { structuredPatch } from 'diff';

/** A line of a comparison; numbers count from 1, in the text that has the line. */
export interface ComparedLine {
  change: 'same' | 'removed' | 'added';
  before: number | undefined;
  after: number | undefined;
  text: string;
}

/** Two texts compared: stretches of changed lines with three lines around them. */
export interface Comparison {
  added: number;
  removed: number;
  stretches: ComparedLine[][];
  /** They differ too much, or are too long, to be compared line by line within the time there is. */
  tooDifferent: boolean;
}

const context = 3;
const usualPatience = 1_500;
/** Longer texts would hold up every other page; nobody reads a comparison of them on a page. */
const longest = 1_000_000;

/** Compares line by line, for so many milliseconds at most. */
export function compareTexts(before: string, after: string, patience = usualPatience): Comparison {
  const patch =
    before.length + after.length > longest || patience <= 0
      ? undefined
      : structuredPatch('before', 'after', before, after, '', '', { context, timeout: patience });
  if (patch === undefined) return { added: 0, removed: 0, stretches: [], tooDifferent: true };
  const comparison: Comparison = { added: 0, removed: 0, stretches: [], tooDifferent: false };
  for (const hunk of patch.hunks) {
    let [left, right] = [hunk.oldStart, hunk.newStart];
    const lines: ComparedLine[] = [];
    for (const line of hunk.lines) {
      const text = line.slice(1);
      if (line.startsWith('\\')) continue;
      if (line.startsWith('-')) lines.push({ change: 'removed', before: left++, after: undefined, text });
      else if (line.startsWith('+')) lines.push({ change: 'added', before: undefined, after: right++, text });
      else lines.push({ change: 'same', before: left++, after: right++, text });
    }
    comparison.added += lines.filter(({ change }) => change === 'added').length;
    comparison.removed += lines.filter(({ change }) => change === 'removed').length;
    comparison.stretches.push(lines);
  }
  return comparison;
}

/** How many lines a comparison shows. */
export function linesOf({ stretches }: Comparison): number {
  return stretches.reduce((sum, stretch) => sum + stretch.length, 0);
}
