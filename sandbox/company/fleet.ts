import type { KubeObject } from '../../server/kube/object.ts';
import { appliedObject } from './applied.ts';
import { failing } from './conditions.ts';
import { configMap, dummySecret } from './core.ts';
import type { Draft } from './draft.ts';
import { eventAbout } from './events.ts';
import { alert, provider, receiver } from './notifications.ts';
import { artifactGenerator, revisionOfArtifact } from './artifact-generators.ts';
import { bucket, revisionOfBucket } from './buckets.ts';
import { gitRepository, ociRepository, revisionOfGit } from './repositories.ts';
import type { Before } from './time.ts';

const namespace = 'flux-system';
const url = 'ssh://git@git.example.com/platform/fleet.git';

/** The revision of the repository from which the whole cluster is made. */
export const fleetRevision = revisionOfGit({ url });

const source = { kind: 'GitRepository' as const, name: 'flux-system' };
const owned = (kind: string, where: string, ...names: string[]) =>
  names.map((name) =>
    appliedObject(kind, kind === 'HelmRelease' ? 'helm.toolkit.fluxcd.io/v2' : 'kustomize.toolkit.fluxcd.io/v1', {
      namespace: where,
      name,
    }),
  );

/** Notifications of an alert that the other side did not take in time. */
function undelivered(before: Before, about: KubeObject): KubeObject[] {
  return ['Kustomization/flux-system/policies', 'HelmRelease/platform/kyverno'].map((name, index) => {
    const at = new Date(before(`${12 + 9 * index}m`));
    return eventAbout(about, {
      reason: 'NotificationDispatchFailed',
      message: `failed to send notification for ${name}: postMessage failed: failed to execute request: context deadline exceeded`,
      type: 'Warning',
      count: 1,
      first: at,
      last: at,
    });
  });
}

