import type { AccessRule } from '../errors.ts';
import type { Identity } from './identity.ts';

/** The part of a SelfSubjectRulesReview's answer that counts. */
export interface RulesReview {
  status?: {
    incomplete?: boolean;
    evaluationError?: string;
    resourceRules?: ResourceRule[];
  };
}

interface ResourceRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
}

/** What somebody may do in one namespace. */
export interface NamespaceRules {
  /** Whether what `rules` does not permit is forbidden. */
  complete: boolean;
  rules: readonly ResourceRule[];
}

/** The Node authorizer knows only kubelets and says so of everybody; it takes nothing away from what RBAC lists. */
const nodeAuthorizerOnly = 'node authorizer does not support user rule resolution';

/** The rules of a review. A webhook or another authorizer that cannot list its rules makes them incomplete. */
export function rulesOfReview(review: RulesReview, identity: Identity): NamespaceRules {
  const { incomplete, evaluationError, resourceRules = [] } = review.status ?? { incomplete: true };
  const isNode = (identity.impersonate?.groups ?? identity.groups).includes('system:nodes');
  const complete = incomplete !== true || (evaluationError === nodeAuthorizerOnly && !isNode);
  return { complete, rules: resourceRules };
}

/** RBAC's own matching (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources). */
export function permits({ rules }: NamespaceRules, rule: AccessRule): boolean {
  return rules.some(
    ({ verbs = [], apiGroups = [], resources = [], resourceNames = [] }) =>
      (verbs.includes('*') || verbs.includes(rule.verb)) &&
      (apiGroups.includes('*') || apiGroups.includes(rule.group)) &&
      matchesResource(resources, rule) &&
      (resourceNames.length === 0 || (rule.name !== undefined && resourceNames.includes(rule.name))),
  );
}

function matchesResource(resources: readonly string[], { resource, subresource }: AccessRule): boolean {
  if (resources.includes('*')) return true;
  if (subresource === undefined) return resources.includes(resource);
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}
