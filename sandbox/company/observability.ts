import { application, appliedObject } from './applied.ts';
import { failing } from './conditions.ts';
import { dummySecret } from './core.ts';
import type { Draft } from './draft.ts';
import { fleetRevision } from './fleet.ts';
import type { HelmReleaseInput } from './helm-releases.ts';
import { alert, provider } from './notifications.ts';
import { helmRepository } from './helm-sources.ts';

const namespace = 'observability';
const fleet = { kind: 'GitRepository' as const, name: 'flux-system', namespace: 'flux-system' };

/** Metrics, logs and traces: a store whose upgrade fails, and what waits for it. */
export function addObservability(draft: Draft): void {
  const { before } = draft;
  draft.add(
    dummySecret(before, namespace, 'grafana-admin', ['admin-user', 'admin-password']),
    dummySecret(before, namespace, 'chat-token', ['address']),
    helmRepository(before, { namespace, name: 'grafana', url: 'https://charts.example.com/grafana', stored: '2h' }),
    helmRepository(before, {
      namespace,
      name: 'prometheus',
      url: 'oci://registry.example.com/mirror/prometheus-charts',
    }),
    provider(before, { namespace, name: 'chat', type: 'rocket', channel: 'alerts', secret: 'chat-token' }),
    alert(before, { namespace, name: 'releases', provider: 'chat', sources: [{ kind: 'HelmRelease', name: '*' }] }),
  );
  const release = (
    name: string,
    repository: string,
    version: string,
    more: Partial<HelmReleaseInput> = {},
    options: { storage?: boolean } = {},
  ): void =>
    draft.release(
      {
        namespace,
        name,
        chart: { name, range: `${version.split('.')[0]}.x`, source: { kind: 'HelmRepository', name: repository } },
        version,
        applies: application({ namespace, name, image: `registry.example.com/mirror/${name}:${version}` }),
        ...more,
      },
      options,
    );
  release('prometheus', 'prometheus', '27.41.0', { drift: true, revisions: 12, values: { retention: '30d' } });
  release(
    'grafana',
    'grafana',
    '10.1.4',
    {
      valuesFrom: [{ kind: 'Secret', name: 'grafana-admin', valuesKey: 'values.yaml' }],
      dependsOn: [{ name: 'prometheus' }],
    },
    { storage: true },
  );
  release(
    'loki',
    'grafana',
    '6.44.0',
    {
      timeout: '10m',
      values: { deploymentMode: 'SimpleScalable' },
      outcome: failing(
        'UpgradeFailed',
        `Helm upgrade failed for release observability/loki with chart loki@6.44.0: timeout waiting for: [Deployment/observability/loki status: 'InProgress']`,
        { since: '47m', last: '2m' },
      ),
      applies: application({
        namespace,
        name: 'loki',
        image: 'registry.example.com/mirror/loki:6.44.0',
        health: 'crashing',
      }),
    },
    { storage: true },
  );
  release('tempo', 'grafana', '1.24.0', {
    dependsOn: [{ name: 'loki' }],
    outcome: { is: 'waiting', on: 'observability/loki', since: '45m' },
  });
  release('alloy', 'grafana', '1.4.0', {
    revisions: 1,
    applies: [
      appliedObject('ServiceAccount', 'v1', { namespace, name: 'alloy' }),
      {
        ...appliedObject('DaemonSet', 'apps/v1', { namespace, name: 'alloy' }),
        image: 'registry.example.com/mirror/alloy:1.4.0',
      },
    ],
  });
  release('blackbox-exporter', 'prometheus', '11.4.1');
  draft.kustomization({
    namespace,
    name: 'dashboards',
    source: fleet,
    path: './observability/dashboards',
    revision: fleetRevision,
    applies: ['nodes', 'ingress', 'flux', 'payments'].map((name) => ({
      kind: 'ConfigMap',
      group: '',
      version: 'v1',
      namespace,
      name: `dashboard-${name}`,
    })),
  });
  draft.kustomization({
    namespace,
    name: 'service-levels',
    source: fleet,
    path: './observability/service-levels',
    revision: fleetRevision,
    outcome: failing(
      'ReconciliationFailed',
      'PrometheusRule/observability/slo-burn dry-run failed: admission webhook "prometheusrulevalidate.monitoring.example.com" denied the request: group "checkout", rule 3: could not parse expression: 1:42: parse error: unclosed left parenthesis\n',
      { since: '4h', last: '5m' },
    ),
  });
  draft.kustomization({
    namespace,
    name: 'probes',
    source: fleet,
    path: './observability/probes',
    revision: fleetRevision,
    outcome: failing(
      'ReconciliationFailed',
      'Probe/observability/shop dry-run failed: no matches for kind "Probe" in version "monitoring.example.com/v1"\n',
      {
        since: '6d',
        last: '6m',
        applied: false,
      },
    ),
  });
}
