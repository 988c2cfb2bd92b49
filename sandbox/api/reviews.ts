import type { User } from './authenticate.ts';
import { authorize, rulesFor, type Attributes } from './authorize.ts';
import { badRequest, invalid } from './status-error.ts';
import type { Store } from './store.ts';

interface ResourceAttributes {
  verb?: string;
  group?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

interface ReviewSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: { verb?: string; path?: string };
  namespace?: string;
  user?: string;
  groups?: string[];
}

interface Review {
  apiVersion: string;
  kind: string;
  spec?: ReviewSpec;
}

function attributesOf({ kind, spec }: Review): Attributes {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec ?? {};
  if (!resource === !path) {
    const message = 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified';
    const cause = { reason: 'FieldValueInvalid', message, field: 'spec.resourceAttributes' };
    throw invalid({ group: 'authorization.k8s.io', kind }, '', [cause]);
  }
  if (path) return { verb: path.verb ?? '', path: path.path ?? '' };
  const { verb = '', group = '', resource: plural = '', subresource, namespace, name } = resource ?? {};
  return {
    verb,
    group,
    resource: plural,
    subresource: subresource || undefined,
    namespace: namespace || undefined,
    name: name || undefined,
  };
}

function statusOf(store: Store, user: User, attributes: Attributes): object {
  const { allowed, reason } = authorize(store, user, attributes);
  return { allowed, ...(reason !== '' && { reason }) };
}

function rulesStatus(store: Store, user: User, namespace: string): object {
  const rules = rulesFor(store, user, namespace);
  return {
    resourceRules: rules
      .filter((rule) => rule.resources?.length)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames?.length && { resourceNames }),
      })),
    nonResourceRules: rules
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  };
}

function otherUser({ spec }: Review): User {
  if (!spec?.user && !spec?.groups?.length) {
    const message = 'Invalid value: "": at least one of user or group must be specified';
    const cause = { reason: 'FieldValueInvalid', message, field: 'spec.user' };
    throw invalid({ group: 'authorization.k8s.io', kind: 'SubjectAccessReview' }, '', [cause]);
  }
  return { name: spec.user ?? '', groups: spec.groups ?? [] };
}

function identityOf({ name, groups, uid, extra }: User): object {
  return { username: name, ...(uid !== undefined && { uid }), groups, ...(extra && { extra }) };
}

/**
 * Answers a review. A SubjectAccessReview speaks of exactly the groups it names, as a real one does.
 *
 * @param plural one of `reviewResources`
 */
export function answerReview(store: Store, plural: string, asker: User, review: Review): object {
  const answer = (status: object) => ({ ...review, metadata: { creationTimestamp: null }, status });
  switch (plural) {
    case 'selfsubjectreviews':
      return answer({ userInfo: identityOf(asker) });
    case 'selfsubjectaccessreviews':
      return answer(statusOf(store, asker, attributesOf(review)));
    case 'subjectaccessreviews':
      return answer(statusOf(store, otherUser(review), attributesOf(review)));
    case 'selfsubjectrulesreviews': {
      const namespace = review.spec?.namespace;
      if (!namespace) throw badRequest('no namespace on request');
      return answer(rulesStatus(store, asker, namespace));
    }
    default:
      throw new Error(`no review ${plural}`);
  }
}
