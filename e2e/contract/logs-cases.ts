import { merge, namespace, type ContractCase } from './case.ts';

const leases = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
const pods = `/api/v1/namespaces/${namespace}/pods`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ofFlux = 'labelSelector=app.kubernetes.io%2Fpart-of%3Dflux';

const shape = ['code', 'body.kind', 'body.apiVersion', 'body.reason', 'body.message', 'body.details'];
const names = ['code', 'body.kind', 'body.apiVersion', 'body.items.*.metadata.name'];
const written = ['code', 'body.kind', 'body.apiVersion', 'body.metadata.name', 'body.spec'];

const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'leader-election' },
  spec: {
    acquireTime: '2026-01-01T00:00:00.000000Z',
    holderIdentity: 'controller-1_a',
    leaseDurationSeconds: 35,
    leaseTransitions: 3,
    renewTime: '2026-01-01T00:00:00.000000Z',
  },
};

const leading: readonly ContractCase[] = [
  { name: 'create a lease', method: 'POST', path: leases, body: lease, compare: written },
  { name: 'list the leases', method: 'GET', path: leases, compare: [...names, 'body.items.*.spec'] },
  {
    name: 'renew a lease',
    method: 'PATCH',
    path: `${leases}/leader-election`,
    headers: merge,
    body: { spec: { renewTime: '2026-01-01T00:00:10.000000Z' } },
    compare: written,
  },
  { name: 'get a lease', method: 'GET', path: `${leases}/leader-election`, compare: written },
  { name: 'get no lease', method: 'GET', path: `${leases}/nothing` },
  { name: 'list the leases as nobody', method: 'GET', path: leases, as: 'nobody' },
];

const controllers: readonly ContractCase[] = [
  { name: 'list the deployments of a namespace', method: 'GET', path: deployments, compare: shape },
  { name: 'list the deployments of a namespace as nobody', method: 'GET', path: deployments, as: 'nobody' },
  { name: 'list the pods of a namespace', method: 'GET', path: `${pods}?limit=500`, compare: shape },
  { name: 'list the pods of a namespace as nobody', method: 'GET', path: `${pods}?limit=500`, as: 'nobody' },
  { name: 'list the definitions of Flux', method: 'GET', path: `${definitions}?${ofFlux}`, compare: shape },
  { name: 'list the definitions of Flux as nobody', method: 'GET', path: `${definitions}?${ofFlux}`, as: 'nobody' },
];

/** As a log page asks, and as it goes on. */
const questions = [
  'container=manager&timestamps=true&tailLines=200',
  'container=manager&timestamps=true&tailLines=200&sinceSeconds=300',
  'container=manager&timestamps=true&tailLines=200&previous=true',
  'container=manager&timestamps=true&tailLines=200&sinceSeconds=300&previous=true',
  'container=manager&timestamps=true&follow=true&sinceTime=2026-01-01T00%3A00%3A00Z',
];

const reading: readonly ContractCase[] = [
  {
    name: 'create a pod that no node takes',
    method: 'POST',
    path: pods,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'logging' },
      spec: { containers: [{ name: 'manager', image: 'example.com/manager:1' }], nodeSelector: { nowhere: 'yes' } },
    },
    compare: ['code', 'body.kind', 'body.metadata.name'],
  },
  ...questions.flatMap((query): ContractCase[] => [
    { name: `log of a pod, ${query}`, method: 'GET', path: `${pods}/logging/log?${query}` },
    { name: `log of no pod, ${query}`, method: 'GET', path: `${pods}/nothing/log?${query}` },
    { name: `log as nobody, ${query}`, method: 'GET', path: `${pods}/logging/log?${query}`, as: 'nobody' },
    {
      name: `log of no container, ${query}`,
      method: 'GET',
      path: `${pods}/logging/log?${query.replace('manager', 'nobody')}`,
    },
  ]),
];

/** What the pages of logs and controllers ask. */
export const logsCases: readonly ContractCase[] = [...leading, ...controllers, ...reading];
