/** One line of the report: what, what it may be, what it is, and what the same costs without Sluice. */
interface Row {
  what: string;
  budget: string;
  measured: string;
  beside: string;
  /** Undefined where there is no budget. */
  within: boolean | undefined;
}

export interface Report {
  row(row: Row): void;
  /** A remark between the rows: what runs, what the machine does. */
  note(text: string): void;
  rows(): readonly Row[];
}

/** Prints rows as they come, so that a long run shows something, and keeps them. */
export function createReport(write: (line: string) => void): Report {
  const rows: Row[] = [];
  return {
    row(row) {
      rows.push(row);
      const mark = row.within === undefined ? ' ' : row.within ? '✔' : '✗';
      write(
        `${mark} ${row.what.padEnd(58)} budget ${row.budget.padEnd(16)} measured ${row.measured.padEnd(34)} beside: ${row.beside}`,
      );
    },
    note(text) {
      write(`  ${text}`);
    },
    rows: () => rows,
  };
}
