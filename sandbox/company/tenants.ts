import { application, appliedObject } from './applied.ts';
import { failing } from './conditions.ts';
import type { Draft } from './draft.ts';
import { namespaceObject } from './core.ts';
import { fleetRevision } from './fleet.ts';
import { gitRepository, revisionOfGit } from './repositories.ts';

const namespace = 'tenants';

/** Customers who bring repositories of their own and work with narrow rights. */
export function addTenants(draft: Draft): void {
  const { before } = draft;
  for (const tenant of ['birch', 'cedar', 'elm', 'maple']) {
    const url = `https://git.example.com/customers/${tenant}.git`;
    const target = `tenant-${tenant}`;
    draft.add(
      namespaceObject(before, target, { tenant }),
      gitRepository(before, { namespace, name: tenant, url, interval: '5m', stored: '18h', labels: { tenant } }),
    );
    const common = {
      namespace,
      name: tenant,
      source: { kind: 'GitRepository' as const, name: tenant },
      path: './deploy',
      revision: revisionOfGit({ url }),
      serviceAccount: `tenant-${tenant}`,
      targetNamespace: target,
      labels: { tenant },
      applies: [
        appliedObject('ServiceAccount', 'v1', { namespace: target, name: 'app' }),
        ...application({
          namespace: target,
          name: 'web',
          image: `registry.example.com/customers/${tenant}:1.0.0`,
          replicas: 1,
        }),
      ],
    };
    if (tenant === 'cedar') {
      draft.kustomization({
        ...common,
        outcome: failing(
          'ReconciliationFailed',
          `ClusterRole/${tenant}-admin dry-run failed (Forbidden): clusterroles.rbac.authorization.k8s.io "${tenant}-admin" is forbidden: User "system:serviceaccount:tenants:tenant-${tenant}" cannot patch resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope\n`,
          { since: '18h', last: '3m' },
        ),
      });
    } else {
      draft.kustomization(common);
    }
  }
  draft.kustomization({
    namespace,
    name: 'borrowed',
    source: { kind: 'GitRepository', name: 'payments', namespace: 'team-payments' },
    path: './shared',
    revision: fleetRevision,
    serviceAccount: 'tenant-elm',
    outcome: {
      is: 'stalled',
      since: '11d',
      reason: 'AccessDenied',
      message: `can't access 'GitRepository/team-payments/payments', cross-namespace references have been blocked`,
      stalledReason: 'AccessDenied',
      stalledMessage: `can't access 'GitRepository/team-payments/payments', cross-namespace references have been blocked`,
    },
  });
  draft.kustomization({
    namespace,
    name: 'oak',
    source: { kind: 'GitRepository', name: 'oak' },
    path: './deploy',
    revision: fleetRevision,
    serviceAccount: 'tenant-oak',
    outcome: failing('ArtifactFailed', 'GitRepository.source.toolkit.fluxcd.io "oak" not found', {
      since: '2d',
      last: '30s',
      applied: false,
    }),
  });
}
