import type { KubeObject } from '../../server/kube/object.ts';
import type { User } from './authenticate.ts';
import { objectKey, type Store } from './store.ts';

/** What somebody wants to do: with a resource, or with a path that is none. */
export type Attributes =
  | {
      verb: string;
      group: string;
      resource: string;
      subresource?: string | undefined;
      namespace?: string | undefined;
      name?: string | undefined;
    }
  | { verb: string; path: string };

export interface Decision {
  allowed: boolean;
  /** Which binding allows it, or which role a binding names in vain. */
  reason: string;
}

/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

interface Binding {
  kind: 'ClusterRoleBinding' | 'RoleBinding';
  name: string;
  namespace?: string;
  role: { kind: string; name: string };
  subject: string;
  /** undefined when the role does not exist. */
  rules: PolicyRule[] | undefined;
}

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

const rbac = 'rbac.authorization.k8s.io';

/** How a subject of a binding that means this user reads in a decision's reason; undefined if it means another. */
function meant(subject: Subject, user: User, namespace: string | undefined): string | undefined {
  const quoted = `${subject.kind} "${subject.name}"`;
  if (subject.kind === 'User') return subject.name === user.name ? quoted : undefined;
  if (subject.kind === 'Group') return user.groups.includes(subject.name) ? quoted : undefined;
  if (subject.kind !== 'ServiceAccount') return undefined;
  const home = subject.namespace ?? namespace;
  if (user.name !== `system:serviceaccount:${home}:${subject.name}`) return undefined;
  return `ServiceAccount "${subject.name}/${home}"`;
}

function rulesOf(store: Store, kind: string, name: string, namespace?: string): PolicyRule[] | undefined {
  const role =
    kind === 'ClusterRole'
      ? store.get(`${rbac}/clusterroles`, objectKey(undefined, name))
      : store.get(`${rbac}/roles`, objectKey(namespace, name));
  return role && ((role['rules'] ?? []) as PolicyRule[]);
}

function bindingOf(store: Store, user: User, object: KubeObject): Binding | undefined {
  const { namespace, name } = object.metadata;
  const subjects = (object['subjects'] ?? []) as Subject[];
  const subject = subjects.map((each) => meant(each, user, namespace)).find((each) => each !== undefined);
  if (subject === undefined) return undefined;
  const role = object['roleRef'] as { kind: string; name: string };
  return {
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    name,
    ...(namespace !== undefined && { namespace }),
    role,
    subject,
    rules: rulesOf(store, role.kind, role.name, namespace),
  };
}

/** The bindings that mean a user: cluster-wide ones, then those of the namespace. */
function bindingsOf(store: Store, user: User, namespace: string | undefined): Binding[] {
  const objects = [
    ...store.list(`${rbac}/clusterrolebindings`),
    ...(namespace === undefined ? [] : store.list(`${rbac}/rolebindings`, namespace)),
  ];
  return objects.map((object) => bindingOf(store, user, object)).filter((binding) => binding !== undefined);
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(value));
}

function coversPath(urls: readonly string[] | undefined, path: string): boolean {
  return (urls ?? []).some((url) => (url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path));
}

function covers(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if ('path' in attributes) return coversPath(rule.nonResourceURLs, attributes.path);
  const { group, resource, subresource, name } = attributes;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  const anywhere = subresource !== undefined && (rule.resources ?? []).includes(`*/${subresource}`);
  if (!has(rule.apiGroups, group) || !(has(rule.resources, full) || anywhere)) return false;
  return !rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name));
}

/** Kubernetes' own privileged group: may everything, whatever the roles say. */
function isMaster(user: User): boolean {
  return user.groups.includes('system:masters');
}

/** Decides by the Roles and bindings in the store, as the RBAC authorizer does (without aggregated roles). */
export function authorize(store: Store, user: User, attributes: Attributes): Decision {
  if (isMaster(user)) return { allowed: true, reason: '' };
  const namespace = 'path' in attributes ? undefined : attributes.namespace;
  const missing: string[] = [];
  for (const binding of bindingsOf(store, user, namespace)) {
    const { role } = binding;
    if (!binding.rules) {
      missing.push(`${role.kind.toLowerCase()}.${rbac} "${role.name}" not found`);
      continue;
    }
    if (!binding.rules.some((rule) => covers(rule, attributes))) continue;
    const place = binding.namespace === undefined ? binding.name : `${binding.name}/${binding.namespace}`;
    const reason = `RBAC: allowed by ${binding.kind} "${place}" of ${role.kind} "${role.name}" to ${binding.subject}`;
    return { allowed: true, reason };
  }
  if (missing.length === 0) return { allowed: false, reason: '' };
  return { allowed: false, reason: `RBAC: ${missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`}` };
}

/** All rules that hold for a user in a namespace, for a SelfSubjectRulesReview. */
export function rulesFor(store: Store, user: User, namespace: string): PolicyRule[] {
  const all: PolicyRule[] = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  const bound = bindingsOf(store, user, namespace).flatMap((binding) => binding.rules ?? []);
  return isMaster(user) ? [...all, ...bound] : bound;
}
