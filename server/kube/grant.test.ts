import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { grantYaml } from './grant.ts';

const objects = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as object);

test('rights in one namespace become a Role and its binding', () => {
  const rules = [
    { verb: 'get', group: 'apps', resource: 'deployments', namespace: 'web' },
    { verb: 'list', group: 'apps', resource: 'deployments', namespace: 'web' },
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'web' },
  ];
  const metadata = { name: 'sluice-ada-example-org', namespace: 'web' };
  expect(objects(grantYaml(rules, { name: 'ada@example.org', groups: [] }))).toEqual([
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada@example.org' }],
    },
  ]);
});

test('rights everywhere become a ClusterRole; a service account is bound as one', () => {
  const rules = [{ verb: 'patch', group: 'apps', resource: 'deployments', name: 'shop' }];
  const identity = { name: 'system:serviceaccount:tools:sluice', groups: [] };
  expect(objects(grantYaml(rules, identity))).toMatchObject([
    { kind: 'ClusterRole', rules: [{ resourceNames: ['shop'], verbs: ['patch'] }] },
    { kind: 'ClusterRoleBinding', subjects: [{ kind: 'ServiceAccount', name: 'sluice', namespace: 'tools' }] },
  ]);
});

test('the user who is impersonated is the one who gets it', () => {
  const identity = { name: 'Ada L.', groups: [], impersonate: { user: 'ada', groups: [] } };
  expect(grantYaml([{ verb: 'get', group: '', resource: 'pods' }], identity)).toContain('name: ada\n');
});
