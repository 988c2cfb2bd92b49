import { Router } from 'express';
import type { Services } from '../services.ts';
import { createPageRoutes } from './page-routes.ts';

/** The plugins' downloads, below `/` for the default cluster and below `/clusters/<name>` for each. */
export function downloadRouter(services: Services): Router {
  const routes = createPageRoutes(services.plugins.downloads, services.clusters);
  const router = Router();
  router.use(async (request, response, next) => {
    const matched = request.method === 'GET' ? routes.match(request.path) : undefined;
    if (matched === undefined) {
      next();
      return;
    }
    const { page: download, cluster, params } = matched;
    const query = new URLSearchParams(request.url.split('?').slice(1).join('?'));
    const identity = services.identityOf(request, cluster);
    const { fileName, text } = await download.make({ cluster, identity, params, query, now: new Date() });
    response.attachment(fileName).type('text/plain; charset=utf-8').set('Cache-Control', 'no-store').send(text);
  });
  return router;
}
