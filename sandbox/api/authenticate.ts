import { badRequest, forbidden, unauthorized } from './status-error.ts';

/** Who asks, with all groups. */
export interface User {
  name: string;
  groups: readonly string[];
  uid?: string;
  extra?: Record<string, readonly string[]>;
}

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

function unique(groups: readonly string[]): string[] {
  return [...new Set(groups)];
}

/** A user who has proved who they are: of `system:authenticated` besides their own groups. */
export function authenticated(name: string, groups: readonly string[]): User {
  return { name, groups: unique([...groups, 'system:authenticated']) };
}

/** Finds the user of the bearer token. Without a token that is the anonymous one, a wrong token is a 401. */
export function authenticate(authorization: string | undefined, users: ReadonlyMap<string, User>): User {
  if (authorization === undefined || !/^bearer /i.test(authorization)) return anonymous;
  const user = users.get(authorization.slice('bearer '.length).trim());
  if (!user) throw unauthorized();
  return user;
}

/** Asks whether a user may do something; authorize.ts knows. */
type May = (attributes: {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}) => { allowed: boolean; reason?: string };

const serviceAccount = /^system:serviceaccount:(?<namespace>[^:]+):(?<name>[^:]+)$/;

/**
 * The user the `Impersonate-*` headers name, after checking for each part that the asker may impersonate it; the asker
 * where there are none. Throws 403, or 400 for groups without a user.
 */
export function impersonate(
  asker: User,
  headers: Readonly<Record<string, readonly string[] | undefined>>,
  may: May,
): User {
  const name = headers['impersonate-user']?.[0];
  const groups = headers['impersonate-group'] ?? [];
  const uid = headers['impersonate-uid']?.[0];
  const extra = Object.entries(headers)
    .filter(([header]) => header.startsWith('impersonate-extra-'))
    .map(([header, values = []]): [string, string[]] => [
      decodeURIComponent(header.slice('impersonate-extra-'.length)),
      [...values],
    ]);
  if (name === undefined || name === '') {
    if (groups.length === 0 && uid === undefined && extra.length === 0) return asker;
    throw badRequest('requested impersonation of groups, a uid or extras without impersonating a user name');
  }

  const demand = (group: string, resource: string, subject: string, more: object = {}) => {
    const attributes = { verb: 'impersonate', group, resource, name: subject, ...more };
    const decision = may(attributes);
    if (!decision.allowed) throw forbidden({ user: asker.name, ...attributes, why: decision.reason });
  };
  const account = serviceAccount.exec(name)?.groups;
  if (account) demand('', 'serviceaccounts', account['name'] ?? '', { namespace: account['namespace'] });
  else demand('', 'users', name);
  for (const group of groups) demand('', 'groups', group);
  if (uid !== undefined) demand('authentication.k8s.io', 'uids', uid);
  for (const [key, values] of extra) {
    for (const value of values) demand('authentication.k8s.io', 'userextras', value, { subresource: key });
  }

  const implied =
    account && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${account['namespace']}`] : [];
  const everybody = name === anonymous.name ? 'system:unauthenticated' : 'system:authenticated';
  return {
    name,
    groups: unique([...groups, ...implied, everybody]),
    ...(uid !== undefined && { uid }),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
}
