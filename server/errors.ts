/**
 * The kinds of failure Sluice tells apart everywhere: on pages, in the JSON API, in exit codes.
 * `status` is the HTTP answer, `exitCode` the command line's. `unauthenticated` is about who asks; `bad_credentials`
 * about Sluice itself, whose own the API server does not take or which cannot be had.
 */
export const errorKinds = {
  invalid: { status: 400, exitCode: 2, title: 'This request is not valid' },
  unauthenticated: { status: 401, exitCode: 4, title: 'You are not signed in' },
  forbidden: { status: 403, exitCode: 4, title: 'You may not do this' },
  not_found: { status: 404, exitCode: 3, title: 'Not found' },
  conflict: { status: 409, exitCode: 1, title: 'It changed meanwhile' },
  refused: { status: 422, exitCode: 1, title: 'This cannot be done now' },
  too_large: { status: 413, exitCode: 2, title: 'The request is too large' },
  failed: { status: 502, exitCode: 1, title: 'It failed' },
  stale: { status: 503, exitCode: 5, title: 'What is known is too old' },
  bad_credentials: { status: 503, exitCode: 5, title: 'Sluice cannot sign in to the cluster' },
  unreachable: { status: 503, exitCode: 5, title: 'The cluster cannot be reached' },
  timed_out: { status: 504, exitCode: 6, title: 'It took too long' },
  internal: { status: 500, exitCode: 1, title: 'Sluice made a mistake' },
} as const;

export type ErrorKind = keyof typeof errorKinds;

export interface ErrorDetails {
  /** The input field that is wrong, for `invalid`. */
  field?: string;
  /** What the reader can do about it, one sentence. */
  wayOut?: string;
  /** The rights that are missing, for `forbidden`. */
  missing?: readonly AccessRule[];
  cause?: unknown;
}

/** A right in the words of Kubernetes RBAC. `group` is '' for the core group. */
export interface AccessRule {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** A failure of a known kind, with a message meant for the reader. Never put a credential into the message. */
export class SluiceError extends Error {
  readonly kind: ErrorKind;
  readonly field: string | undefined;
  readonly wayOut: string | undefined;
  readonly missing: readonly AccessRule[];

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SluiceError';
    this.kind = kind;
    this.field = details.field;
    this.wayOut = details.wayOut;
    this.missing = details.missing ?? [];
  }

  get status(): number {
    return errorKinds[this.kind].status;
  }
}

/** Any thrown thing as a SluiceError; what is unknown becomes `internal` with the original as its cause. */
export function asSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  return new SluiceError('internal', 'Something went wrong inside Sluice. The log has the details.', { cause: thrown });
}
