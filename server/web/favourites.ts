import type { IncomingHttpHeaders } from 'node:http';
import { SluiceError } from '../errors.ts';
import type { Identity } from '../kube/identity.ts';
import type { Services } from '../services.ts';
import { createPageRoutes } from './page-routes.ts';

/** A page somebody wants at hand; kept in a cookie, so that it works without script and the server keeps nothing. */
export interface Favourite {
  /** Path and query without the base path; the cluster's name is part of it. */
  path: string;
  /** As given by its owner; empty for an object, which is named by what it is. */
  name: string;
}

/** A favourite as it is now. */
interface FavouriteView extends Favourite {
  href: string;
  label: string;
  icon: string;
  /** Of the object; empty for other pages, and while it is not known. */
  state: string;
  /** Why it leads nowhere, in words: deleted, hidden. Empty when all is well. */
  problem: string;
  current: boolean;
}

/** The star in the bar. */
interface StarView {
  on: boolean;
  path: string;
  /** The object's name; empty for other pages, which are given a name when they are kept. */
  label: string;
  suggestion: string;
}

/** What the frame of a page shows of favourites. */
export interface FavouritesView {
  action: string;
  items: FavouriteView[];
  star: StarView | undefined;
}

export const favouritesCookie = 'sluice-favourites';

const mostFavourites = 20;
const longestName = 60;
const longestPath = 600;
/** Browsers drop a cookie of more than 4,096 bytes, and servers refuse long headers. */
const largestCookie = 3_500;

/** The favourites in a request's cookie; whatever cannot be read counts as none. */
export function favouritesOf(headers: IncomingHttpHeaders): Favourite[] {
  const cookie = headers.cookie?.split(';').find((part) => part.trim().startsWith(`${favouritesCookie}=`));
  const text = cookie?.trim().slice(favouritesCookie.length + 1) ?? '';
  if (text === '' || text.length > 2 * largestCookie) return [];
  try {
    const listed: unknown = JSON.parse(decodeURIComponent(text));
    return Array.isArray(listed) ? listed.flatMap(favouriteFrom).slice(0, mostFavourites) : [];
  } catch {
    // A cookie comes from anywhere; one that is not ours is no reason to show no page.
    return [];
  }
}

function favouriteFrom(value: unknown): Favourite[] {
  const [path, name]: unknown[] = Array.isArray(value) ? value : [];
  if (typeof path !== 'string' || typeof name !== 'string') return [];
  if (!isOwnPath(path) || path.length > longestPath) return [];
  return [{ path, name: name.slice(0, longestName) }];
}

/** Whether a path stays on this site, whatever a browser makes of it. */
function isOwnPath(path: string): boolean {
  const base = 'http://sluice.invalid';
  return /^\/(?![/\\])[^\\\s]*$/.test(path) && URL.canParse(path, base) && new URL(path, base).origin === base;
}

/** The cookie's value. Throws too_large when the favourites are more than it holds. */
export function favouritesText(favourites: readonly Favourite[]): string {
  const text = JSON.stringify(favourites.map(({ path, name }) => [path, name]));
  if (favourites.length > mostFavourites || encodeURIComponent(text).length > largestCookie) {
    throw new SluiceError('too_large', `There is room for ${mostFavourites} favourites, fewer with long addresses.`, {
      wayOut: 'Take one away first.',
    });
  }
  return text;
}

/** The list with a page added at its end, or given a new name. Throws invalid for a path of another site. */
export function withFavourite(favourites: readonly Favourite[], { path, name }: Favourite): Favourite[] {
  if (!isOwnPath(path) || path.length > longestPath) {
    throw new SluiceError(
      'invalid',
      'Only a page of this site can be a favourite, with an address that is not too long.',
      {
        field: 'path',
      },
    );
  }
  const favourite = { path, name: name.trim().slice(0, longestName) };
  const known = favourites.findIndex((each) => each.path === path);
  return known === -1 ? [...favourites, favourite] : favourites.with(known, favourite);
}

/** The favourites as they are now, and the star of the page `at`; `title` is that page's own, undefined where it has no star. */
export async function favouritesView(
  { clusters, config, plugins }: Pick<Services, 'clusters' | 'config' | 'plugins'>,
  favourites: readonly Favourite[],
  identity: Identity,
  at: string,
  title: string | undefined,
): Promise<FavouritesView> {
  const { clusterOf } = createPageRoutes([], clusters);

  async function subjectOf(path: string) {
    try {
      const { cluster, path: own } = clusterOf(path.split('?')[0] ?? '');
      const subject = await plugins.describe(cluster, identity, own);
      return subject && { ...subject, prefix: cluster === clusters.default ? '' : `${cluster.name}: ` };
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      return { label: path, icon: 'i-star', state: '', problem: error.message, prefix: '' };
    }
  }

  const items = await Promise.all(
    favourites.map(async ({ path, name }): Promise<FavouriteView> => {
      const subject = await subjectOf(path);
      return {
        path,
        name,
        href: `${config.basePath}${path}`,
        label: name === '' ? `${subject?.prefix ?? ''}${subject?.label ?? path}` : name,
        icon: subject?.icon ?? 'i-filter',
        state: subject?.state ?? '',
        problem: subject?.problem ?? '',
        current: path === at || (subject !== undefined && path === pathOf(at)),
      };
    }),
  );
  const known = items.find((item) => item.current);
  const here = title === undefined ? undefined : await subjectOf(at);
  const label = here === undefined || here.problem !== '' ? '' : here.label;
  return {
    action: `${config.basePath}/favourites`,
    items,
    star:
      title === undefined && known === undefined
        ? undefined
        : {
            on: known !== undefined,
            path: known?.path ?? (label === '' ? at : pathOf(at)),
            label: known?.label ?? label,
            suggestion: suggestionOf(title ?? '', at),
          },
  };
}

/** What does not tell one view of a page from another in words. */
const unspoken = new Set(['sort', 'page', 'group']);

/** A name for a view: its page and what it is filtered by. */
function suggestionOf(title: string, at: string): string {
  const filters = [...new URLSearchParams(at.slice(pathOf(at).length))].flatMap(([key, value]) =>
    unspoken.has(key) || value === '' ? [] : [value],
  );
  const page = title.split(', ')[0] ?? '';
  return (filters.length === 0 ? page : `${page}: ${filters.join(', ')}`).slice(0, longestName);
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}
