import { allKustomizations, kustomizations, merge, namespace, refusal, type ContractCase } from './case.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const reviews = '/apis/authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';

function clusterRole(name: string, rules: object[]): object {
  return { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

function roleBinding(name: string, role: string, kind: string, subject: string): object {
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup, kind, name: subject }],
  };
}

const setUp: ContractCase[] = [
  {
    name: 'create a role',
    method: 'POST',
    path: `${rbac}/clusterroles`,
    body: clusterRole('sluice-contract-reader', [
      { apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['get', 'list', 'watch'] },
      {
        apiGroups: ['kustomize.toolkit.fluxcd.io'],
        resources: ['kustomizations'],
        resourceNames: ['apps'],
        verbs: ['patch'],
      },
    ]),
  },
  {
    name: 'bind it to a group',
    method: 'POST',
    path: `${rbac}/namespaces/${namespace}/rolebindings`,
    body: roleBinding('readers', 'sluice-contract-reader', 'Group', 'contract-readers'),
  },
  {
    name: 'bind a role that is not there',
    method: 'POST',
    path: `${rbac}/namespaces/${namespace}/rolebindings`,
    body: roleBinding('dangling', 'sluice-contract-nothing', 'User', 'contract-dangling'),
  },
  {
    name: 'create a role to impersonate',
    method: 'POST',
    path: `${rbac}/clusterroles`,
    body: clusterRole('sluice-contract-actor', [
      { apiGroups: [''], resources: ['users'], resourceNames: ['contract-jane'], verbs: ['impersonate'] },
      { apiGroups: [''], resources: ['groups'], resourceNames: ['contract-readers'], verbs: ['impersonate'] },
    ]),
    compare: ['code'],
  },
  {
    name: 'let somebody impersonate',
    method: 'POST',
    path: `${rbac}/clusterrolebindings`,
    body: {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'sluice-contract-actor' },
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'sluice-contract-actor' },
      subjects: [{ apiGroup, kind: 'User', name: 'nobody' }],
    },
  },
];

const tearDown: ContractCase[] = [
  `${rbac}/clusterrolebindings/sluice-contract-actor`,
  `${rbac}/clusterroles/sluice-contract-actor`,
  `${rbac}/clusterroles/sluice-contract-reader`,
].map((path) => ({
  name: `delete ${path}`,
  method: 'DELETE',
  path,
  compare: ['code', 'body.status', 'body.details.kind'],
}));

const jane = { 'impersonate-user': 'contract-jane' };
const reader = { ...jane, 'impersonate-group': ['contract-readers'] };

const refused: ContractCase[] = [
  { name: 'a wrong token', method: 'GET', path: '/api', headers: { authorization: 'Bearer wrong' } },
  { name: 'no token', method: 'GET', path: allKustomizations, headers: { authorization: '' } },
  { name: 'no token, a path', method: 'GET', path: '/apis', headers: { authorization: '' } },
  { name: 'no token, the version', method: 'GET', path: '/version', headers: { authorization: '' }, compare: ['code'] },
  { name: 'list everywhere', method: 'GET', path: allKustomizations, as: 'nobody' },
  { name: 'list in a namespace', method: 'GET', path: kustomizations, as: 'nobody' },
  { name: 'get one', method: 'GET', path: `${kustomizations}/apps`, as: 'nobody' },
  {
    name: 'get one by its field',
    method: 'GET',
    path: `${kustomizations}?fieldSelector=metadata.name%3Dapps`,
    as: 'nobody',
  },
  { name: 'watch', method: 'GET', path: `${kustomizations}?watch=true`, as: 'nobody' },
  {
    name: 'change one',
    method: 'PATCH',
    path: `${kustomizations}/apps`,
    as: 'viewer',
    headers: merge,
    body: { spec: { suspend: true } },
  },
  {
    name: 'change the status of one',
    method: 'PATCH',
    path: `${kustomizations}/apps/status`,
    as: 'viewer',
    headers: merge,
    body: {},
  },
  { name: 'delete one', method: 'DELETE', path: `${kustomizations}/apps`, as: 'viewer' },
  { name: 'delete all', method: 'DELETE', path: kustomizations, as: 'viewer' },
  {
    name: 'write an event',
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/events`,
    as: 'viewer',
    body: { apiVersion: 'v1', kind: 'Event', metadata: { name: 'refused', namespace }, involvedObject: {} },
  },
  { name: 'list Secrets', method: 'GET', path: '/api/v1/secrets', as: 'viewer' },
  { name: 'get a namespace', method: 'GET', path: '/api/v1/namespaces/default', as: 'nobody' },
  { name: 'read a log', method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/one/log`, as: 'nobody' },
  { name: 'list what no one serves', method: 'GET', path: '/apis/example.com/v1/things', as: 'nobody' },
  { name: 'ask a path', method: 'GET', path: '/metrics', as: 'nobody' },
];

