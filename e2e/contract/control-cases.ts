import { merge, namespace, type ContractCase } from './case.ts';

type Json = Record<string, unknown>;

const template = {
  metadata: { labels: { app: 'contract' } },
  spec: { containers: [{ name: 'app', image: 'example.com/app' }] },
};
const selector = { matchLabels: { app: 'contract' } };
const oneOff = { spec: { ...template.spec, restartPolicy: 'Never' } };

/** A built-in kind that controllers write. */
interface Written {
  root: '/api/v1' | '/apis/apps/v1' | '/apis/batch/v1';
  kind: string;
  plural: string;
  body: Json;
  status?: Json;
}

const written: readonly Written[] = [
  { root: '/api/v1', kind: 'ConfigMap', plural: 'configmaps', body: { data: { key: 'value' } } },
  { root: '/api/v1', kind: 'Secret', plural: 'secrets', body: { type: 'Opaque', data: { key: 'dmFsdWU=' } } },
  { root: '/api/v1', kind: 'ServiceAccount', plural: 'serviceaccounts', body: {} },
  {
    root: '/api/v1',
    kind: 'Service',
    plural: 'services',
    body: { spec: { clusterIP: 'None', ports: [{ port: 80 }], selector: { app: 'contract' } } },
    status: { conditions: [] },
  },
  {
    root: '/api/v1',
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    body: {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
    status: { phase: 'Bound' },
  },
  {
    root: '/api/v1',
    kind: 'Pod',
    plural: 'pods',
    body: { spec: template.spec },
    status: { phase: 'Running', podIP: '10.0.0.1' },
  },
  {
    root: '/apis/apps/v1',
    kind: 'Deployment',
    plural: 'deployments',
    body: { spec: { replicas: 1, selector, template } },
    status: { observedGeneration: 1, replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
  },
  {
    root: '/apis/apps/v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    body: { spec: { replicas: 1, selector, template } },
    status: { observedGeneration: 1, replicas: 1 },
  },
  {
    root: '/apis/apps/v1',
    kind: 'StatefulSet',
    plural: 'statefulsets',
    body: { spec: { replicas: 1, selector, template, serviceName: 'contract' } },
    status: { observedGeneration: 1, replicas: 1 },
  },
  {
    root: '/apis/apps/v1',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    body: { spec: { selector, template } },
    status: {
      observedGeneration: 1,
      currentNumberScheduled: 1,
      desiredNumberScheduled: 1,
      numberMisscheduled: 0,
      numberReady: 1,
    },
  },
  {
    root: '/apis/batch/v1',
    kind: 'Job',
    plural: 'jobs',
    body: { spec: { template: oneOff } },
    status: { active: 1 },
  },
  {
    root: '/apis/batch/v1',
    kind: 'CronJob',
    plural: 'cronjobs',
    body: { spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: oneOff } } } },
    status: { lastScheduleTime: '2026-01-01T00:00:00Z' },
  },
];

const identity = ['code', 'body.kind', 'body.metadata.name', 'body.metadata.generation', 'body.reason', 'body.message'];

