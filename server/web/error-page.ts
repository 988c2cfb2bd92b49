import type { AccessRule, ErrorKind, SluiceError } from '../errors.ts';
import { errorKinds } from '../errors.ts';
import { grantYaml } from '../kube/grant.ts';
import type { Identity } from '../kube/identity.ts';
import type { LoadedPage } from './page.ts';

/** What the error templates show. `missing` names rights as `helmreleases.helm.toolkit.fluxcd.io`. */
interface ErrorModel {
  state: 'forbidden' | 'none' | 'stale' | 'failing';
  heading: string;
  message: string;
  wayOut: string | undefined;
  who: string;
  missing: { verb: string; resource: string; namespace: string | undefined; name: string | undefined }[];
  grant: string | undefined;
  requestId: string;
}

const states: Partial<Record<ErrorKind, ErrorModel['state']>> = {
  forbidden: 'forbidden',
  unauthenticated: 'forbidden',
  not_found: 'none',
  invalid: 'none',
  too_large: 'none',
  refused: 'none',
  conflict: 'stale',
  stale: 'stale',
  bad_credentials: 'stale',
  unreachable: 'stale',
  timed_out: 'stale',
};

/**
 * An error in the words of its page. Only the error's own sentences are shown, never its cause. `self` is Sluice's own
 * identity: the right to act as the asker is one that Sluice lacks.
 */
export function errorModel(
  error: SluiceError,
  identity: Identity | undefined,
  requestId: string,
  self?: Identity,
): ErrorModel {
  const { kind, message, wayOut, missing } = error;
  const isOurs = self !== undefined && missing.some(({ verb }) => verb === 'impersonate');
  const lacking = isOurs ? self : identity;
  return {
    state: states[kind] ?? 'failing',
    heading: kind === 'forbidden' && isReading(missing) ? 'You may not see this' : errorKinds[kind].title,
    message,
    wayOut,
    who: lacking === undefined ? 'You are not signed in' : `${isOurs ? 'Sluice is' : 'You are'} ${whoIs(lacking)}`,
    missing: missing.map((rule) => ({
      verb: rule.verb,
      resource: resourceOf(rule),
      namespace: rule.namespace,
      name: rule.name,
    })),
    grant: missing.length === 0 || lacking === undefined ? undefined : grantYaml([...missing], lacking),
    requestId,
  };
}

const readingVerbs = new Set(['get', 'list', 'watch']);

/** Whether it is something to look at, and nothing to do, that the rights are missing for. */
function isReading(missing: readonly AccessRule[]): boolean {
  return missing.length > 0 && missing.every(({ verb }) => readingVerbs.has(verb));
}

/** The page that stands where one could not be shown. */
export function errorPage(error: SluiceError, identity: Identity, requestId: string, self: Identity): LoadedPage {
  const model = errorModel(error, identity, requestId, self);
  return {
    status: error.status,
    title: model.heading,
    template: 'error.njk',
    model,
    parts: {},
    lists: {},
    topics: [],
  };
}

function whoIs({ name, groups }: Identity): string {
  return groups.length === 0 ? name : `${name}, in the groups ${groups.join(', ')}`;
}

function resourceOf({ group, resource, subresource }: AccessRule): string {
  const named = subresource === undefined ? resource : `${resource}/${subresource}`;
  return group === '' ? named : `${named}.${group}`;
}
