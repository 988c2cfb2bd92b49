import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { kubeconfigText, rbacObjects, tokenLine } from './identities.ts';

test('a kubeconfig holds one context; the tenant stands in its namespace', () => {
  const text = kubeconfigText({
    cluster: 'one',
    server: 'https://127.0.0.1:20000',
    certificateAuthority: 'PEM',
    user: 'tenant',
    token: 'abc',
  });
  const config = parse(text) as Record<string, unknown>;
  expect(config['current-context']).toBe('tenant@one');
  expect(config['contexts']).toEqual([
    { name: 'tenant@one', context: { cluster: 'one', user: 'tenant', namespace: 'team-checkout' } },
  ]);
  expect(config['users']).toEqual([{ name: 'tenant', user: { token: 'abc' } }]);
  expect(config['clusters']).toEqual([
    {
      name: 'one',
      cluster: { server: 'https://127.0.0.1:20000', 'certificate-authority-data': btoa('PEM') },
    },
  ]);
});

test('several groups are quoted in the token file, none are left out', () => {
  expect(tokenLine('ada', 't1', ['one', 'two'])).toBe('t1,ada,ada,"one,two"');
  expect(tokenLine('nobody', 't2', [])).toBe('t2,nobody,nobody');
});

test('no role lets anybody read secrets', () => {
  type Rule = { apiGroups: string[]; resources: string[] };
  const rules = rbacObjects().flatMap((object) => (object['rules'] ?? []) as Rule[]);
  const core = rules.filter(({ apiGroups }) => apiGroups.includes('') || apiGroups.includes('*'));
  expect(core.length).toBeGreaterThan(0);
  expect(core.flatMap(({ resources }) => resources)).not.toContain('secrets');
  expect(core.flatMap(({ resources }) => resources)).not.toContain('*');
});
