import { stringify } from 'yaml';
import type { AccessRule } from '../errors.ts';
import type { Identity } from './identity.ts';

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/**
 * The RBAC objects, as YAML, that would give `rules` to `identity`: a Role with its RoleBinding per namespace and a
 * ClusterRole with its ClusterRoleBinding for what reaches over all of them.
 */
export function grantYaml(rules: readonly AccessRule[], identity: Identity): string {
  const byNamespace = Map.groupBy(rules, (rule) => rule.namespace);
  return [...byNamespace]
    .flatMap(([namespace, rulesThere]) => {
      const policy = policyRules(rulesThere);
      const name = `sluice-${roleName(identity)}`;
      const metadata = namespace === undefined ? { name } : { name, namespace };
      const role = namespace === undefined ? 'ClusterRole' : 'Role';
      return [
        { apiVersion: 'rbac.authorization.k8s.io/v1', kind: role, metadata, rules: policy },
        {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: `${role}Binding`,
          metadata,
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: role, name },
          subjects: [subject(identity.impersonate?.user ?? identity.name)],
        },
      ];
    })
    .map((object) => stringify(object))
    .join('---\n');
}

function policyRules(rules: readonly AccessRule[]): PolicyRule[] {
  const policies: PolicyRule[] = [];
  for (const rule of rules) {
    const resource = rule.subresource === undefined ? rule.resource : `${rule.resource}/${rule.subresource}`;
    const same = policies.find(
      (policy) =>
        policy.apiGroups[0] === rule.group &&
        policy.resources[0] === resource &&
        policy.resourceNames?.[0] === rule.name,
    );
    if (same === undefined) {
      policies.push({
        apiGroups: [rule.group],
        resources: [resource],
        ...(rule.name !== undefined && { resourceNames: [rule.name] }),
        verbs: [rule.verb],
      });
    } else if (!same.verbs.includes(rule.verb)) {
      same.verbs.push(rule.verb);
    }
  }
  return policies;
}

function roleName(identity: Identity): string {
  const words = identity.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return words.slice(0, 200).replaceAll(/^-|-$/g, '') || 'user';
}

/** Service accounts go by `system:serviceaccount:<namespace>:<name>`. */
function subject(user: string): object {
  const [system, type, namespace, name] = user.split(':');
  if (system === 'system' && type === 'serviceaccount' && namespace !== undefined && name !== undefined) {
    return { kind: 'ServiceAccount', name, namespace };
  }
  return { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user };
}
