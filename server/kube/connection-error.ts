import { SluiceError } from '../errors.ts';
import { KubeError } from './kube-error.ts';

const words: Record<string, string> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name cannot be resolved',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came',
  UND_ERR_BODY_TIMEOUT: 'the answer fell silent',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_DESTROYED: 'Sluice is shutting down',
  UND_ERR_CLOSED: 'Sluice is shutting down',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself and not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/**
 * What went wrong on the way to the API server, as `unreachable` naming the host, and the proxy when the way goes through
 * one. Errors of a known kind stay.
 */
export function connectionError(error: unknown, server: string, proxy?: string): SluiceError {
  if (error instanceof SluiceError) return error;
  const code = codeOf(error);
  const reason = words[code] ?? (error instanceof SyntaxError ? 'its answer is no JSON' : code);
  const way = proxy === undefined ? '' : ` through the proxy ${new URL(proxy).host}`;
  return new KubeError('unreachable', `The API server at ${new URL(server).host} cannot be reached${way}: ${reason}.`, {
    httpStatus: 0,
    reason: code,
    cause: error,
  });
}

/** The code of an error or of what it wraps: undici nests the socket's error, Node one per address tried. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  const nested: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && code in words) return code;
  return nested instanceof Error ? codeOf(nested) : (code ?? error.name);
}
