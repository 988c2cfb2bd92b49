import { createHash } from 'node:crypto';
import type { LoadedPage, Part } from './page.ts';

interface Piece extends Part {
  /** Equal keys render alike, but for times that the browser keeps ticking anyway. */
  key: string;
}

interface Row {
  id: string;
  model: object;
  key: string;
}

/** A loaded page with what is around it, ready to be rendered or compared with what was sent before. */
export interface Composition {
  page: LoadedPage;
  title: string;
  parts: ReadonlyMap<string, Piece>;
  lists: ReadonlyMap<string, { template: string; rows: readonly Row[] }>;
  /** Two compositions of one shape differ in their parts and rows only. */
  shape: string;
  /** Equal digests look alike to the reader. */
  digest: string;
}

/** Puts a page and the parts around it together. Models are compared as JSON, so they must be plain data. */
export function compose(page: LoadedPage, chrome: Readonly<Record<string, Part>>, title: string): Composition {
  const parts = new Map<string, Piece>();
  for (const [id, part] of Object.entries({ ...chrome, ...page.parts })) {
    parts.set(id, { ...part, key: `${part.template} ${JSON.stringify(part.model)}` });
  }
  const lists = new Map<string, { template: string; rows: Row[] }>();
  for (const [id, list] of Object.entries(page.lists)) {
    const rows = list.rows.map((row) => ({ ...row, key: JSON.stringify(row.model) }));
    lists.set(id, { template: list.template, rows });
  }
  const shape = JSON.stringify([page.template, page.status ?? 200, [...parts.keys()], [...lists.keys()]]);
  const hash = createHash('sha1').update(shape).update(title);
  for (const [id, part] of parts) hash.update(id).update(part.key);
  for (const [id, list] of lists) {
    hash.update(id);
    for (const row of list.rows) hash.update(row.id).update(row.key);
  }
  const shapeHash = createHash('sha1').update(shape).digest('base64url').slice(0, 10);
  return { page, title, parts, lists, shape, digest: `${shapeHash}.${hash.digest('base64url')}` };
}

/** The part of a digest that is the same for compositions of one shape. */
export function shapeOf(digest: string): string {
  return digest.split('.')[0] ?? '';
}

/** What has changed between two compositions of one shape; `rows` are those to render again. */
export interface Changes {
  parts: string[];
  lists: { id: string; rows: string[]; removed: string[]; order: string[] | undefined }[];
}

/** Compares what is shown with what is to be shown. Without `before` everything counts as changed. */
export function changesBetween(before: Composition | undefined, after: Composition): Changes {
  const parts = [...after.parts].filter(([id, part]) => before?.parts.get(id)?.key !== part.key).map(([id]) => id);
  const lists: Changes['lists'] = [];
  for (const [id, list] of after.lists) {
    const shown = before?.lists.get(id)?.rows ?? [];
    const keys = new Map(shown.map((row) => [row.id, row.key]));
    const rows = list.rows.filter((row) => keys.get(row.id) !== row.key).map((row) => row.id);
    const wanted = new Set(list.rows.map((row) => row.id));
    const removed = shown.filter((row) => !wanted.has(row.id)).map((row) => row.id);
    const sameOrder =
      before !== undefined &&
      shown.length === list.rows.length &&
      shown.every((row, index) => row.id === list.rows[index]?.id);
    if (rows.length === 0 && removed.length === 0 && sameOrder) continue;
    lists.push({ id, rows, removed, order: sameOrder ? undefined : list.rows.map((row) => row.id) });
  }
  return { parts, lists };
}
