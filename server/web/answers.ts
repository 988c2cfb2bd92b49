import { Router } from 'express';
import type { Services } from '../services.ts';
import type { Web } from './web.ts';
import { lookOf } from './look.ts';
import { createPageRoutes } from './page-routes.ts';
import { sendHtml } from './send-html.ts';

/**
 * Pages that answer a form: made once for who has sent it, kept by nobody and never live. For what must not come back
 * with an address: a value that is hidden otherwise. A page of the same path asks the question.
 */
export function answerRouter(services: Services, { host }: Web): Router {
  const routes = createPageRoutes(services.plugins.answers, services.clusters);
  const router = Router();
  router.use(async (request, response, next) => {
    const matched = request.method === 'POST' ? routes.match(request.path) : undefined;
    if (matched === undefined) {
      next();
      return;
    }
    const identity = services.identityOf(request, matched.cluster);
    const visit = { cluster: matched.cluster, identity, url: request.url };
    const composition = { ...(await host.load(matched, identity, request.url)), digest: '' };
    const html = host.renderPage(composition, visit, await lookOf(services, request.headers, visit, composition.page));
    await sendHtml(request, response, composition.page.status ?? 200, html, 'no-store');
  });
  return router;
}
