import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { SluiceError } from '../errors.ts';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether an address to listen on is reached from this machine alone. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/**
 * Whether a `Host` header names this server. While it listens on a loopback address only, any other name there means
 * that a page of another site has pointed its own name at this machine (DNS rebinding). On other addresses that holds as
 * soon as the names are told by which browsers reach it; until then they are the proxy's business. There an address
 * instead of a name is fine: it cannot be pointed elsewhere.
 */
export function isKnownHost(header: string | undefined, listenHost: string, allowedHosts: readonly string[]): boolean {
  const isLocal = isLoopback(listenHost);
  if (!isLocal && allowedHosts.length === 0) return true;
  if (header === undefined) return false;
  const name = header.replace(/:\d+$/, '').toLowerCase();
  if (!isLocal && isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  if (loopbackNames.has(name) || name === listenHost) return true;
  return allowedHosts.includes(header) || allowedHosts.includes(name);
}

/** Refuses requests under a foreign host name. */
export function knownHostOnly(listenHost: string, allowedHosts: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (isKnownHost(request.headers.host, listenHost, allowedHosts)) {
      next();
      return;
    }
    next(
      new SluiceError('forbidden', 'Sluice does not answer under this host name.', {
        wayOut: 'Open it as localhost, or start it with --allowed-host and this name.',
      }),
    );
  };
}
