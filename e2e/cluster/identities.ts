import { stringify } from 'yaml';
import { people, rights, tenantNamespace } from '../../sandbox/company/rights.ts';
import type { KubeObject } from '../../server/kube/object.ts';

/** Who a suite can be. Each has a kubeconfig of its own. */
export type Identity = 'admin' | (typeof people)[number]['name'];

export const identities: readonly Identity[] = ['admin', ...people.map(({ name }) => name)];

/** What grants the identities their rights, in an order that can be created. */
export function rbacObjects(): KubeObject[] {
  const namespaces = [tenantNamespace, 'flux-system'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: '', resourceVersion: '' },
  }));
  return [...namespaces, ...rights()];
}

/** A line of the API server's token file: token, user, uid, groups. */
export function tokenLine(user: string, token: string, userGroups: readonly string[]): string {
  return `${token},${user},${user}${userGroups.length > 0 ? `,"${userGroups.join(',')}"` : ''}`;
}

export function identityGroups(identity: Identity): readonly string[] {
  if (identity === 'admin') return ['system:masters'];
  return people.find(({ name }) => name === identity)?.groups ?? [];
}

/** A kubeconfig with one context, named for user and cluster. */
export function kubeconfigText(options: {
  cluster: string;
  server: string;
  certificateAuthority: string;
  user: string;
  token: string;
}): string {
  const context = `${options.user}@${options.cluster}`;
  const namespace = options.user === 'tenant' ? { namespace: tenantNamespace } : {};
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [
      {
        name: options.cluster,
        cluster: {
          server: options.server,
          'certificate-authority-data': Buffer.from(options.certificateAuthority).toString('base64'),
        },
      },
    ],
    users: [{ name: options.user, user: { token: options.token } }],
    contexts: [{ name: context, context: { cluster: options.cluster, user: options.user, ...namespace } }],
  });
}
