/** The `Status` object with which an API server answers what it refuses (and a completed deletion). */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** One wrong field of a refused object. */
export interface StatusCause {
  reason: string;
  message: string;
  field: string;
}

/** What a message names: `{ group: 'apps', resource: 'deployments' }` reads `deployments.apps`. */
export interface Named {
  group: string;
  resource: string;
}

/** Thrown wherever a request is refused; the server sends `status` with its code. */
export class StatusError extends Error {
  readonly status: Status & { code: number };

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: StatusDetails,
    metadata: object = {},
  ) {
    super(message);
    this.name = 'StatusError';
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: { ...metadata },
      status: 'Failure',
      message,
      ...(reason !== undefined && { reason }),
      ...(details && { details }),
      code,
    };
  }
}

/** A path no handler knows: answered as plain text, as an API server does outside its groups. */
export class PathNotFound extends Error {}

function qualified({ group, resource }: Named): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function detailsOf({ group, resource }: Named, name?: string): StatusDetails {
  return { ...(name !== undefined && { name }), ...(group !== '' && { group }), kind: resource };
}

export function notFound(what: Named, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(what)} "${name}" not found`, detailsOf(what, name));
}

/** The group and version are known, the resource in it is not. */
export function resourceNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(what: Named, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${qualified(what)} "${name}" already exists`, detailsOf(what, name));
}

export function conflict(what: Named, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(what)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, detailsOf(what, name));
}

/** The object was changed since the asker read it. */
export function modified(what: Named, name: string): StatusError {
  return conflict(
    what,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

/** A server-side apply meets fields of other managers. */
export function applyConflict(conflicts: { manager: string; field: string }[]): StatusError {
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field,
  }));
  const list = causes.map((cause) => `${cause.message}: ${cause.field}`);
  const message =
    list.length === 1
      ? `Apply failed with 1 conflict: ${list[0]}`
      : `Apply failed with ${list.length} conflicts: ${list.join('\n- ')}`;
  return new StatusError(409, 'Conflict', message, { causes });
}

/** An applied object that does not fit its schema: an error without a reason, and of the server by its code. */
export function typedPatchFailed(who: string, problems: readonly string[]): StatusError {
  const list = problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  return new StatusError(500, undefined, `failed to create typed patch object (${who}): ${list}`);
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}

/** Who asked for what and may not have it. */
export interface Refusal {
  user: string;
  verb: string;
  group: string;
  resource: string;
  subresource?: string | undefined;
  namespace?: string | undefined;
  name?: string | undefined;
  why?: string | undefined;
}

export function forbidden(refusal: Refusal): StatusError {
  const { user, verb, group, resource, subresource, namespace, name, why } = refusal;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const cause = `User "${user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
  return forbiddenBecause({ group, resource }, name, why ? `${cause}: ${why}` : cause);
}

export function forbiddenBecause(what: Named, name: string | undefined, why: string): StatusError {
  const subject = name === undefined || name === '' ? qualified(what) : `${qualified(what)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${why}`, detailsOf(what, name));
}

export function forbiddenPath(user: string, verb: string, path: string): StatusError {
  return new StatusError(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path}"`, {});
}

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

/** The same in the words in which custom resources say it. */
export function verbNotSupported({ group, resource }: Named, verb: string): StatusError {
  const message = `${verb} is not supported on resources of kind "${qualified({ group, resource })}"`;
  return new StatusError(405, 'MethodNotAllowed', message, detailsOf({ group, resource }));
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${accepted.join(', ')}`;
  return new StatusError(406, 'NotAcceptable', message);
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function tooLarge(limit: number): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`, {});
}

/** A watch or a page asks for a past that is no longer kept. */
export function expired(message: string, continueToken?: string): StatusError {
  const metadata = continueToken === undefined ? {} : { continue: continueToken };
  return new StatusError(410, 'Expired', message, undefined, metadata);
}

export function invalid(kind: { group: string; kind: string }, name: string, causes: StatusCause[]): StatusError {
  const list = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const why = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  const subject = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const group = kind.group === '' ? {} : { group: kind.group };
  const details = { ...(name !== '' && { name }), ...group, kind: kind.kind, causes };
  return new StatusError(422, 'Invalid', `${subject} "${name}" is invalid: ${why}`, details);
}

/** The answer to a deletion that has ended. */
export function deleted(what: Named, name: string, uid: string): Status {
  const details = { ...detailsOf(what, name), uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
