import type { Logger } from 'pino';
import type { SluiceError } from '../errors.ts';
import { asSluiceError } from '../errors.ts';
import type { Composition } from './composition.ts';
import { changesBetween } from './composition.ts';
import { errorPage } from './error-page.ts';
import type { PageHost, Visit } from './page-host.ts';
import type { MatchedPage } from './page-routes.ts';

interface Replacement {
  id: string;
  html: string;
}

/** What an open page is sent: only what differs from what it shows. `from` is the digest it must show for that. */
export interface PageUpdate {
  from: string | undefined;
  digest: string;
  title: string;
  parts: Replacement[];
  /** Per list: rows to put in place of their namesakes or to add, ids to take away, and the order of all when it changed. */
  lists: { id: string; rows: Replacement[]; removed: string[]; order: string[] | undefined }[];
}

/** What happened to the page that a room shows. */
type RoomNews =
  | { type: 'same' }
  | { type: 'update'; update: PageUpdate }
  /** The page is made up differently now (it was deleted, forbidden, came into being): it must be fetched again. */
  | { type: 'reload' };

/** All browsers with one page open, for one identity: loaded and rendered once for all of them. */
export interface LiveRoom {
  readonly key: string;
  readonly visit: Visit;
  /** What is shown now; undefined until the first refresh. */
  readonly shown: Composition | undefined;
  /** Loads the page again (or only what is around it) and tells what has changed since the last time. Never throws. */
  refresh(what: 'page' | 'surroundings'): Promise<RoomNews>;
  /** Everything, for a page that shows something else than the digest it should. */
  snapshot(): PageUpdate | undefined;
}

interface RoomOptions {
  key: string;
  matched: MatchedPage;
  visit: Visit;
  host: PageHost;
  logger: Logger;
}

/** Errors that are the page's state and not an accident: they are shown instead of it. */
const standing = new Set<SluiceError['kind']>(['forbidden', 'not_found', 'invalid', 'unauthenticated']);

/** A room for one page. Accidents (the API server is gone, a mistake of ours) keep the last facts on the page. */
export function createLiveRoom({ key, matched, visit, host, logger }: RoomOptions): LiveRoom {
  let shown: Composition | undefined;

  async function load(what: 'page' | 'surroundings'): Promise<Composition | undefined> {
    try {
      if (what === 'surroundings' && shown !== undefined) return await host.surround(shown.page, visit);
      return await host.load(matched, visit.identity, visit.url, { isOpen: true });
    } catch (thrown) {
      const error = asSluiceError(thrown);
      if (error.kind === 'internal')
        logger.error({ err: thrown, url: visit.url }, 'A live page could not be refreshed.');
      if (shown !== undefined && !standing.has(error.kind)) return undefined;
      return host.surround(errorPage(error, visit.identity, 'live', visit.cluster.self), visit);
    }
  }

  function updateBetween(before: Composition | undefined, after: Composition): PageUpdate {
    const changes = changesBetween(before, after);
    return {
      from: before?.digest,
      digest: after.digest,
      title: after.title,
      parts: changes.parts.map((id) => ({ id, html: host.renderPart(after, id, visit) })),
      lists: changes.lists.map((list) => ({
        ...list,
        rows: list.rows.map((id) => ({ id, html: host.renderRow(after, list.id, id, visit) })),
      })),
    };
  }

  return {
    key,
    visit,
    get shown() {
      return shown;
    },
    async refresh(what) {
      try {
        const before = shown;
        const after = await load(what);
        if (after === undefined || after.digest === before?.digest) return { type: 'same' };
        const update = before?.shape === after.shape ? updateBetween(before, after) : undefined;
        shown = after;
        if (before === undefined) return { type: 'same' };
        return update === undefined ? { type: 'reload' } : { type: 'update', update };
      } catch (error) {
        logger.error({ err: error, url: visit.url }, 'A live page could not be rendered.');
        return { type: 'same' };
      }
    },
    snapshot() {
      return shown && updateBetween(undefined, shown);
    },
  };
}
