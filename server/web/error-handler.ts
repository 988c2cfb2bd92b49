import type { ErrorRequestHandler, Request } from 'express';
import type { SluiceError } from '../errors.ts';
import { SluiceError as KnownError, asSluiceError } from '../errors.ts';
import { errorAsJson } from '../operations/as-json.ts';
import type { Services } from '../services.ts';
import { belowBase } from './base-path.ts';
import { errorModel, errorPage } from './error-page.ts';
import type { PageHost } from './page-host.ts';
import type { PageRoutes } from './page-routes.ts';
import { lookOf } from './look.ts';
import { requestIdOf } from './request-log.ts';
import { sendHtml } from './send-html.ts';
import type { Views } from './views.ts';

interface ErrorHandlerOptions {
  services: Services;
  views: Views;
  host: PageHost;
  routes: PageRoutes;
}

/**
 * The one place where a thrown error becomes an answer: a page, a fragment for htmx, or JSON, by who asks. What is not
 * one of our errors is logged with its stack and answered without a word of it.
 */
export function errorHandler({ services, views, host, routes }: ErrorHandlerOptions): ErrorRequestHandler {
  const { logger } = services;
  return async (thrown: unknown, request, response, next) => {
    const error = asAnswer(thrown);
    const requestId = requestIdOf(response);
    if (error.status >= 500) logger.error({ err: thrown, requestId, kind: error.kind }, error.message);
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const url = belowBase(request.originalUrl, services.config.basePath) ?? '/';
    if (wantsJson(request, url)) {
      response.status(error.status).json({ success: false, error: { ...errorAsJson(error), requestId } });
      return;
    }
    if (request.get('HX-Request') === 'true' && request.method !== 'GET') {
      const model = errorModel(error, undefined, requestId);
      await sendHtml(request, response, error.status, views.render('error-fragment.njk', model));
      return;
    }
    try {
      const cluster = clusterFor(url.split('?')[0] ?? '/', routes, services);
      const identity = services.identityOf(request, cluster);
      const visit = { cluster, identity, url };
      const composition = await host.surround(errorPage(error, identity, requestId, cluster.self), visit);
      const html = host.renderPage(
        composition,
        visit,
        await lookOf(services, request.headers, visit, composition.page),
      );
      await sendHtml(request, response, error.status, html);
    } catch (second) {
      logger.error({ err: second, requestId }, 'The error page itself could not be rendered.');
      response.status(error.status).type('text/plain').send(`${error.message}\nRequest ${requestId}\n`);
    }
  };
}

/** Errors of Express's own parsers carry the status they stand for. */
function asAnswer(thrown: unknown): SluiceError {
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined;
  if (thrown instanceof KnownError) return thrown;
  if (status === 413) return new KnownError('too_large', 'The request is larger than Sluice takes.', { cause: thrown });
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new KnownError('invalid', 'The request cannot be read.', { cause: thrown });
  }
  return asSluiceError(thrown);
}

function wantsJson(request: Request, url: string): boolean {
  return /^\/api([/?]|$)/.test(url) || request.accepts(['html', 'json']) === 'json';
}

function clusterFor(path: string, routes: PageRoutes, services: Services): Services['clusters']['default'] {
  try {
    return routes.clusterOf(path).cluster;
  } catch {
    return services.clusters.default;
  }
}
