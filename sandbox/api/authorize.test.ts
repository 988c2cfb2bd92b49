import { expect, test } from 'vitest';
import type { KubeObject } from '../../server/kube/object.ts';
import { authenticated, impersonate } from './authenticate.ts';
import { authorize, rulesFor, type PolicyRule } from './authorize.ts';
import { createStore } from './store.ts';

const rbac = 'rbac.authorization.k8s.io';

function role(name: string, rules: PolicyRule[], namespace?: string): KubeObject {
  const metadata = { name, uid: '', resourceVersion: '', ...(namespace !== undefined && { namespace }) };
  return { apiVersion: `${rbac}/v1`, kind: namespace === undefined ? 'ClusterRole' : 'Role', metadata, rules };
}

function binding(name: string, kind: string, roleName: string, subject: object, namespace?: string): KubeObject {
  const metadata = { name, uid: '', resourceVersion: '', ...(namespace !== undefined && { namespace }) };
  const roleRef = { apiGroup: rbac, kind, name: roleName };
  const own = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  return { apiVersion: `${rbac}/v1`, kind: own, metadata, roleRef, subjects: [subject] };
}

function cluster() {
  const store = createStore(100);
  const reader: PolicyRule = { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments', '*/status'] };
  store.put(`${rbac}/clusterroles`, role('reader', [reader]));
  store.put(`${rbac}/clusterroles`, role('paths', [{ verbs: ['get'], nonResourceURLs: ['/apis/*', '/version'] }]));
  store.put(
    `${rbac}/clusterroles`,
    role('actor', [{ verbs: ['impersonate'], apiGroups: [''], resources: ['users'], resourceNames: ['jane'] }]),
  );
  store.put(
    `${rbac}/roles`,
    role('one', [{ verbs: ['patch'], apiGroups: ['*'], resources: ['*'], resourceNames: ['this'] }], 'team'),
  );
  store.put(`${rbac}/clusterrolebindings`, binding('all', 'ClusterRole', 'reader', { kind: 'User', name: 'jane' }));
  store.put(
    `${rbac}/clusterrolebindings`,
    binding('paths', 'ClusterRole', 'paths', { kind: 'Group', name: 'system:authenticated' }),
  );
  store.put(`${rbac}/clusterrolebindings`, binding('actor', 'ClusterRole', 'actor', { kind: 'User', name: 'proxy' }));
  store.put(`${rbac}/clusterrolebindings`, binding('lost', 'ClusterRole', 'gone', { kind: 'User', name: 'joe' }));
  store.put(`${rbac}/rolebindings`, binding('team', 'ClusterRole', 'reader', { kind: 'Group', name: 'team' }, 'team'));
  store.put(`${rbac}/rolebindings`, binding('one', 'Role', 'one', { kind: 'ServiceAccount', name: 'bot' }, 'team'));
  return store;
}

const deployments = { verb: 'list', group: 'apps', resource: 'deployments' };

test('a cluster role bound everywhere, or in one namespace', () => {
  const store = cluster();
  const jane = authenticated('jane', []);
  const member = authenticated('max', ['team']);
  expect(authorize(store, jane, deployments)).toEqual({
    allowed: true,
    reason: 'RBAC: allowed by ClusterRoleBinding "all" of ClusterRole "reader" to User "jane"',
  });
  expect(authorize(store, jane, { ...deployments, verb: 'delete' }).allowed).toBe(false);
  expect(authorize(store, jane, { ...deployments, group: '' }).allowed).toBe(false);
  expect(authorize(store, member, deployments).allowed).toBe(false);
  expect(authorize(store, member, { ...deployments, namespace: 'team' }).reason).toContain('RoleBinding "team/team"');
  expect(authorize(store, member, { ...deployments, namespace: 'other' }).allowed).toBe(false);
});

test('subresources, single names, service accounts and paths', () => {
  const store = cluster();
  const jane = authenticated('jane', []);
  const bot = authenticated('system:serviceaccount:team:bot', []);
  const patch = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'team' };
  expect(authorize(store, jane, { ...deployments, subresource: 'status' }).allowed).toBe(true);
  expect(authorize(store, jane, { ...deployments, subresource: 'scale' }).allowed).toBe(false);
  expect(authorize(store, bot, { ...patch, name: 'this' }).allowed).toBe(true);
  expect(authorize(store, bot, { ...patch, name: 'that' }).allowed).toBe(false);
  expect(authorize(store, bot, patch).allowed).toBe(false);
  expect(authorize(store, bot, { verb: 'get', path: '/apis/apps/v1' }).allowed).toBe(true);
  expect(authorize(store, bot, { verb: 'get', path: '/metrics' }).allowed).toBe(false);
});

test('the privileged group may everything, and a role that is gone is named', () => {
  const store = cluster();
  expect(authorize(store, authenticated('root', ['system:masters']), deployments)).toEqual({
    allowed: true,
    reason: '',
  });
  expect(authorize(store, authenticated('joe', []), deployments)).toEqual({
    allowed: false,
    reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
  });
  expect(rulesFor(store, authenticated('max', ['team']), 'team')).toContainEqual(
    expect.objectContaining({ resources: ['deployments', '*/status'] }),
  );
});

test('who may impersonate whom', () => {
  const store = cluster();
  const proxy = authenticated('proxy', []);
  const as = (headers: Record<string, string[]>) =>
    impersonate(proxy, headers, (attributes) => authorize(store, proxy, attributes));
  expect(as({})).toBe(proxy);
  expect(as({ 'impersonate-user': ['jane'] })).toEqual({ name: 'jane', groups: ['system:authenticated'] });
  expect(() => as({ 'impersonate-user': ['joe'] })).toThrow(
    'users "joe" is forbidden: User "proxy" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
  expect(() => as({ 'impersonate-user': ['jane'], 'impersonate-group': ['team'] })).toThrow(
    'groups "team" is forbidden',
  );
  expect(() => as({ 'impersonate-group': ['team'] })).toThrow('without impersonating a user name');
});
