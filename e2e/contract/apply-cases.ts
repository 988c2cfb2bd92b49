import { apply, kustomization, kustomizations, namespace, refusal, type ContractCase } from './case.ts';

/** Server-side apply as Sluice tries it: kustomize-controller's name, by force, as a dry run. */
const trial = 'dryRun=All&fieldManager=kustomize-controller&force=true';

type Json = Record<string, unknown>;

const core = (plural: string) => `/api/v1/namespaces/${namespace}/${plural}`;
const apps = (plural: string) => `/apis/apps/v1/namespaces/${namespace}/${plural}`;

function patch(name: string, path: string, body: unknown, more: Partial<ContractCase> = {}): ContractCase {
  return { name, method: 'PATCH', path: `${path}?${trial}`, headers: apply, body, ...more };
}

/** Written for good, so that the trials after it have something to differ from. */
function write(name: string, path: string, body: unknown): ContractCase {
  return {
    name,
    method: 'PATCH',
    path: `${path}?fieldManager=kustomize-controller&force=true`,
    headers: apply,
    body,
    compare: ['code'],
  };
}

const pod = (app: string, ...containers: Json[]) => ({ metadata: { labels: { app } }, spec: { containers } });

function workload(kind: string, spec: Json): Json {
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'tried' }, spec };
}

const web = { name: 'web', image: 'example.com/web:1' };
const selector = (app: string) => ({ matchLabels: { app } });
const deployment = (spec: Json = {}) =>
  workload('Deployment', { replicas: 2, selector: selector('web'), template: pod('web', web), ...spec });

const roleRef = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
const binding = (name: string) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { name: 'tried' },
  roleRef: roleRef(name),
});
const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/tried`;

const settings = (data: Json, more: Json = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'tried' },
  data,
  ...more,
});

/** What of a workload both servers share: the sandbox sets no defaults for pods. */
const merged = [
  'code',
  'body.spec.replicas',
  'body.spec.template.spec.containers.*.name',
  'body.spec.template.spec.containers.*.image',
  'body.metadata.managedFields',
];

/** Trying to apply: what a diff asks of the API server. */
export const applyCases: readonly ContractCase[] = [
  patch('try a new Deployment', `${apps('deployments')}/tried`, deployment(), { compare: merged }),
  { name: 'nothing was written', method: 'GET', path: `${apps('deployments')}/tried`, compare: refusal },
  write('apply the Deployment', `${apps('deployments')}/tried`, deployment()),
  {
    name: 'scale the Deployment by hand',
    method: 'PATCH',
    path: `${apps('deployments')}/tried?fieldManager=hand`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: {
      spec: { replicas: 7, template: { spec: { containers: [web, { name: 'debug', image: 'example.com/sh:1' }] } } },
    },
    compare: merged,
  },
  patch('try the Deployment as it was', `${apps('deployments')}/tried`, deployment(), { compare: merged }),
  patch(
    'try another image',
    `${apps('deployments')}/tried`,
    deployment({ template: pod('web', { name: 'web', image: 'example.com/web:2' }) }),
    { compare: merged },
  ),
  {
    name: 'apply over what was scaled by hand, without force',
    method: 'PATCH',
    path: `${apps('deployments')}/tried?dryRun=All&fieldManager=kustomize-controller`,
    headers: apply,
    body: deployment(),
    compare: ['code', 'body.reason', 'body.details'],
  },
  patch(
    'try another selector',
    `${apps('deployments')}/tried`,
    deployment({ selector: selector('other'), template: pod('other', web) }),
    { compare: refusal },
  ),
  patch(
    'try a selector that selects nothing',
    `${apps('deployments')}/new`,
    { ...deployment({ selector: selector('no') }), metadata: { name: 'new' } },
    { compare: refusal },
  ),
  patch(
    'try a Deployment without containers',
    `${apps('deployments')}/new`,
    { ...deployment({ template: pod('web') }), metadata: { name: 'new' } },
    { compare: refusal },
  ),
  patch(
    'try a container without image',
    `${apps('deployments')}/new`,
    { ...deployment({ template: pod('web', { name: 'web' }) }), metadata: { name: 'new' } },
    { compare: refusal },
  ),
  write(
    'apply a StatefulSet',
    `${apps('statefulsets')}/tried`,
    workload('StatefulSet', { serviceName: 'one', selector: selector('web'), template: pod('web', web) }),
  ),
  patch(
    'try another service of the StatefulSet',
    `${apps('statefulsets')}/tried`,
    workload('StatefulSet', { serviceName: 'two', selector: selector('web'), template: pod('web', web) }),
    { compare: refusal },
  ),
  write('apply a RoleBinding', bindings, binding('view')),
  patch('try another role of the RoleBinding', bindings, binding('edit'), { compare: refusal }),
  write('apply a ConfigMap that stays', `${core('configmaps')}/tried`, settings({ a: '1' }, { immutable: true })),
  patch('try other data of it', `${core('configmaps')}/tried`, settings({ a: '2' }, { immutable: true }), {
    compare: refusal,
  }),
  patch('try to let it change', `${core('configmaps')}/tried`, settings({ a: '1' }), { compare: refusal }),
  patch(
    'try a Service with ports',
    `${core('services')}/tried`,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'tried' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }] },
    },
    { compare: ['code', 'body.spec.ports', 'body.spec.selector'] },
  ),
  patch('try in a namespace that is not there', '/api/v1/namespaces/sluice-nowhere/configmaps/tried', settings({}), {
    compare: refusal,
  }),
  patch(
    'try a kind that is not served',
    `/apis/example.com/v1/namespaces/${namespace}/things/tried`,
    { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'tried' } },
    { compare: ['code'] },
  ),
  patch('try a field of another type', `${kustomizations}/tried`, kustomization('tried', { prune: 'yes' })),
  patch('try a number for a text', `${kustomizations}/tried`, kustomization('tried', { path: 5 })),
  patch('try a text for a map', `${kustomizations}/tried`, kustomization('tried', { sourceRef: 'apps' })),
  patch('try a map for a list', `${kustomizations}/tried`, kustomization('tried', { components: { a: 'b' } })),
  patch('try what the definition forbids', `${kustomizations}/tried`, kustomization('tried', { interval: 'soon' }), {
    compare: refusal,
  }),
  patch('try without the right to patch', `${core('configmaps')}/tried`, settings({}), {
    as: 'viewer',
    compare: refusal,
  }),
  patch(
    'try with a right to patch what is there, and something new',
    `${kustomizations}/tried`,
    kustomization('tried'),
    {
      as: 'deployer',
      compare: refusal,
    },
  ),
];
