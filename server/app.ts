import express, { Router } from 'express';
import type { Express } from 'express';
import { apiRouter } from './operations/api.ts';
import { formsRouter } from './operations/forms.ts';
import type { Services } from './services.ts';
import { compressJson } from './web/compress-json.ts';
import { answerRouter } from './web/answers.ts';
import { downloadRouter } from './web/downloads.ts';
import { errorHandler } from './web/error-handler.ts';
import { favouritesRouter } from './web/favourites-router.ts';
import { healthRouter } from './web/health.ts';
import { knownHostOnly } from './web/host-check.ts';
import { nothingHere, pageRouter } from './web/page-router.ts';
import { preferencesRouter } from './web/preferences.ts';
import { requestLog } from './web/request-log.ts';
import { sameOriginOnly } from './web/same-origin.ts';
import { securityHeaders } from './web/security.ts';
import { webOf } from './web/web.ts';

/** The Express app over the services: what a request meets, in this order. */
export function createApp(services: Services): Express {
  const { config, logger } = services;
  const web = webOf(services);

  const site = Router();
  site.use(web.assets.handler);
  site.use(sameOriginOnly(config.allowedHosts));
  site.use(preferencesRouter(config.basePath));
  site.use(favouritesRouter(services, web.views));
  site.use('/api/v1', compressJson(), apiRouter(services));
  site.use(formsRouter(services));
  site.use(downloadRouter(services));
  site.use(answerRouter(services, web));
  site.use(pageRouter({ services, ...web }));

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestLog(logger));
  app.use(securityHeaders());
  app.use(healthRouter(services));
  app.use(knownHostOnly(config.host, config.allowedHosts));
  app.use(config.basePath || '/', site);
  app.use(nothingHere());
  app.use(errorHandler({ services, ...web }));
  return app;
}
