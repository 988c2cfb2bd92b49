import type { KubeObject } from '../../server/kube/object.ts';

const group = 'rbac.authorization.k8s.io';

/** The people of the sandbox. Each has a kubeconfig of its own; the administrator comes with the API. */
export const people = [
  { name: 'viewer', groups: ['sluice:viewers'] },
  { name: 'tenant', groups: ['sluice:tenants', 'team-checkout'] },
  { name: 'deployer', groups: ['sluice:deployers'] },
  { name: 'nobody', groups: [] },
] as const;

/** The one namespace the tenant may see. */
export const tenantNamespace = 'team-checkout';

const read = ['get', 'list', 'watch'];
const fluxGroups = ['source', 'kustomize', 'helm', 'notification', 'image']
  .map((name) => `${name}.toolkit.fluxcd.io`)
  .concat('source.extensions.fluxcd.io', 'fluxcd.controlplane.io');
const coreButSecrets = ['configmaps', 'events', 'namespaces', 'pods', 'pods/log', 'serviceaccounts', 'services'];
const workloadGroups = ['apps', 'batch', 'apiextensions.k8s.io', group];

function clusterRole(name: string, rules: object[]): KubeObject {
  return { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name, uid: '', resourceVersion: '' }, rules };
}

function binding(role: string, user: string, namespace?: string): KubeObject {
  return {
    apiVersion: `${group}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: role, uid: '', resourceVersion: '', ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: group, kind: 'User', name: user }],
  };
}

/** What grants these people their rights: a viewer sees all but Secrets, a tenant works in one namespace, a deployer with Flux only, nobody with nothing. */
export function rights(): KubeObject[] {
  return [
    clusterRole('sluice-viewer', [
      { apiGroups: [''], resources: coreButSecrets, verbs: read },
      { apiGroups: [...fluxGroups, ...workloadGroups], resources: ['*'], verbs: read },
    ]),
    clusterRole('sluice-tenant', [
      { apiGroups: [''], resources: coreButSecrets, verbs: read },
      { apiGroups: workloadGroups, resources: ['*'], verbs: read },
      { apiGroups: fluxGroups, resources: ['*'], verbs: [...read, 'patch'] },
    ]),
    clusterRole('sluice-deployer', [
      { apiGroups: fluxGroups, resources: ['*'], verbs: [...read, 'patch'] },
      { apiGroups: [''], resources: ['events'], verbs: [...read, 'create'] },
    ]),
    binding('sluice-viewer', 'viewer'),
    binding('sluice-deployer', 'deployer'),
    binding('sluice-tenant', 'tenant', tenantNamespace),
  ];
}