const impersonating: ContractCase[] = [
  { name: 'impersonate a user', method: 'GET', path: kustomizations, as: 'nobody', headers: jane },
  {
    name: 'impersonate a user and a group',
    method: 'GET',
    path: `${kustomizations}?fieldSelector=metadata.name%3Dnone`,
    as: 'nobody',
    headers: reader,
  },
  {
    name: 'impersonate another user',
    method: 'GET',
    path: kustomizations,
    as: 'nobody',
    headers: { 'impersonate-user': 'contract-joe' },
    compare: ['code', 'body.reason', 'body.details.kind'],
  },
  {
    name: 'impersonate another group too',
    method: 'GET',
    path: kustomizations,
    as: 'nobody',
    headers: { ...jane, 'impersonate-group': ['contract-readers', 'system:masters'] },
    compare: ['code', 'body.reason', 'body.details.kind'],
  },
  {
    name: 'impersonate a group without a user',
    method: 'GET',
    path: kustomizations,
    headers: { 'impersonate-group': ['contract-readers'] },
    compare: ['code', 'body.reason'],
  },
  {
    name: 'patch as somebody who may this one',
    method: 'PATCH',
    path: `${kustomizations}/apps`,
    headers: { ...merge, ...reader },
    body: { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'jane' } } },
    compare: ['code', 'body.metadata.annotations'],
  },
  {
    name: 'patch as somebody who may not that one',
    method: 'PATCH',
    path: `${kustomizations}/applied`,
    headers: { ...merge, ...reader },
    body: { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'jane' } } },
  },
  {
    name: 'ask as somebody whose role is not there',
    method: 'GET',
    path: kustomizations,
    headers: { 'impersonate-user': 'contract-dangling' },
  },
  {
    name: 'ask as a service account',
    method: 'GET',
    path: kustomizations,
    headers: { 'impersonate-user': 'system:serviceaccount:default:builder' },
  },
];

function review(kind: string, spec: object | undefined): object {
  return { apiVersion: 'authorization.k8s.io/v1', kind, ...(spec && { spec }) };
}

function mayI(name: string, resourceAttributes: object, headers: ContractCase['headers'] = {}): ContractCase {
  return {
    name: `may I ${name}`,
    method: 'POST',
    path: `${reviews}/selfsubjectaccessreviews`,
    headers,
    body: review('SelfSubjectAccessReview', { resourceAttributes }),
    compare: ['code', 'body.kind', 'body.apiVersion', 'body.status'],
  };
}

const group = 'kustomize.toolkit.fluxcd.io';
const listing = { verb: 'list', group, resource: 'kustomizations' };

const reviewing: ContractCase[] = [
  mayI('everything', { verb: '*', group: '*', resource: '*' }),
  mayI('list everywhere', listing, reader),
  mayI('list here', { ...listing, namespace }, reader),
  mayI('patch this one', { ...listing, verb: 'patch', namespace, name: 'apps' }, reader),
  mayI('patch any', { ...listing, verb: 'patch', namespace }, reader),
  mayI('write the status', { ...listing, subresource: 'status', namespace }, reader),
  mayI('list with a role that is not there', { ...listing, namespace }, { 'impersonate-user': 'contract-dangling' }),
  {
    name: 'may I read a path',
    method: 'POST',
    path: `${reviews}/selfsubjectaccessreviews`,
    headers: jane,
    body: review('SelfSubjectAccessReview', { nonResourceAttributes: { verb: 'get', path: '/apis/apps' } }),
    compare: ['code', 'body.status'],
  },
  {
    name: 'ask nothing',
    method: 'POST',
    path: `${reviews}/selfsubjectaccessreviews`,
    body: review('SelfSubjectAccessReview', {}),
    compare: ['code', 'body.reason', 'body.status'],
  },
  {
    name: 'may they',
    method: 'POST',
    path: `${reviews}/subjectaccessreviews`,
    body: review('SubjectAccessReview', {
      user: 'contract-jane',
      groups: ['contract-readers'],
      resourceAttributes: { ...listing, namespace },
    }),
    compare: ['code', 'body.status'],
  },
  {
    name: 'may they, asked by somebody who may not ask',
    method: 'POST',
    path: `${reviews}/subjectaccessreviews`,
    as: 'nobody',
    body: review('SubjectAccessReview', { user: 'contract-jane', resourceAttributes: listing }),
  },
  {
    name: 'what may I here',
    method: 'POST',
    path: `${reviews}/selfsubjectrulesreviews`,
    headers: reader,
    body: review('SelfSubjectRulesReview', { namespace }),
    compare: ['code', 'body.kind', 'body.status.resourceRules'],
  },
  {
    name: 'what may I nowhere',
    method: 'POST',
    path: `${reviews}/selfsubjectrulesreviews`,
    body: review('SelfSubjectRulesReview', {}),
    compare: refusal,
  },
  {
    name: 'who am I',
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    headers: reader,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    compare: ['code', 'body.kind', 'body.status'],
  },
  {
    name: 'list reviews',
    method: 'GET',
    path: `${reviews}/selfsubjectaccessreviews`,
    compare: ['code', 'body.reason'],
  },
];

/** Who may what, and how it is said: tokens, roles, impersonation, reviews. */
export const accessCases: readonly ContractCase[] = [...setUp, ...refused, ...impersonating, ...reviewing, ...tearDown];
