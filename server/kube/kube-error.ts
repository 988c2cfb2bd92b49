import { SluiceError, type AccessRule, type ErrorDetails, type ErrorKind } from '../errors.ts';

/** A refusal of the API server (a `Status`), or its silence: `httpStatus` is 0 when nothing answered. */
export class KubeError extends SluiceError {
  readonly httpStatus: number;
  /** The machine-readable reason: `NotFound`, `Expired`, … or the socket's error code. */
  readonly reason: string;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails & { httpStatus: number; reason: string }) {
    super(kind, message, details);
    this.name = 'KubeError';
    this.httpStatus = details.httpStatus;
    this.reason = details.reason;
  }
}

/** A `Status` object as far as it is used. The API server may leave out any of it, proxies before it all of it. */
export interface KubeStatus {
  code?: number;
  reason?: string;
  message?: string;
  details?: { causes?: { field?: string; message?: string }[]; retryAfterSeconds?: number };
}

/**
 * The error for an answer of the API server.
 * 401 bad_credentials, 403 forbidden, 404 not found, 409 and 410 conflict, 400, 413 and 422 invalid with the field,
 * 429 and 5xx unreachable.
 */
export function errorOfStatus(
  httpStatus: number,
  status: KubeStatus,
  asked: { server: string; rule?: AccessRule | undefined },
): KubeError {
  const message = status.message ?? `The API server at ${asked.server} answered ${httpStatus}.`;
  const details = { httpStatus, reason: status.reason ?? 'Unknown' };
  if (httpStatus === 401) {
    return new KubeError(
      'bad_credentials',
      `The API server at ${asked.server} does not accept the credentials of Sluice.`,
      {
        ...details,
        wayOut: 'Renew the credentials in the kubeconfig that Sluice uses; it tries again by itself.',
      },
    );
  }
  if (httpStatus === 403) {
    return new KubeError('forbidden', message, { ...details, missing: asked.rule === undefined ? [] : [asked.rule] });
  }
  if (httpStatus === 404) return new KubeError('not_found', message, details);
  if (httpStatus === 409 || httpStatus === 410) return new KubeError('conflict', message, details);
  if (httpStatus === 413) return new KubeError('too_large', message, details);
  if (httpStatus === 429 || httpStatus >= 500) return new KubeError('unreachable', message, details);
  const fields = (status.details?.causes ?? []).flatMap((cause) => (cause.field ? [cause.field] : []));
  return new KubeError('invalid', message, { ...details, ...(fields.length > 0 && { field: fields.join(', ') }) });
}
