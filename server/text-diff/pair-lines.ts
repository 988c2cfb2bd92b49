import type { ComparedLine } from './compare-texts.ts';

/** A row of the view in two columns. */
export interface PairedLine {
  before: ComparedLine | undefined;
  after: ComparedLine | undefined;
}

/** The lines of a stretch beside each other: what was removed stands beside what came in its place. */
export function pairLines(lines: readonly ComparedLine[]): PairedLine[] {
  const rows: PairedLine[] = [];
  let removed: ComparedLine[] = [];
  let added: ComparedLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      rows.push({ before: removed[index], after: added[index] });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.change === 'removed') removed.push(line);
    else if (line.change === 'added') added.push(line);
    else {
      flush();
      rows.push({ before: line, after: line });
    }
  }
  flush();
  return rows;
}
