import { diffWordsWithSpace } from 'diff';

/** From one character of a line up to another, which is not part of it. */
export interface Range {
  from: number;
  to: number;
}

/** Which parts of a line and of the line that came in its place are different. */
export interface ChangedWords {
  before: Range[];
  after: Range[];
}

/** Longer lines are shown without marks: their words would take too long to tell apart. */
const longestLine = 400;
/** Lines that share less than this have nothing to do with each other, and marks would only be noise. */
const leastInCommon = 0.3;

const nothing: ChangedWords = { before: [], after: [] };

/** Tells the words of two lines apart; no ranges where the lines have little in common. */
export function changedWords(before: string, after: string): ChangedWords {
  if (before.length > longestLine || after.length > longestLine) return nothing;
  const ranges: ChangedWords = { before: [], after: [] };
  let [left, right, common] = [0, 0, 0];
  for (const { value, added, removed } of diffWordsWithSpace(before, after)) {
    if (added) ranges.after.push({ from: right, to: (right += value.length) });
    else if (removed) ranges.before.push({ from: left, to: (left += value.length) });
    else {
      left += value.length;
      right += value.length;
      common += value.trim().length;
    }
  }
  const longer = Math.max(before.trim().length, after.trim().length);
  return common < longer * leastInCommon ? nothing : ranges;
}

/** HTML of a line with `<mark>` around ranges of its text. Tags in it are closed before and opened after as they stand. */
export function withMarks(html: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return html;
  let marked = '';
  let open = false;
  let position = 0;
  const toggle = (wanted: boolean) => {
    if (wanted !== open) marked += wanted ? '<mark>' : '</mark>';
    open = wanted;
  };
  for (const [token] of html.matchAll(/<[^>]*>|&[#\w]+;|[\s\S]/g)) {
    if (token.length > 1 && token.startsWith('<')) {
      toggle(false);
      marked += token;
      continue;
    }
    toggle(ranges.some(({ from, to }) => position >= from && position < to));
    marked += token;
    position += 1;
  }
  toggle(false);
  return marked;
}
