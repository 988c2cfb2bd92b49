import { stringify } from 'yaml';
import type { KubeObject } from './requests.ts';

/** Who a suite can be. Each has a kubeconfig of its own. */
export const identities = ['admin', 'viewer', 'tenant', 'deployer', 'nobody'] as const;

export type Identity = (typeof identities)[number];

/** The one namespace the tenant may see. */
const tenantNamespace = 'team-checkout';

const groups: Record<Identity, string[]> = {
  admin: ['system:masters'],
  viewer: ['sluice:viewers'],
  tenant: ['sluice:tenants', tenantNamespace],
  deployer: ['sluice:deployers'],
  nobody: [],
};

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

const otherGroups = [
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
];

/** Not autoscaling, so that a page has a part that its reader may not see. */
const tenantGroups = ['apiextensions.k8s.io', 'apps', 'batch', 'rbac.authorization.k8s.io'];

const rbac = 'rbac.authorization.k8s.io';

function clusterRole(name: string, rules: object[]): KubeObject {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function binding(role: string, user: Identity, namespace?: string): KubeObject {
  return {
    apiVersion: `${rbac}/v1`,
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: { name: role, ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
  };
}

/** What grants the identities their rights, in an order that can be created. */
export function rbacObjects(): KubeObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: tenantNamespace } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'flux-system' } },
    clusterRole('sluice-viewer', [
      { apiGroups: [''], resources: coreResourcesButSecrets, verbs: read },
      { apiGroups: [...fluxGroups, ...otherGroups], resources: ['*'], verbs: read },
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

/** A line of the API server's token file: token, user, uid, groups. */
export function tokenLine(user: string, token: string, userGroups: readonly string[]): string {
  return `${token},${user},${user}${userGroups.length > 0 ? `,"${userGroups.join(',')}"` : ''}`;
}

export const identityGroups = (identity: Identity): readonly string[] => groups[identity];

/** A kubeconfig with one context, named for user and cluster. */
export function kubeconfigText(options: {
  cluster: string;
  server: string;
  certificateAuthority: string;
  user: string;
  token: string;
}): string {
  const context = `${options.user}@${options.cluster}`;
  const namespace = options.user === 'tenant' ? { namespace: tenantNamespace } : {};
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [
      {
        name: options.cluster,
        cluster: {
          server: options.server,
          'certificate-authority-data': Buffer.from(options.certificateAuthority).toString('base64'),
        },
      },
    ],
    users: [{ name: options.user, user: { token: options.token } }],
    contexts: [{ name: context, context: { cluster: options.cluster, user: options.user, ...namespace } }],
  });
}
