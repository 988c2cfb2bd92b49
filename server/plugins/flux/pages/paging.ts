import { pageOf } from '../page-of.ts';
import { SluiceError } from '../../../errors.ts';

/** What the pager below rows says; the shape that views/components/table.njk takes. */
interface PagesView {
  from: number;
  to: number;
  total: number;
  previousHref?: string;
  nextHref?: string;
}

/** The rows of one page, the number of rows before them, and the pager (none where everything fits on one page). */
interface Paged<Row> {
  shown: readonly Row[];
  before: number;
  pages: PagesView | undefined;
}

/** The page a query asks for, from 1 on. Throws invalid for what is no such number. */
export function pageNumber(query: URLSearchParams): number {
  const page = query.get('page') ?? '1';
  if (/^[1-9]\d{0,4}$/.test(page)) return Number(page);
  throw new SluiceError('invalid', 'A page is a number from 1 on.', { field: 'page' });
}

/** One page of rows. A page beyond the last one is the last one: rows may have gone since the link was made. */
export function paged<Row>(
  rows: readonly Row[],
  { asked, size, hrefOf }: { asked: number; size: number; hrefOf: (page: number) => string },
): Paged<Row> {
  const { rows: shown, total, before, page, pages } = pageOf(rows, asked, size);
  if (pages === 1) return { shown, before, pages: undefined };
  return {
    shown,
    before,
    pages: {
      from: before + 1,
      to: before + shown.length,
      total,
      ...(page > 1 && { previousHref: hrefOf(page - 1) }),
      ...(page < pages && { nextHref: hrefOf(page + 1) }),
    },
  };
}
