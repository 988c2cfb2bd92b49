import type { Schema } from './schema.ts';

/** One version of one resource, as the sandbox serves it. */
export interface ResourceDefinition {
  /** '' for the core group. */
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  shortNames?: readonly string[];
  categories?: readonly string[];
  namespaced: boolean;
  /** Whether `status` is written through a subresource of its own. */
  status: boolean;
  /** Whether `metadata.generation` counts the changes of the wish. */
  generation: boolean;
  /** Whether it is defined by a CustomResourceDefinition; lists of built-in resources leave out the items' kind. */
  custom: boolean;
  /** Further subresources, such as `log`. */
  subresources?: readonly string[];
  /** Whether dependents outlive the object if a deletion does not say otherwise. */
  orphans?: boolean;
  /** Whether a deletion answers with the object instead of a Status. */
  answersDeleted?: boolean;
  /** What an object must look like; without one anything goes. */
  schema?: Schema;
}

/** Where a resource is kept, whatever version serves it: `group/plural`. */
export function storageKey(resource: { group: string; plural: string }): string {
  return `${resource.group}/${resource.plural}`;
}

/** `group/version`, or just the version in the core group. */
export function groupVersion(definition: { group: string; version: string }): string {
  return definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
}

/** The verbs the sandbox answers on every stored resource. */
export const resourceVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

/** The verbs of `/status`. */
export const statusVerbs = ['get', 'patch', 'update'] as const;

interface BuiltIn {
  kind: string;
  plural: string;
  shortNames?: string[];
  categories?: string[];
  clusterWide?: boolean;
  status?: boolean;
  generation?: boolean;
  subresources?: string[];
  answersDeleted?: boolean;
  orphans?: boolean;
}

function builtIns(group: string, version: string, list: BuiltIn[]): ResourceDefinition[] {
  return list.map(({ kind, plural, clusterWide, status, generation, ...rest }) => ({
    group,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    namespaced: !clusterWide,
    status: status ?? false,
    generation: generation ?? false,
    custom: false,
    ...rest,
  }));
}

const workload = { status: true, generation: true, categories: ['all'] };

/** The resources every Kubernetes has, as far as a Flux dashboard looks at them. */
export const builtInResources: readonly ResourceDefinition[] = [
  ...builtIns('', 'v1', [
    { kind: 'ConfigMap', plural: 'configmaps', shortNames: ['cm'] },
    { kind: 'Event', plural: 'events', shortNames: ['ev'] },
    { kind: 'Namespace', plural: 'namespaces', shortNames: ['ns'], clusterWide: true, status: true },
    {
      kind: 'PersistentVolumeClaim',
      plural: 'persistentvolumeclaims',
      shortNames: ['pvc'],
      status: true,
      answersDeleted: true,
    },
    { ...workload, kind: 'Pod', plural: 'pods', shortNames: ['po'], subresources: ['log'], answersDeleted: true },
    { kind: 'Secret', plural: 'secrets' },
    { kind: 'ServiceAccount', plural: 'serviceaccounts', shortNames: ['sa'], answersDeleted: true },
    {
      kind: 'Service',
      plural: 'services',
      shortNames: ['svc'],
      categories: ['all'],
      status: true,
      subresources: ['proxy'],
      answersDeleted: true,
    },
  ]),
  ...builtIns('apps', 'v1', [
    { ...workload, kind: 'DaemonSet', plural: 'daemonsets', shortNames: ['ds'] },
    { ...workload, kind: 'Deployment', plural: 'deployments', shortNames: ['deploy'] },
    { ...workload, kind: 'ReplicaSet', plural: 'replicasets', shortNames: ['rs'] },
    { ...workload, kind: 'StatefulSet', plural: 'statefulsets', shortNames: ['sts'] },
  ]),
  ...builtIns('autoscaling', 'v2', [
    {
      kind: 'HorizontalPodAutoscaler',
      plural: 'horizontalpodautoscalers',
      shortNames: ['hpa'],
      categories: ['all'],
      status: true,
    },
  ]),
  ...builtIns('batch', 'v1', [
    { ...workload, kind: 'CronJob', plural: 'cronjobs', shortNames: ['cj'] },
    { ...workload, kind: 'Job', plural: 'jobs', orphans: true },
  ]),
  ...builtIns('coordination.k8s.io', 'v1', [{ kind: 'Lease', plural: 'leases' }]),
  ...builtIns('apiextensions.k8s.io', 'v1', [
    {
      kind: 'CustomResourceDefinition',
      plural: 'customresourcedefinitions',
      shortNames: ['crd', 'crds'],
      categories: ['api-extensions'],
      clusterWide: true,
      status: true,
      generation: true,
    },
  ]),
  ...builtIns('rbac.authorization.k8s.io', 'v1', [
    { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', clusterWide: true },
    { kind: 'ClusterRole', plural: 'clusterroles', clusterWide: true },
    { kind: 'RoleBinding', plural: 'rolebindings' },
    { kind: 'Role', plural: 'roles' },
  ]),
];
