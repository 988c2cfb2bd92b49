import type { Identity } from '../kube/identity.ts';
import type { Services } from '../services.ts';
import type { Chrome } from './chrome.ts';
import type { Composition } from './composition.ts';
import { compose } from './composition.ts';
import type { Link } from './links.ts';
import { linkFor } from './links.ts';
import type { LoadedPage } from './page.ts';
import type { MatchedPage } from './page-routes.ts';
import type { FavouritesView } from './favourites.ts';
import type { Preferences } from './preferences.ts';
import { nextPreferences } from './preferences.ts';
import { safe } from './view-helpers.ts';
import type { Views } from './views.ts';

/** Who looks at which page. `url` is path and query without the base path. */
export interface Visit {
  cluster: MatchedPage['cluster'];
  identity: Identity;
  url: string;
}

/** What a request says of how its page is to look: this browser's own, and no room's. */
export interface Look {
  preferences: Preferences;
  favourites: FavouritesView;
}

/** The frame's model in `views/layout.njk`. */
interface PageFrame {
  title: string;
  /** With the base path: where to come back to. */
  url: string;
  basePath: string;
  homeHref: string;
  /** Undefined where nothing can be searched. */
  searchHref: string | undefined;
  breadcrumb: { label: string; href?: string }[];
  identity: { name: string; groups: string };
  preferences: Preferences & { themeWords: string; nextTheme: string; nextDensity: string };
  preferencesHref: string;
  favourites: FavouritesView;
  digest: string;
  now: Date;
}

/** Loads pages and renders them, whole or piece by piece. */
export interface PageHost {
  /** Loads a page with what is around it. Throws what the page's `load` throws. */
  load(matched: MatchedPage, identity: Identity, url: string, how?: { isOpen: boolean }): Promise<Composition>;
  /** Puts what is around a page to one that is loaded already. */
  surround(page: LoadedPage, visit: Visit): Promise<Composition>;
  renderPage(composition: Composition, visit: Visit, look: Look): string;
  renderPart(composition: Composition, id: string, visit: Visit): string;
  renderRow(composition: Composition, list: string, row: string, visit: Visit): string;
}

const themeWords = { system: 'as the system', light: 'light', dark: 'dark' };

/** The page host over the services; all rendering of pages goes through it. */
export function createPageHost(services: Services, views: Views, chrome: Chrome): PageHost {
  const { clusters, config, plugins } = services;

  function linkOf(visit: Visit): Link {
    return linkFor(visit.cluster, clusters, config.basePath);
  }

  async function surround(page: LoadedPage, { cluster, identity }: Visit): Promise<Composition> {
    const around = await chrome.parts(cluster, identity, page.current);
    return compose(page, around, `${page.title} · ${cluster.name} · Sluice`);
  }

  function renderPart(composition: Composition, id: string, visit: Visit): string {
    const part = composition.parts.get(id);
    if (part === undefined) throw new Error(`The page has no part ${id}.`);
    const html = views.render(part.template, withHelpers(part.model, { link: linkOf(visit) }));
    // An empty part keeps its place, so that it can come to life later.
    return html.trim() === '' ? `<div id="${id}" hidden></div>` : html;
  }

  function rowHtml(template: string, model: object, link: Link): string {
    return views.render(template, { row: model, link });
  }

  function frameOf(composition: Composition, visit: Visit, { preferences, favourites }: Look): PageFrame {
    const link = linkOf(visit);
    const next = nextPreferences(preferences);
    const own = composition.page.breadcrumb ?? [{ label: composition.page.title }];
    return {
      title: composition.title,
      url: `${config.basePath}${visit.url}`,
      basePath: config.basePath,
      homeHref: link('/'),
      searchHref: plugins.search === undefined ? undefined : link(plugins.search),
      breadcrumb: [{ label: visit.cluster.name, href: link('/') }, ...own],
      identity: { name: visit.identity.name, groups: visit.identity.groups.join(', ') },
      preferences: {
        ...preferences,
        themeWords: themeWords[preferences.theme],
        nextTheme: next.theme,
        nextDensity: next.density,
      },
      preferencesHref: `${config.basePath}/preferences`,
      favourites,
      digest: composition.digest,
      now: new Date(),
    };
  }

  return {
    async load(matched, identity, url, { isOpen } = { isOpen: false }) {
      const { page, cluster, params } = matched;
      const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
      const link = linkFor(cluster, clusters, config.basePath);
      const loaded = await page.load({ cluster, identity, params, query, url, link, now: new Date(), isOpen });
      return surround(loaded, { cluster, identity, url });
    },
    surround,
    renderPage(composition, visit, look) {
      const link = linkOf(visit);
      const helpers = {
        frame: frameOf(composition, visit, look),
        link,
        part: (id: string) => safe(renderPart(composition, id, visit)),
        list(id: string) {
          const list = composition.lists.get(id);
          if (list === undefined) throw new Error(`The page has no list ${id}.`);
          return safe(list.rows.map((row) => rowHtml(list.template, row.model, link)).join(''));
        },
      };
      return views.render(composition.page.template, withHelpers(composition.page.model, helpers));
    },
    renderPart,
    renderRow(composition, listId, rowId, visit) {
      const list = composition.lists.get(listId);
      const row = list?.rows.find((candidate) => candidate.id === rowId);
      if (list === undefined || row === undefined) throw new Error(`The list ${listId} has no row ${rowId}.`);
      return rowHtml(list.template, row.model, linkOf(visit));
    },
  };
}

/** A model with the helpers of its template. Throws when the model uses a helper's name for something of its own. */
function withHelpers(model: object, helpers: object): object {
  const taken = Object.keys(helpers).find((name) => Object.hasOwn(model, name));
  if (taken !== undefined) throw new Error(`A model may not name anything ${taken}: that is a helper of templates.`);
  return { ...model, ...helpers };
}
