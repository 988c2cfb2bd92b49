import type { Services } from '../services.ts';
import type { Assets } from './assets.ts';
import { loadAssets } from './assets.ts';
import type { Chrome } from './chrome.ts';
import { createChrome } from './chrome.ts';
import type { PageHost } from './page-host.ts';
import { createPageHost } from './page-host.ts';
import type { PageRoutes } from './page-routes.ts';
import { createPageRoutes } from './page-routes.ts';
import { projectDirectory } from './project-root.ts';
import type { Views } from './views.ts';
import { createViews } from './views.ts';

/** What pages are made with, shared by requests and sockets. */
export interface Web {
  assets: Assets;
  views: Views;
  chrome: Chrome;
  host: PageHost;
  routes: PageRoutes;
}

const made = new WeakMap<Services, Web>();

/**
 * The pages' machinery of a server; one per services, so that requests and sockets share what is cached.
 * `furtherTemplates` are directories searched after `views/`; only the first call for the services names them.
 */
export function webOf(services: Services, furtherTemplates: readonly string[] = []): Web {
  const known = made.get(services);
  if (known !== undefined) return known;
  const assets = loadAssets(projectDirectory('public'), services.config.basePath);
  const views = createViews({
    directories: [projectDirectory('views'), ...furtherTemplates],
    asset: assets.url,
    modules: assets.modules,
  });
  const chrome = createChrome(services);
  const host = createPageHost(services, views, chrome);
  const routes = createPageRoutes(services.plugins.pages, services.clusters);
  const web = { assets, views, chrome, host, routes };
  made.set(services, web);
  return web;
}