/** The root of the cluster: the repository that Flux itself comes from, and what it applies. */
export function addFleet(draft: Draft): void {
  const { before } = draft;
  const failures = alert(before, {
    namespace,
    name: 'failures',
    provider: 'pager',
    severity: 'error',
    summary: 'Production does not follow its repository',
    sources: [
      { kind: 'Kustomization', name: '*' },
      { kind: 'HelmRelease', name: '*', namespace: 'platform' },
      { kind: 'GitRepository', name: '*', matchLabels: { tier: 'core' } },
    ],
  });
  draft.add(
    dummySecret(before, namespace, 'flux-system', ['identity', 'identity.pub', 'known_hosts']),
    dummySecret(before, namespace, 'pager-token', ['token']),
    dummySecret(before, namespace, 'webhook-token', ['token']),
    configMap(before, namespace, 'cluster-settings', { cluster: 'production', region: 'north-1' }),
    gitRepository(before, { namespace, name: 'flux-system', url, secret: 'flux-system', stored: '1h12m' }),
    gitRepository(before, {
      namespace,
      name: 'legacy-scripts',
      url: 'https://user:s3cret@git.example.com/platform/legacy-scripts.git',
      suspended: 'plainly',
      outcome: { is: 'new' },
    }),
    ociRepository(before, {
      namespace,
      name: 'flux-components',
      url: 'oci://registry.example.com/flux/components',
      version: 'v2.9.2',
      semver: '2.9.x',
      stored: '21d',
      interval: '1h',
    }),
    bucket(before, {
      namespace,
      name: 'network-policies',
      bucket: 'network-policies',
      endpoint: 'objects.example.com',
      secret: 'bucket-access',
      stored: '3d',
    }),
    bucket(before, {
      namespace,
      name: 'disaster-recovery',
      bucket: 'dr-manifests',
      endpoint: 'objects-west.example.com',
      outcome: failing('BucketOperationFailed', `failed to confirm existence of 'dr-manifests' bucket: Access Denied`, {
        since: '9d',
        last: '2m',
      }),
    }),
    dummySecret(before, namespace, 'bucket-access', ['accesskey', 'secretkey']),
    ...artifactGenerator(before, {
      namespace,
      name: 'fleet-parts',
      sources: { fleet: source },
      artifacts: { 'fleet-policies': '@fleet/policies/**', 'fleet-quotas': '@fleet/quotas/**' },
    }),
    ...artifactGenerator(before, {
      namespace,
      name: 'edge-bundle',
      sources: { fleet: source, edge: { kind: 'OCIRepository', name: 'edge', namespace: 'platform' } },
      artifacts: { 'edge-bundle': '@edge/**' },
      outcome: failing(
        'SourceFetchFailed',
        `unable to get source 'platform/edge': ocirepositories.source.toolkit.fluxcd.io "edge" not found`,
        {
          since: '2d',
          last: '1m',
        },
      ),
    }),
    provider(before, {
      namespace,
      name: 'pager',
      type: 'pagerduty',
      address: 'https://events.example.com',
      channel: 'platform',
      secret: 'pager-token',
    }),
    provider(before, {
      namespace,
      name: 'deploy-log',
      type: 'generic',
      address: 'https://user:s3cret@hooks.example.com/flux?token=s3cret-hook',
    }),
    provider(before, {
      namespace,
      name: 'commit-status',
      type: 'gitlab',
      address: 'https://git.example.com/platform/fleet',
      secret: 'webhook-token',
    }),
    failures,
    ...undelivered(before, failures),
    alert(before, {
      namespace,
      name: 'everything',
      provider: 'deploy-log',
      sources: [{ kind: 'Kustomization', name: '*' }],
      suspended: 'plainly',
    }),
    alert(before, {
      namespace,
      name: 'commits',
      provider: 'commit-status',
      sources: [{ kind: 'Kustomization', name: 'flux-system' }],
    }),
    receiver(before, {
      namespace,
      name: 'fleet',
      type: 'gitlab',
      events: ['Push Hook'],
      secret: 'webhook-token',
      resources: [{ kind: 'GitRepository', name: 'flux-system' }],
    }),
    receiver(before, {
      namespace,
      name: 'registry',
      type: 'generic-hmac',
      secret: 'registry-hook',
      resources: [{ kind: 'OCIRepository', name: 'flux-components' }],
      outcome: failing(
        'TokenNotFound',
        `unable to read token from secret 'flux-system/registry-hook' error: secrets "registry-hook" not found`,
        {
          since: '9d',
          last: '4m',
          applied: false,
        },
      ),
    }),
  );
  draft.kustomization({
    namespace,
    name: 'flux-system',
    source,
    path: './clusters/production',
    revision: fleetRevision,
    applies: [
      appliedObject('ServiceAccount', 'v1', { namespace, name: 'kustomize-controller' }),
      appliedObject('ClusterRole', 'rbac.authorization.k8s.io/v1', { name: 'company:settings:reader' }),
      ...owned('Kustomization', namespace, 'infrastructure', 'policies', 'tenants', 'apps'),
    ],
  });
  draft.kustomization({
    namespace,
    name: 'infrastructure',
    source,
    path: './infrastructure',
    revision: fleetRevision,
    wait: true,
    timeout: '5m',
    applies: owned(
      'HelmRelease',
      'platform',
      'cert-manager',
      'ingress-nginx',
      'external-dns',
      'external-secrets',
      'kyverno',
    ),
    substitute: {
      substitute: { region: 'north-1' },
      substituteFrom: [{ kind: 'ConfigMap', name: 'cluster-settings' }],
    },
  });
  draft.kustomization({
    namespace,
    name: 'policies',
    source: { kind: 'ExternalArtifact', name: 'fleet-policies' },
    path: './',
    revision: revisionOfArtifact(namespace, 'fleet-policies'),
    dependsOn: [{ name: 'infrastructure' }],
    outcome: failing(
      'ReconciliationFailed',
      'ClusterPolicy/require-requests dry-run failed: admission webhook "validate-policy.kyverno.svc" denied the request: spec.rules[0].validate: unknown field "patern"\n',
      { since: '33m', last: '1m' },
    ),
  });
  draft.kustomization({
    namespace,
    name: 'tenants',
    source,
    path: './tenants',
    revision: fleetRevision,
    applies: owned('Kustomization', 'tenants', 'birch', 'cedar', 'elm', 'maple'),
  });
  draft.kustomization({
    namespace,
    name: 'apps',
    source,
    path: './apps',
    revision: fleetRevision,
    dependsOn: [{ name: 'infrastructure' }],
    applies: [
      ...owned('Kustomization', 'team-checkout', 'cart', 'checkout-api', 'checkout-web', 'pricing', 'promotions'),
      ...owned('Kustomization', 'team-payments', 'payments-api', 'ledger', 'invoices'),
    ],
  });
  draft.kustomization({
    namespace,
    name: 'network-policies',
    source: { kind: 'Bucket', name: 'network-policies' },
    path: './',
    revision: revisionOfBucket({ bucket: 'network-policies', endpoint: 'objects.example.com' }),
    applies: [appliedObject('ConfigMap', 'v1', { namespace: 'platform', name: 'network-policy-defaults' })],
  });
  draft.kustomization({
    namespace,
    name: 'quotas',
    source: { kind: 'ExternalArtifact', name: 'fleet-quotas' },
    path: './',
    revision: revisionOfArtifact(namespace, 'fleet-quotas'),
    applies: [appliedObject('ConfigMap', 'v1', { namespace: 'platform', name: 'quota-defaults' })],
    interval: '1h',
  });
}
