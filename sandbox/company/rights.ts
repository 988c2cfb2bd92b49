import type { KubeObject } from '../../server/kube/object.ts';

const group = 'rbac.authorization.k8s.io';

/** The one namespace the tenant may see. */
export const tenantNamespace = 'team-checkout';

/** Who can look at the company, besides an administrator. Each has a kubeconfig of its own, in the sandbox and in a test cluster. */
export const people = [
  { name: 'viewer', groups: ['sluice:viewers'] },
  { name: 'tenant', groups: ['sluice:tenants', tenantNamespace] },
  { name: 'deployer', groups: ['sluice:deployers'] },
  { name: 'nobody', groups: [] },
] as const;

const read = ['get', 'list', 'watch'];

const fluxGroups = [
  'fluxcd.controlplane.io',
  'source.toolkit.fluxcd.io',
  'source.extensions.fluxcd.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'notification.toolkit.fluxcd.io',
  'image.toolkit.fluxcd.io',
];

// RBAC cannot take secrets out of a wildcard, so the core group is spelled out.
const coreResourcesButSecrets = [
  'configmaps',
  'endpoints',
  'events',
  'limitranges',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'pods/log',
  'pods/status',
  'replicationcontrollers',
  'resourcequotas',
  'serviceaccounts',
  'services',
];

/** Not autoscaling, so that a page has a part that its reader may not see. */
const tenantGroups = ['apiextensions.k8s.io', 'apps', 'batch', group];

const viewerGroups = [
  ...tenantGroups,
  'admissionregistration.k8s.io',
  'apiregistration.k8s.io',
  'autoscaling',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'networking.k8s.io',
  'policy',
  'scheduling.k8s.io',
  'storage.k8s.io',
];

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
      { apiGroups: [''], resources: coreResourcesButSecrets, verbs: read },
      { apiGroups: [...fluxGroups, ...viewerGroups], resources: ['*'], verbs: read },
    ]),
    clusterRole('sluice-tenant', [
      { apiGroups: [''], resources: coreResourcesButSecrets, verbs: read },
      { apiGroups: tenantGroups, resources: ['*'], verbs: read },
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
