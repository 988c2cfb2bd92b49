/** One page of rows, and where it stands. */
interface PageOf<Row> {
  rows: Row[];
  total: number;
  /** Rows before the first one of the page. */
  before: number;
  /** From 1 on. */
  page: number;
  pages: number;
}

/** One page of so many rows. A page beyond the last one is the last one: rows may have gone since the link was made. */
export function pageOf<Row>(all: readonly Row[], asked: number, size: number): PageOf<Row> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(asked, pages);
  const before = (page - 1) * size;
  return { rows: all.slice(before, before + size), total: all.length, before, page, pages };
}
