import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Security headers. The policy allows what Sluice itself serves and nothing inline; the socket is same-origin, which
 * `connect-src 'self'` covers. Transport security is left to the proxy that speaks HTTPS.
 */
export function securityHeaders(): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });
  return (request, response, next) => {
    // Whoever sends what may be kept says so: no answer is in a cache because nobody thought of it.
    response.setHeader('Cache-Control', 'no-store');
    protect(request, response, next);
  };
}
