import { merge, namespace, type ContractCase } from './case.ts';

/** A resource Sluice reads. */
interface Swept {
  /** `/api/v1` or `/apis/<group>/<version>` */
  root: string;
  plural: string;
  clusterWide?: boolean;
}

function swept(root: string, ...plurals: string[]): Swept[] {
  return plurals.map((plural) => ({ root, plural }));
}

const flux: Swept[] = [
  ...swept('/apis/fluxcd.controlplane.io/v1', 'fluxinstances', 'resourcesetinputproviders', 'resourcesets'),
  ...swept('/apis/helm.toolkit.fluxcd.io/v2', 'helmreleases'),
  ...swept('/apis/image.toolkit.fluxcd.io/v1', 'imagepolicies', 'imagerepositories', 'imageupdateautomations'),
  ...swept('/apis/kustomize.toolkit.fluxcd.io/v1', 'kustomizations'),
  ...swept('/apis/notification.toolkit.fluxcd.io/v1', 'receivers'),
  ...swept('/apis/notification.toolkit.fluxcd.io/v1beta3', 'alerts', 'providers'),
  ...swept('/apis/source.extensions.fluxcd.io/v1beta1', 'artifactgenerators'),
  ...swept(
    '/apis/source.toolkit.fluxcd.io/v1',
    'buckets',
    'externalartifacts',
    'gitrepositories',
    'helmcharts',
    'helmrepositories',
    'ocirepositories',
  ),
];

const others: Swept[] = [
  ...swept(
    '/api/v1',
    'configmaps',
    'events',
    'persistentvolumeclaims',
    'pods',
    'secrets',
    'serviceaccounts',
    'services',
  ),
  { root: '/api/v1', plural: 'namespaces', clusterWide: true },
  ...swept('/apis/apps/v1', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'),
  ...swept('/apis/batch/v1', 'cronjobs', 'jobs'),
  { root: '/apis/apiextensions.k8s.io/v1', plural: 'customresourcedefinitions', clusterWide: true },
  ...swept('/apis/rbac.authorization.k8s.io/v1', 'rolebindings', 'roles'),
  { root: '/apis/rbac.authorization.k8s.io/v1', plural: 'clusterrolebindings', clusterWide: true },
  { root: '/apis/rbac.authorization.k8s.io/v1', plural: 'clusterroles', clusterWide: true },
];

const shape = ['code', 'body.kind', 'body.apiVersion', 'body.reason', 'body.message', 'body.details'];
const watchQuery = 'watch=true&allowWatchBookmarks=true&timeoutSeconds=290';

interface ListBody {
  metadata: { resourceVersion: string };
}

/** What Sluice does with every resource it shows: list, watch, get; allowed and refused. */
const reading: readonly ContractCase[] = [...flux, ...others].flatMap(({ root, plural, clusterWide }) => {
  const everywhere = `${root}/${plural}`;
  const here = clusterWide ? everywhere : `${root}/namespaces/${namespace}/${plural}`;
  const list = `list ${plural} in ${root}`;
  return [
    { name: list, method: 'GET', path: `${everywhere}?limit=500`, compare: shape },
    {
      name: `watch ${plural} in ${root}`,
      method: 'GET',
      path: (earlier) => {
        const { resourceVersion } = (earlier(list) as unknown as ListBody).metadata;
        return `${everywhere}?${watchQuery}&resourceVersion=${resourceVersion}`;
      },
      reading: 'start',
    },
    { name: `get no ${plural} in ${root}`, method: 'GET', path: `${here}/nothing` },
    { name: `list ${plural} in ${root} as nobody`, method: 'GET', path: `${everywhere}?limit=500`, as: 'nobody' },
    {
      name: `watch ${plural} in ${root} as nobody`,
      method: 'GET',
      path: `${everywhere}?${watchQuery}&resourceVersion=1`,
      as: 'nobody',
    },
    { name: `get no ${plural} in ${root} as nobody`, method: 'GET', path: `${here}/nothing`, as: 'nobody' },
  ] satisfies ContractCase[];
});

/** What Sluice does with every Flux kind as somebody: get it, annotate it, suspend it; allowed, refused, gone. */
const acting: readonly ContractCase[] = flux.flatMap(({ root, plural }) => {
  const valid = `${root}/namespaces/${namespace}/${plural}/valid`;
  const nothing = `${root}/namespaces/${namespace}/${plural}/nothing`;
  const by = 'fieldManager=sluice';
  const annotate = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'contract' } } };
  const patch = (name: string, path: string, body: object): ContractCase => ({
    name: `${name} in ${plural}`,
    method: 'PATCH',
    path,
    headers: merge,
    body,
    compare: [
      'code',
      'body.reason',
      'body.message',
      'body.details',
      'body.metadata.annotations',
      'body.metadata.generation',
    ],
  });
  return [
    { name: `get the valid one in ${plural}`, method: 'GET', path: valid },
    patch('annotate', `${valid}?${by}`, annotate),
    patch('suspend', `${valid}?${by}`, { spec: { suspend: true } }),
    patch('suspend as a dry run', `${valid}?dryRun=All&${by}`, { spec: { suspend: false } }),
    patch('suspend in a wrong way', `${valid}?${by}`, { spec: { suspend: 'yes' } }),
    patch('annotate an old one', `${valid}?${by}`, { metadata: { resourceVersion: '1', ...annotate.metadata } }),
    patch('annotate nothing', `${nothing}?${by}`, annotate),
    { ...patch('annotate without the right', `${valid}?${by}`, annotate), as: 'viewer' },
  ];
});

/** The same requests for every resource. */
export const sweepCases: readonly ContractCase[] = [...reading, ...acting];
