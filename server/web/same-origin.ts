import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { SluiceError } from '../errors.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request comes from a page of this very site, or from no page at all (a command line tool, an address typed
 * in). Browsers say so in `Sec-Fetch-Site`; older ones at least name the `Origin`.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, allowedHosts: readonly string[]): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  if (origin === undefined) return true;
  const from = URL.parse(origin)?.host;
  return from !== undefined && (from === headers.host || allowedHosts.includes(from));
}

/** Refuses requests that change something when another site's page sent them. */
export function sameOriginOnly(allowedHosts: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (safeMethods.has(request.method) || isSameOrigin(request.headers, allowedHosts)) {
      next();
      return;
    }
    next(new SluiceError('forbidden', 'This request came from another site, so it was not carried out.'));
  };
}
