import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';

/** The id under which a request's log line and its error page go. */
export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}

/**
 * Gives every request an id and logs how it ended: its path without the query, which may hold what somebody typed.
 * Plain reads that succeed are of interest to nobody but those who debug.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const requestId = randomBytes(4).toString('hex');
    const { method, path } = request;
    response.locals['requestId'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    response.once('close', () => {
      const status = response.statusCode;
      const line = { requestId, method, path, status, milliseconds: Math.round(performance.now() - started) };
      const quiet = status < 400 && (method === 'GET' || method === 'HEAD');
      if (status >= 500) logger.warn(line, 'request failed');
      else if (quiet) logger.debug(line, 'request');
      else logger.info(line, 'request');
    });
    next();
  };
}
