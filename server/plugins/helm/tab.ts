import { SluiceError } from '../../errors.ts';
import type { PageRequest, Part } from '../../web/page.ts';
import type { ReleaseSeen } from './release-seen.ts';
import type { StoredRevision } from './storage.ts';

/** What a view is made from. */
export interface TabInput {
  request: PageRequest;
  seen: ReleaseSeen;
  /** The revision the page is about. */
  stored: StoredRevision;
  /** The page below the cluster. */
  path: string;
}

/** The number of a revision in the query. Throws invalid naming the field. */
export function revisionFrom(query: URLSearchParams, field: string): number | undefined {
  const asked = query.get(field);
  if (asked === null || asked === '') return undefined;
  if (/^[1-9]\d{0,8}$/.test(asked)) return Number(asked);
  throw new SluiceError('invalid', `“${asked.slice(0, 40)}” is no number of a revision.`, { field });
}

/** What stands in place of a revision that is damaged or too large; other failures are thrown. */
export function unreadable(thrown: unknown): Part {
  if (!(thrown instanceof SluiceError) || (thrown.kind !== 'failed' && thrown.kind !== 'too_large')) throw thrown;
  return { template: 'helm/unreadable.njk', model: { text: thrown.message } };
}
