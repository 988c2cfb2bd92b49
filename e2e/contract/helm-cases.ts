import { gzipSync } from 'node:zlib';
import { apply, merge, namespace, untouched, type ContractCase } from './case.ts';

const metadataList = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' };
const selector = 'labelSelector=owner%3Dhelm&limit=500';
const name = 'sh.helm.release.v1.sluice-contract.v1';

const packed = gzipSync(JSON.stringify({ name: 'sluice-contract', version: 1 })).toString('base64');

/** What Helm keeps a revision in, and how it lies there. */
const drivers = [
  { plural: 'secrets', kind: 'Secret', body: { type: 'helm.sh/release.v1', stringData: { release: packed } } },
  { plural: 'configmaps', kind: 'ConfigMap', body: { data: { release: packed } } },
] as const;

const helmReleases = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`;

/** Before a rollback Sluice looks who has set `spec.suspend`; then it sets it itself. */
const suspensionCases: readonly ContractCase[] = [
  {
    name: 'apply a HelmRelease that says whether it is suspended',
    method: 'PATCH',
    path: `${helmReleases}/rolled-back?fieldManager=kustomize-controller&force=true`,
    headers: apply,
    body: {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'rolled-back', labels: untouched },
      spec: { interval: '1m', suspend: false, chartRef: { kind: 'OCIRepository', name: 'charts' } },
    },
    compare: ['code', 'body.spec'],
  },
  {
    name: 'get the HelmRelease with who manages its fields',
    method: 'GET',
    path: `${helmReleases}/rolled-back`,
    compare: [
      'code',
      'body.kind',
      'body.spec',
      'body.metadata.managedFields',
      'body.metadata.managedFields.0.fieldsV1',
    ],
  },
  {
    name: 'suspend the HelmRelease',
    method: 'PATCH',
    path: `${helmReleases}/rolled-back?fieldManager=sluice`,
    headers: merge,
    body: {
      metadata: { annotations: { 'sluice.dev/suspend-reason': 'rolled back to revision 1' } },
      spec: { suspend: true },
    },
    compare: ['code', 'body.spec'],
  },
  {
    name: 'get the suspended HelmRelease with who manages its fields',
    method: 'GET',
    path: `${helmReleases}/rolled-back`,
    compare: ['code', 'body.spec', 'body.metadata.managedFields'],
  },
  { name: 'get a HelmRelease as nobody', method: 'GET', path: `${helmReleases}/rolled-back`, as: 'nobody' },
  { name: 'delete the HelmRelease', method: 'DELETE', path: `${helmReleases}/rolled-back`, compare: ['code'] },
];

/** What Sluice asks of Helm's storage: the metadata of all revisions, and one revision with what it holds. */
const storageCases: readonly ContractCase[] = drivers.flatMap(({ plural, kind, body }): ContractCase[] => {
  const collection = `/api/v1/namespaces/${namespace}/${plural}`;
  const listed = ['code', 'body.kind', 'body.apiVersion', 'body.items.*.metadata.name', 'body.items.0.data'];
  return [
    {
      name: `create a release in a ${kind}`,
      method: 'POST',
      path: collection,
      body: {
        apiVersion: 'v1',
        kind,
        metadata: { name, labels: { owner: 'helm', name: 'sluice-contract', status: 'deployed', version: '1' } },
        ...body,
      },
      compare: ['code', 'body.kind', 'body.metadata.name', 'body.metadata.labels', 'body.type'],
    },
    {
      name: `list releases in each ${kind} of a namespace`,
      method: 'GET',
      path: `${collection}?${selector}`,
      headers: metadataList,
      compare: listed,
    },
    {
      name: `list releases in each ${kind} of the cluster`,
      method: 'GET',
      path: `/api/v1/${plural}?${selector}`,
      headers: metadataList,
      compare: ['code', 'body.kind', 'body.apiVersion'],
    },
    {
      name: `list releases in each ${kind} as nobody`,
      method: 'GET',
      path: `${collection}?${selector}`,
      headers: metadataList,
      as: 'nobody',
    },
    {
      name: `list releases in each ${kind} of the cluster as nobody`,
      method: 'GET',
      path: `/api/v1/${plural}?${selector}`,
      headers: metadataList,
      as: 'nobody',
    },
    {
      name: `get the release in a ${kind}`,
      method: 'GET',
      path: `${collection}/${name}`,
      compare: ['code', 'body.kind', 'body.data', 'body.type'],
    },
    { name: `get the release in a ${kind} as nobody`, method: 'GET', path: `${collection}/${name}`, as: 'nobody' },
    { name: `delete the release in a ${kind}`, method: 'DELETE', path: `${collection}/${name}`, compare: ['code'] },
    {
      name: `get the release in a ${kind} when it is gone`,
      method: 'GET',
      path: `${collection}/${name}`,
      until: 404,
    },
  ];
});

export const helmCases: readonly ContractCase[] = [...storageCases, ...suspensionCases];
