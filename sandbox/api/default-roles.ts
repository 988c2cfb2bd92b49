import type { KubeObject } from '../../server/kube/object.ts';
import type { PolicyRule } from './authorize.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const metadata = (name: string) => ({ name, labels, uid: '', resourceVersion: '' });

function clusterRole(name: string, rules: PolicyRule[]): KubeObject {
  return { apiVersion, kind: 'ClusterRole', metadata: metadata(name), rules };
}

function toGroups(role: string, ...groups: string[]): KubeObject {
  return {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: metadata(role),
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    subjects: groups.map((name) => ({ apiGroup, kind: 'Group', name })),
  };
}

const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const flux: PolicyRule = {
  verbs: read,
  apiGroups: [
    'helm.toolkit.fluxcd.io',
    'image.toolkit.fluxcd.io',
    'kustomize.toolkit.fluxcd.io',
    'notification.toolkit.fluxcd.io',
    'source.extensions.fluxcd.io',
    'source.toolkit.fluxcd.io',
  ],
  resources: ['*'],
};

const viewed: PolicyRule[] = [
  {
    verbs: read,
    apiGroups: [''],
    resources: [
      'configmaps',
      'events',
      'namespaces',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'serviceaccounts',
      'services',
    ],
  },
  { verbs: read, apiGroups: ['apps', 'batch'], resources: ['*'] },
  flux,
];

const edited: PolicyRule[] = [
  ...viewed,
  { verbs: read, apiGroups: [''], resources: ['secrets'] },
  {
    verbs: write,
    apiGroups: [''],
    resources: ['configmaps', 'events', 'persistentvolumeclaims', 'pods', 'secrets', 'serviceaccounts', 'services'],
  },
  { verbs: ['impersonate'], apiGroups: [''], resources: ['serviceaccounts'] },
  { verbs: write, apiGroups: ['apps', 'batch'], resources: ['*'] },
  { ...flux, verbs: write },
];

const discovery = ['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/readyz', '/version', '/version/'];

/** The roles and bindings a cluster with Flux has from the start, aggregated roles already summed up. */
export const defaultRoles: readonly KubeObject[] = [
  clusterRole('cluster-admin', [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]),
  toGroups('cluster-admin', 'system:masters'),
  clusterRole('admin', [
    ...edited,
    { verbs: [...read, ...write], apiGroups: [apiGroup], resources: ['rolebindings', 'roles'] },
  ]),
  clusterRole('edit', edited),
  clusterRole('view', viewed),
  clusterRole('system:discovery', [{ verbs: ['get'], nonResourceURLs: discovery }]),
  toGroups('system:discovery', 'system:authenticated'),
  clusterRole('system:basic-user', [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  ]),
  toGroups('system:basic-user', 'system:authenticated'),
  clusterRole('system:public-info-viewer', [
    { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] },
  ]),
  toGroups('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
];
