import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { SluiceError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Chrome } from './chrome.ts';
import { linkFor } from './links.ts';
import type { PageHost } from './page-host.ts';
import type { PageRoutes } from './page-routes.ts';
import { lookOf } from './look.ts';
import { sendHtml } from './send-html.ts';

interface PageRouterOptions {
  services: Services;
  host: PageHost;
  routes: PageRoutes;
  chrome: Chrome;
}

/** All pages of all plugins, below `/` for the default cluster and below `/clusters/<name>` for each. */
export function pageRouter({ services, host, routes, chrome }: PageRouterOptions): Router {
  const { clusters, config } = services;

  async function show(request: Request, response: Response): Promise<void> {
    const matched = routes.match(request.path);
    const { cluster, path } = matched ?? routes.clusterOf(request.path);
    const identity = services.identityOf(request, cluster);
    if (matched === undefined) {
      const home = path === '/' ? await chrome.home(cluster, identity) : undefined;
      if (home === undefined) throw new SluiceError('not_found', 'There is no page at this address.');
      response.redirect(302, linkFor(cluster, clusters, config.basePath)(home));
      return;
    }
    const visit = { cluster, identity, url: request.url };
    const composition = await host.load(matched, identity, request.url);
    const html = host.renderPage(composition, visit, await lookOf(services, request.headers, visit, composition.page));
    await sendHtml(request, response, composition.page.status ?? 200, html);
  }

  const router = Router();
  router.use((request, response, next) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    return reads ? show(request, response) : next();
  });
  return router;
}

/** What is left over: no page, no action, nothing. */
export function nothingHere(): RequestHandler {
  return (request, _response, next) => {
    next(new SluiceError('not_found', `Nothing here answers to ${request.method}.`));
  };
}
