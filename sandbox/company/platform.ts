import { application, appliedObject } from './applied.ts';
import { failing } from './conditions.ts';
import { configMap, dummySecret } from './core.ts';
import type { Draft } from './draft.ts';
import type { HelmReleaseInput } from './helm-releases.ts';
import { ingressHistory, ingressLicense, ingressValues } from './ingress-history.ts';
import { digestOf } from './invent.ts';
import { helmRepository } from './helm-sources.ts';
import { ociRepository } from './repositories.ts';

const namespace = 'platform';

/** What every application stands on, from Helm charts. */
export function addPlatform(draft: Draft): void {
  const { before } = draft;
  draft.add(
    dummySecret(before, namespace, 'mirror-login', ['username', 'password']),
    dummySecret(before, namespace, 'dns-token', ['token']),
    configMap(before, namespace, 'ingress-values', { 'values.yaml': 'controller:\n  replicaCount: 3\n' }),
    helmRepository(before, {
      namespace,
      name: 'mirror',
      url: 'https://charts.example.com/mirror',
      secret: 'mirror-login',
      stored: '26m',
    }),
    helmRepository(before, { namespace, name: 'company', url: 'oci://registry.example.com/charts' }),
    ociRepository(before, {
      namespace,
      name: 'gateway-chart',
      url: 'oci://registry.example.com/charts/gateway',
      version: '2.7.0',
      semver: '2.x',
      chart: true,
      stored: '8d',
    }),
  );
  const release = (
    name: string,
    version: string,
    more: Partial<HelmReleaseInput> = {},
    options: { storage?: boolean } = {},
  ): void =>
    draft.release(
      {
        namespace,
        name,
        chart: { name, range: `${version.split('.')[0]}.x`, source: { kind: 'HelmRepository', name: 'mirror' } },
        version,
        values: { replicaCount: 2 },
        applies: application({ namespace, name, image: `registry.example.com/mirror/${name}:${version}` }),
        ...more,
      },
      options,
    );
  release(
    'cert-manager',
    '1.19.1',
    { drift: `ConfigMap/${namespace}/cert-manager-settings`, values: { crds: { enabled: true } } },
    { storage: true },
  );
  release('ingress-nginx', '4.13.2', {
    valuesFrom: [
      { kind: 'ConfigMap', name: 'ingress-values' },
      { kind: 'Secret', name: 'ingress-license' },
    ],
    values: ingressValues,
    appVersion: '1.13.2',
    revisions: 7,
  });
  draft.add(ingressLicense(before), ...ingressHistory(before));
  release(
    'external-dns',
    '1.19.0',
    {
      values: { policy: 'everything' },
      outcome: failing(
        'UpgradeFailed',
        `Helm upgrade failed for release platform/external-dns with chart external-dns@1.19.0: values don't meet the specifications of the schema(s) in the following chart(s):\nexternal-dns:\n- at '/policy': value must be one of 'create-only', 'sync', 'upsert-only'\n`,
        { since: '5h', last: '3m' },
      ),
    },
    { storage: true },
  );
  release('external-secrets', '0.20.4');
  release(
    'kyverno',
    '3.5.2',
    {
      remediation: { upgrade: { remediation: { remediateLastFailure: true, retries: 1, strategy: 'rollback' } } },
      timeout: '5m',
      outcome: {
        is: 'stalled',
        since: '1h48m',
        reason: 'RollbackSucceeded',
        message: 'Helm rollback to previous release platform/kyverno.v2 with chart kyverno@3.5.1 succeeded',
        stalledReason: 'RetriesExceeded',
        stalledMessage: 'Failed to upgrade after 2 attempt(s)',
      },
    },
    { storage: true },
  );
  release('metrics-server', '3.13.0', {
    suspended: { by: 'platform-team@example.com', ago: '3d', reason: 'Waiting for the node upgrade' },
    generation: 2,
  });
  release('cluster-autoscaler', '9.50.1', {
    outcome: { is: 'progressing', since: '35s', message: `Running 'upgrade' action with timeout of 5m0s` },
    applies: application({
      namespace,
      name: 'cluster-autoscaler',
      image: 'registry.example.com/mirror/cluster-autoscaler:9.50.1',
      replicas: 1,
      health: 'rolling-out',
    }),
  });
  release('backup', '11.1.0', {
    chart: { name: 'velero', range: '11.x', source: { kind: 'HelmRepository', name: 'mirror' } },
    valuesFrom: [{ kind: 'Secret', name: 'backup-location' }],
    outcome: failing(
      'ValuesError',
      `could not resolve Secret chart values reference 'platform/backup-location' with key 'values.yaml': secrets "backup-location" not found`,
      { since: '2d', last: '40s', applied: false },
    ),
  });
  release('gateway', '2.7.0', {
    chartRef: { kind: 'OCIRepository', name: 'gateway-chart' },
    ociDigest: digestOf('gateway 2.7.0'),
  });
  release('vault', '0.31.0', {
    suspended: { by: 'security@example.com', ago: '6h', reason: 'Keys are being rotated' },
    generation: 2,
    outcome: failing(
      'UpgradeFailed',
      `Helm upgrade failed for release platform/vault with chart vault@0.31.0: timeout waiting for: [StatefulSet/platform/vault status: 'InProgress']`,
      { since: '7h', last: '6h' },
    ),
    applies: [
      {
        ...appliedObject('StatefulSet', 'apps/v1', { namespace, name: 'vault' }),
        image: 'registry.example.com/mirror/vault:1.20.4',
        replicas: 3,
        health: 'unschedulable',
      },
      appliedObject('Service', 'v1', { namespace, name: 'vault' }),
    ],
  });
  release('service-mesh', '1.27.3', {
    remediation: { install: { remediation: { retries: 1 } } },
    outcome: {
      is: 'stalled',
      since: '2h',
      reason: 'InstallFailed',
      message: `Helm install failed for release platform/service-mesh with chart service-mesh@1.27.3: execution error at (service-mesh/templates/identity.yaml:9:6): identity.trustDomain must be set`,
      stalledReason: 'RetriesExceeded',
      stalledMessage: 'Failed to install after 2 attempt(s)',
    },
    revisions: 1,
  });
  release('node-tuning', '2.1.0', { outcome: { is: 'new' }, age: '40s' });
}
