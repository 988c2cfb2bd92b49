import type { IncomingHttpHeaders } from 'node:http';
import type { Services } from '../services.ts';
import { favouritesOf, favouritesView } from './favourites.ts';
import type { Look, Visit } from './page-host.ts';
import type { LoadedPage } from './page.ts';
import { preferencesOf } from './preferences.ts';

/** What a request's cookies say of how its page is to look. A page that shows an error has no star. */
export async function lookOf(
  services: Services,
  headers: IncomingHttpHeaders,
  { identity, url }: Visit,
  page: LoadedPage,
): Promise<Look> {
  const title = (page.status ?? 200) < 400 ? page.title : undefined;
  return {
    preferences: preferencesOf(headers),
    favourites: await favouritesView(services, favouritesOf(headers), identity, url, title),
  };
}