/** Creating, changing, finishing and deleting what a Flux controller applies. */
const applying: ContractCase[] = written.flatMap(({ root, kind, plural, body, status }) => {
  const collection = `${root}/namespaces/${namespace}/${plural}`;
  const one = `${collection}/controlled`;
  const apiVersion = root.replace(/^\/apis?\//, '');
  const patch = (name: string, path: string, change: object): ContractCase => ({
    name: `${name} a ${kind}`,
    method: 'PATCH',
    path,
    headers: merge,
    body: change,
    compare: identity,
  });
  return [
    {
      name: `create a ${kind} as a controller`,
      method: 'POST',
      path: collection,
      body: { apiVersion, kind, metadata: { name: 'controlled' }, ...body },
      compare: identity,
    },
    {
      name: `create the same ${kind} again`,
      method: 'POST',
      path: collection,
      body: { apiVersion, kind, metadata: { name: 'controlled' }, ...body },
    },
    { name: `get a ${kind}`, method: 'GET', path: one, compare: identity },
    { name: `list each ${kind}`, method: 'GET', path: collection, compare: ['code', 'body.kind'] },
    // A claim is held by a finalizer of its own, which no controller here removes.
    patch('label', one, { metadata: { finalizers: null, labels: { team: 'contract' } } }),
    patch('label no', `${collection}/nothing`, { metadata: { labels: { team: 'contract' } } }),
    ...(status ? [patch('finish', `${one}/status`, { status })] : []),
    ...(status ? [patch('finish no', `${collection}/nothing/status`, { status })] : []),
    { name: `delete a ${kind}`, method: 'DELETE', path: `${one}?gracePeriodSeconds=0`, compare: ['code', 'body.kind'] },
    { name: `delete a ${kind} again`, method: 'DELETE', path: one, until: 404 },
  ];
});

const condition = {
  type: 'Ready',
  status: 'False',
  reason: 'BuildFailed',
  message: 'kustomize build failed',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
};

const kinds = [
  'fluxcd.controlplane.io/v1/fluxinstances',
  'fluxcd.controlplane.io/v1/resourcesetinputproviders',
  'fluxcd.controlplane.io/v1/resourcesets',
  'helm.toolkit.fluxcd.io/v2/helmreleases',
  'image.toolkit.fluxcd.io/v1/imagepolicies',
  'image.toolkit.fluxcd.io/v1/imagerepositories',
  'image.toolkit.fluxcd.io/v1/imageupdateautomations',
  'kustomize.toolkit.fluxcd.io/v1/kustomizations',
  'notification.toolkit.fluxcd.io/v1/receivers',
  'notification.toolkit.fluxcd.io/v1beta3/alerts',
  'notification.toolkit.fluxcd.io/v1beta3/providers',
  'source.extensions.fluxcd.io/v1beta1/artifactgenerators',
  'source.toolkit.fluxcd.io/v1/buckets',
  'source.toolkit.fluxcd.io/v1/externalartifacts',
  'source.toolkit.fluxcd.io/v1/gitrepositories',
  'source.toolkit.fluxcd.io/v1/helmcharts',
  'source.toolkit.fluxcd.io/v1/helmrepositories',
  'source.toolkit.fluxcd.io/v1/ocirepositories',
];

interface ListBody {
  metadata: { resourceVersion: string };
}

/** What a Flux controller does with its own kinds: list, watch, write the status. */
const reconciling: ContractCase[] = kinds.flatMap((path) => {
  const [group = '', version = '', plural = ''] = path.split('/');
  const everywhere = `/apis/${group}/${version}/${plural}`;
  const here = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`;
  const query = 'allowWatchBookmarks=true&watch=true';
  const list = `list ${plural} as a controller`;
  const since = (earlier: (name: string) => Json) =>
    `resourceVersion=${(earlier(list) as unknown as ListBody).metadata.resourceVersion}`;
  return [
    { name: list, method: 'GET', path: everywhere, compare: ['code', 'body.kind'] },
    {
      name: `${list} by label`,
      method: 'GET',
      path: `${everywhere}?labelSelector=a%3Db`,
      compare: ['code', 'body.kind'],
    },
    {
      name: `watch ${plural} as a controller`,
      method: 'GET',
      path: (earlier) => `${everywhere}?${query}&${since(earlier)}`,
      reading: 'start',
    },
    {
      name: `watch ${plural} as a controller by label`,
      method: 'GET',
      path: (earlier) => `${everywhere}?${query}&labelSelector=a%3Db&${since(earlier)}`,
      reading: 'start',
    },
    {
      name: `write the status of a valid one in ${plural}`,
      method: 'PATCH',
      path: `${here}/valid/status`,
      headers: merge,
      body: { status: { observedGeneration: 1, conditions: [condition] } },
    },
    {
      name: `write the status of nothing in ${plural}`,
      method: 'PATCH',
      path: `${here}/nothing/status`,
      headers: merge,
      body: { status: { observedGeneration: 1 } },
    },
    {
      name: `finalize a valid one in ${plural}`,
      method: 'PATCH',
      path: `${here}/valid`,
      headers: merge,
      body: { metadata: { finalizers: [] } },
      compare: ['code', 'body.metadata.finalizers', 'body.metadata.generation'],
    },
    { name: `delete a valid one in ${plural}`, method: 'DELETE', path: `${here}/valid` },
    { name: `delete nothing in ${plural}`, method: 'DELETE', path: `${here}/valid` },
  ] satisfies ContractCase[];
});

const counting: ContractCase[] = [
  {
    name: 'count an event',
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/events/one`,
    headers: merge,
    body: { count: 2, lastTimestamp: '2026-01-01T00:01:00Z' },
  },
  {
    name: 'count an event that is gone',
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/events/nothing`,
    headers: merge,
    body: { count: 2 },
  },
];

/** What Flux controllers ask of the API. */
export const controlCases: readonly ContractCase[] = [...counting, ...applying, ...reconciling];
