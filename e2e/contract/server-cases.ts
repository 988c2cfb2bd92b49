import {
  allKustomizations,
  kustomization,
  kustomizations,
  merge,
  namespace,
  refusal,
  type ContractCase,
} from './case.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const pods = `/api/v1/namespaces/${namespace}/pods`;
const things = `/apis/contract.example.com/v1/namespaces/${namespace}/things`;

const aggregated = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' };

const discovery: ContractCase[] = [
  { name: 'version', method: 'GET', path: '/version', compare: ['code', 'body.major', 'body.minor'] },
  ...['/healthz', '/readyz', '/livez'].map((path) => ({ name: path, method: 'GET', path })),
  { name: 'core versions', method: 'GET', path: '/api', compare: ['code', 'body.kind', 'body.versions'] },
  { name: 'groups', method: 'GET', path: '/apis', compare: ['code', 'body.kind', 'body.apiVersion'] },
  {
    name: 'everything of the core group',
    method: 'GET',
    path: '/api',
    headers: aggregated,
    compare: ['code', 'body.kind', 'body.apiVersion', 'body.items.*.metadata', 'body.items.*.versions.*.version'],
  },
  {
    name: 'everything of the other groups',
    method: 'GET',
    path: '/apis',
    headers: aggregated,
    compare: ['code', 'body.kind', 'body.apiVersion'],
  },
  ...['helm.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io', 'notification.toolkit.fluxcd.io'].map((group) => ({
    name: `group ${group}`,
    method: 'GET',
    path: `/apis/${group}`,
  })),
  ...['kustomize.toolkit.fluxcd.io/v1', 'notification.toolkit.fluxcd.io/v1beta3'].map((group) => ({
    name: `resources of ${group}`,
    method: 'GET',
    path: `/apis/${group}`,
    compare: [
      'code',
      'body.kind',
      'body.apiVersion',
      'body.groupVersion',
      'body.resources.*.name',
      'body.resources.*.kind',
    ],
  })),
  { name: 'a group nobody serves', method: 'GET', path: '/apis/nothing.example.com' },
  { name: 'a version nobody serves', method: 'GET', path: '/apis/kustomize.toolkit.fluxcd.io/v9' },
  { name: 'a resource nobody serves', method: 'GET', path: '/apis/kustomize.toolkit.fluxcd.io/v1/things' },
  { name: 'a resource the core group lacks', method: 'GET', path: '/api/v1/things' },
  { name: 'a resource of a group nobody serves', method: 'GET', path: '/apis/nothing.example.com/v1/things' },
  { name: 'a path nobody serves', method: 'GET', path: '/nothing' },
  {
    name: 'create outside of a namespace',
    method: 'POST',
    path: '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations',
    body: {},
  },
  { name: 'create a built-in kind outside of a namespace', method: 'POST', path: '/api/v1/configmaps', body: {} },
  { name: 'get outside of a namespace', method: 'GET', path: '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations/a' },
  { name: 'get a built-in kind outside of a namespace', method: 'GET', path: '/api/v1/configmaps/a' },
  { name: 'a part a kind does not have', method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps/a/part` },
  {
    name: 'a page of no size',
    method: 'GET',
    path: '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations?limit=many',
  },
];

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.contract.example.com' },
  spec: {
    group: 'contract.example.com',
    names: { kind: 'Thing', listKind: 'ThingList', plural: 'things', singular: 'thing' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
const thing = { apiVersion: 'contract.example.com/v1', kind: 'Thing', metadata: { name: 'one' } };

const customResources: ContractCase[] = [
  {
    name: 'list definitions, metadata only',
    method: 'GET',
    path: `${definitions}?limit=500`,
    headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' },
    compare: ['code', 'body.kind', 'body.apiVersion'],
  },
  {
    name: 'define a resource',
    method: 'POST',
    path: definitions,
    body: definition,
    compare: ['code', 'body.kind', 'body.metadata.name', 'body.metadata.generation', 'body.spec'],
  },
  { name: 'list what was defined', method: 'GET', path: things, until: 200 },
  { name: 'create what was defined', method: 'POST', path: things, body: thing, until: 201 },
  {
    name: 'undefine the resource',
    method: 'DELETE',
    path: `${definitions}/things.contract.example.com`,
    compare: ['code'],
  },
  {
    name: 'get the definition that is gone',
    method: 'GET',
    path: `${definitions}/things.contract.example.com`,
    until: 404,
  },
  { name: 'list what is defined no more', method: 'GET', path: things, until: 404 },
];

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'two-containers' },
  spec: {
    containers: [
      { name: 'app', image: 'example.com/app' },
      { name: 'side', image: 'example.com/side' },
    ],
  },
};

const podLogs: ContractCase[] = [
  { name: 'create a pod', method: 'POST', path: pods, body: pod, compare: ['code', 'body.kind', 'body.metadata.name'] },
  { name: 'log of no container', method: 'GET', path: `${pods}/two-containers/log` },
  { name: 'log of another container', method: 'GET', path: `${pods}/two-containers/log?container=third` },
  ...[
    'container=app',
    'container=app&follow=true',
    'container=app&follow=true&tailLines=100',
    'container=app&follow=true&tailLines=100&timestamps=true',
    'container=app&follow=true&sinceTime=2026-01-01T00:00:00Z&timestamps=true',
    'container=app&previous=true&tailLines=100&timestamps=true',
    'container=app&sinceSeconds=60&tailLines=100&timestamps=true',
    'container=app&limitBytes=1000&tailLines=100&timestamps=true',
    'container=app&tailLines=100',
    'container=app&tailLines=100&timestamps=true',
    'container=app&tailLines=-1',
    'container=app&tailLines=many',
    'container=app&sinceSeconds=0',
    'container=app&sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z',
  ].map((query) => ({
    name: `log of a pod on no node, ${query}`,
    method: 'GET',
    path: `${pods}/two-containers/log?${query}`,
  })),
  { name: 'log of no pod', method: 'GET', path: `${pods}/nothing/log?container=app` },
  {
    name: 'delete a pod',
    method: 'DELETE',
    path: `${pods}/two-containers?gracePeriodSeconds=0`,
    compare: ['code', 'body.kind', 'body.metadata.name'],
  },
];

const namespaces: ContractCase[] = [
  {
    name: 'create a namespace',
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sluice-contract-short' } },
  },
  {
    name: 'label a namespace',
    method: 'PATCH',
    path: '/api/v1/namespaces/sluice-contract-short',
    headers: merge,
    body: { metadata: { labels: { team: 'contract' } } },
  },
  {
    name: 'create a namespace with a name that is none',
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } },
    compare: refusal,
  },
  { name: 'delete a namespace', method: 'DELETE', path: '/api/v1/namespaces/sluice-contract-short' },
];

/** Requests that are wrong in themselves, whatever they are about. */
const malformed: ContractCase[] = [
  {
    name: 'delete what is not there, with null for options',
    method: 'DELETE',
    path: `${kustomizations}/nowhere`,
    body: 'null',
  },
  { name: 'a selector of a comma', method: 'GET', path: `${allKustomizations}?labelSelector=,`, compare: refusal },
  {
    name: 'a collection with a slash behind it',
    method: 'GET',
    path: `${kustomizations}/`,
    compare: ['code', 'body.kind'],
  },
  { name: 'an update without a name', method: 'PUT', path: kustomizations, body: kustomization('unnamed') },
  {
    name: 'creating a status',
    method: 'POST',
    path: `${kustomizations}/nowhere/status`,
    body: kustomization('nowhere'),
  },
  ...['spaces in it', 'x'.repeat(64), '-'].map((value): ContractCase => ({
    name: `a label of ${value.length} characters that none may have`,
    method: 'POST',
    path: kustomizations,
    body: kustomization('mislabelled', {}, { labels: { a: value } }),
  })),
  {
    name: 'labels of another type',
    method: 'POST',
    path: kustomizations,
    body: kustomization('mislabelled', {}, { labels: { a: 1 } }),
  },
  {
    name: 'a merge patch with force',
    method: 'PATCH',
    path: `${kustomizations}/nowhere?force=true`,
    headers: merge,
    body: {},
  },
];

/** Discovery, definitions that come and go, logs, namespaces, and what no server takes. */
export const serverCases: readonly ContractCase[] = [
  ...discovery,
  ...customResources,
  ...podLogs,
  ...namespaces,
  ...malformed,
];
