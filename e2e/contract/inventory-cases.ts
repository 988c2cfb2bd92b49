import { namespace, type ContractCase } from './case.ts';

/** A resource that inventories hold. */
interface Owned {
  /** `/api/v1` or `/apis/<group>/<version>` */
  root: string;
  plural: string;
  kind: string;
  body: Record<string, unknown>;
  clusterWide?: boolean;
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }];

/** Kinds that Sluice reads by their metadata. */
const byMetadata: readonly Owned[] = [
  { root: '/api/v1', plural: 'configmaps', kind: 'ConfigMap', body: { data: { key: 'value' } } },
  { root: '/api/v1', plural: 'secrets', kind: 'Secret', body: { type: 'Opaque', data: { key: 'dmFsdWU=' } } },
  { root: '/api/v1', plural: 'serviceaccounts', kind: 'ServiceAccount', body: {} },
  { root: rbac, plural: 'roles', kind: 'Role', body: { rules } },
  { root: rbac, plural: 'rolebindings', kind: 'RoleBinding', body: { roleRef, subjects: [] } },
  { root: rbac, plural: 'clusterroles', kind: 'ClusterRole', body: { rules }, clusterWide: true },
  { root: rbac, plural: 'clusterrolebindings', kind: 'ClusterRoleBinding', body: { roleRef }, clusterWide: true },
];

const autoscaler: Owned = {
  root: '/apis/autoscaling/v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  body: {
    spec: {
      minReplicas: 1,
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sluice-inventoried' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  },
};

const name = 'sluice-inventoried';

function accept(kind: string): Record<string, string> {
  return { accept: `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json` };
}

function collectionOf({ root, plural, clusterWide }: Owned): string {
  return clusterWide ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

function lifeOf(owned: Owned, between: ContractCase[]): ContractCase[] {
  const { root, kind, body } = owned;
  const collection = collectionOf(owned);
  const one = `${collection}/${name}`;
  const apiVersion = root.replace(/^\/apis?\//, '');
  return [
    {
      name: `create the inventoried ${kind}`,
      method: 'POST',
      path: collection,
      body: { apiVersion, kind, metadata: { name }, ...body },
      compare: ['code', 'body.kind', 'body.metadata.name'],
    },
    {
      name: `get the inventoried ${kind}`,
      method: 'GET',
      path: one,
      compare: ['code', 'body.kind', 'body.apiVersion', 'body.metadata.name'],
    },
    {
      name: `list ${kind} objects by pages`,
      method: 'GET',
      path: `${collection}?limit=500`,
      compare: ['code', 'body.kind'],
    },
    { name: `list ${kind} objects as nobody`, method: 'GET', path: `${collection}?limit=500`, as: 'nobody' },
    { name: `get the inventoried ${kind} as nobody`, method: 'GET', path: one, as: 'nobody' },
    ...between,
    { name: `delete the inventoried ${kind}`, method: 'DELETE', path: one, compare: ['code'] },
    { name: `get the inventoried ${kind} when it is gone`, method: 'GET', path: one, until: 404 },
  ];
}

const metadata: readonly ContractCase[] = byMetadata.flatMap((owned) => {
  const { kind } = owned;
  const collection = collectionOf(owned);
  return lifeOf(owned, [
    {
      name: `get the metadata of a ${kind}`,
      method: 'GET',
      path: `${collection}/${name}`,
      headers: accept('PartialObjectMetadata'),
      compare: ['code', 'body.kind', 'body.apiVersion', 'body.metadata.name', 'body.data', 'body.rules'],
    },
    {
      name: `list the metadata of ${kind} objects`,
      method: 'GET',
      path: `${collection}?limit=500`,
      headers: accept('PartialObjectMetadataList'),
      compare: ['code', 'body.kind', 'body.apiVersion', 'body.items.0.kind', 'body.items.0.data', 'body.items.0.rules'],
    },
    {
      name: `get the metadata of no ${kind}`,
      method: 'GET',
      path: `${collection}/nothing`,
      headers: accept('PartialObjectMetadata'),
    },
    {
      name: `list the metadata of ${kind} objects as nobody`,
      method: 'GET',
      path: `${collection}?limit=500`,
      headers: accept('PartialObjectMetadataList'),
      as: 'nobody',
    },
  ]);
});

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** What Sluice asks to show an inventory: whole objects, metadata alone, lists by namespace; allowed, refused, gone. */
export const inventoryCases: readonly ContractCase[] = [
  ...metadata,
  ...lifeOf(autoscaler, [{ name: 'get no autoscaler', method: 'GET', path: `${collectionOf(autoscaler)}/nothing` }]),
  {
    name: 'get the metadata of a definition',
    method: 'GET',
    path: `${definitions}/kustomizations.kustomize.toolkit.fluxcd.io`,
    headers: accept('PartialObjectMetadata'),
    compare: ['code', 'body.kind', 'body.apiVersion', 'body.metadata.name', 'body.spec'],
  },
  {
    name: 'get a namespace',
    method: 'GET',
    path: `/api/v1/namespaces/${namespace}`,
    compare: ['code', 'body.kind', 'body.status'],
  },
];
