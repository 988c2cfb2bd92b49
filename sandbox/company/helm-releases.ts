import type { KubeObject } from '../../server/kube/object.ts';
import { inventoryOf } from './applied.ts';
import type { Applied } from './applied.ts';
import { condition, ready } from './conditions.ts';
import type { Condition, Outcome } from './conditions.ts';
import { digestOf, numberOf } from './invent.ts';
import { fluxFinalizer, metadataOf, readyUntilSuspended, suspendOf } from './metadata.ts';
import type { Described } from './metadata.ts';
import { helmChart } from './helm-sources.ts';
import type { Before } from './time.ts';

export interface HelmReleaseInput extends Described {
  /** A chart of a HelmRepository (a HelmChart is made for it) … */
  chart?: {
    name: string;
    range: string;
    source: { kind: 'HelmRepository' | 'GitRepository'; name: string; namespace?: string };
    outcome?: Outcome;
  };
  /** … or one that an OCIRepository or HelmChart already holds. */
  chartRef?: { kind: 'OCIRepository' | 'HelmChart'; name: string; namespace?: string };
  chartName?: string;
  version: string;
  appVersion?: string;
  /** Digest of an OCI chart. */
  ociDigest?: string;
  interval?: string;
  timeout?: string;
  releaseName?: string;
  targetNamespace?: string;
  dependsOn?: readonly { name: string; namespace?: string }[];
  values?: Record<string, unknown>;
  valuesFrom?: readonly { kind: 'ConfigMap' | 'Secret'; name: string; valuesKey?: string }[];
  applies?: readonly Applied[];
  /** Whether drift is looked for and corrected; an object that was found to differ, where it is only reported. */
  drift?: boolean | string;
  remediation?: Record<string, unknown>;
  /** How many revisions the release has seen. */
  revisions?: number;
  outcome?: Outcome;
}

/** One revision of a release, as status.history and Helm's storage both tell it. */
export interface ReleaseRevision {
  action: 'install' | 'upgrade' | 'rollback';
  version: number;
  status: 'deployed' | 'superseded' | 'failed';
  chartVersion: string;
  deployed: string;
}

export function chartNameOf(input: HelmReleaseInput): string {
  return input.chartName ?? input.chart?.name ?? input.chartRef?.name ?? input.name;
}

/** The revisions of a release, newest first, at most three, as helm-controller keeps them. */
export function releaseRevisions(input: HelmReleaseInput): ReleaseRevision[] {
  const outcome = input.outcome ?? readyUntilSuspended(input);
  const count = input.revisions ?? 3;
  const failed =
    outcome.is === 'stalled' || (outcome.is === 'failing' && /^(Install|Upgrade)Failed$/.test(outcome.reason));
  const rolledBack = outcome.is === 'stalled' && outcome.reason === 'RollbackSucceeded';
  const older = (version: number): ReleaseRevision => ({
    action: version === 1 ? 'install' : 'upgrade',
    version,
    status: 'superseded',
    chartVersion: version === count ? input.version : olderVersion(input.version, count - version),
    deployed: `${(count - version + 1) * 9}d`,
  });
  const revisions = Array.from({ length: count }, (_, index) => older(count - index));
  const newest = revisions[0];
  if (newest === undefined) return [];
  if (!failed) newest.status = 'deployed';
  if (failed) {
    newest.status = 'failed';
    newest.deployed = outcome.since;
    const previous = revisions[1];
    if (rolledBack) {
      revisions.unshift({
        ...newest,
        action: 'rollback',
        version: count + 1,
        status: 'deployed',
        chartVersion: previous?.chartVersion ?? input.version,
      });
    } else if (previous !== undefined) {
      previous.status = 'deployed';
    }
  }
  return revisions.slice(0, 3);
}

/** A version some steps before this one: `6.9.2` → `6.9.1` → `6.9.0` → `6.9.0`. */
function olderVersion(version: string, steps: number): string {
  const match = /^(.*\.)(\d+)(.*)$/.exec(version);
  return match === null ? version : `${match[1]}${Math.max(0, Number(match[2]) - steps)}`;
}

/** The release and, where its chart comes from a repository, the HelmChart made for it. */
export function helmRelease(before: Before, input: HelmReleaseInput): KubeObject[] {
  const { namespace = 'default', name, chart, chartRef } = input;
  const spec: Record<string, unknown> = {
    ...(chart === undefined
      ? { chartRef }
      : {
          chart: {
            spec: {
              chart: chart.name,
              interval: '10m0s',
              reconcileStrategy: 'ChartVersion',
              sourceRef: chart.source,
              version: chart.range,
            },
          },
        }),
    ...(input.dependsOn === undefined ? {} : { dependsOn: input.dependsOn }),
    ...(input.drift !== undefined && input.drift !== false
      ? {
          driftDetection: {
            ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }],
            mode: input.drift === true ? 'enabled' : 'warn',
          },
        }
      : {}),
    ...input.remediation,
    interval: input.interval ?? '10m',
    ...(input.releaseName === undefined ? {} : { releaseName: input.releaseName }),
    ...suspendOf(input),
    ...(input.targetNamespace === undefined ? {} : { targetNamespace: input.targetNamespace }),
    ...(input.timeout === undefined ? {} : { timeout: input.timeout }),
    ...(input.values === undefined ? {} : { values: input.values }),
    ...(input.valuesFrom === undefined ? {} : { valuesFrom: input.valuesFrom }),
  };
  const release: KubeObject = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: metadataOf(before, 'HelmRelease', input, fluxFinalizer),
    spec,
    status: releaseStatus(before, input),
  };
  if (chart === undefined || input.outcome?.is === 'new') return [release];
  const made = helmChart(before, {
    namespace: chart.source.namespace ?? namespace,
    name: `${namespace}-${name}`,
    age: input.age ?? '94d',
    labels: { 'helm.toolkit.fluxcd.io/name': name, 'helm.toolkit.fluxcd.io/namespace': namespace },
    chart: chart.name,
    range: chart.range,
    version: input.version,
    source: { kind: chart.source.kind, name: chart.source.name },
    outcome: chart.outcome ?? ready('5d'),
  });
  return [made, release];
}

function releaseStatus(before: Before, input: HelmReleaseInput): Record<string, unknown> {
  const outcome = input.outcome ?? readyUntilSuspended(input);
  if (outcome.is === 'new') return { observedGeneration: -1 };
  const { namespace = 'default', name, chart, generation = 1 } = input;
  const observed = input.suspended === undefined ? 1 : generation;
  const worked =
    outcome.is === 'ready' ||
    outcome.is === 'stalled' ||
    outcome.is === 'progressing' ||
    ('applied' in outcome && outcome.applied);
  const early =
    outcome.is === 'waiting' ||
    (outcome.is === 'failing' && !worked && !/^(Install|Upgrade)Failed$/.test(outcome.reason));
  const configDigest = digestOf(`values ${JSON.stringify(input.values ?? {})}`);
  const revisions = worked ? releaseRevisions(input) : [];
  const failures = outcome.is === 'stalled' || outcome.is === 'failing' ? numberOf(`${name} failures`, 2, 19) : 0;
  return {
    conditions: releaseConditions(before, input, outcome, observed),
    ...(failures > 0 && !early ? { failures } : {}),
    ...(chart === undefined ? {} : { helmChart: `${chart.source.namespace ?? namespace}/${namespace}-${name}` }),
    ...(revisions.length === 0
      ? {}
      : { history: revisions.map((revision) => snapshot(before, input, revision, configDigest)) }),
    ...(outcome.is === 'stalled' ? { upgradeFailures: failures } : {}),
    ...(worked && input.applies !== undefined ? { inventory: inventoryOf(input.applies) } : {}),
    ...(early
      ? {}
      : {
          lastAttemptedConfigDigest: configDigest,
          lastAttemptedGeneration: observed,
          lastAttemptedReleaseAction: revisions.length > 1 ? 'upgrade' : 'install',
          lastAttemptedReleaseActionDuration: `${numberOf(name, 2, 25)}.${numberOf(`${name} ns`, 100_000_000, 999_999_999)}s`,
          lastAttemptedRevision: input.version,
          ...(input.ociDigest === undefined ? {} : { lastAttemptedRevisionDigest: input.ociDigest }),
        }),
    ...(input.requested === undefined ? {} : { lastHandledReconcileAt: input.requested }),
    observedGeneration: worked ? observed : -1,
    ...(early ? {} : { storageNamespace: namespace }),
  };
}

/** The name under which Helm knows the release. */
export function releaseNameOf(input: HelmReleaseInput): string {
  if (input.releaseName !== undefined) return input.releaseName;
  return input.targetNamespace === undefined ? input.name : `${input.targetNamespace}-${input.name}`;
}

function snapshot(
  before: Before,
  input: HelmReleaseInput,
  revision: ReleaseRevision,
  configDigest: string,
): Record<string, unknown> {
  return {
    action: revision.action,
    apiVersion: 'v2',
    appVersion: input.appVersion ?? '1.0',
    chartName: chartNameOf(input),
    chartVersion: revision.chartVersion,
    configDigest,
    digest: digestOf(`release ${input.namespace}/${input.name} v${revision.version}`),
    firstDeployed: before(input.age ?? '94d'),
    lastDeployed: before(revision.deployed),
    name: releaseNameOf(input),
    namespace: input.targetNamespace ?? input.namespace,
    ...(input.ociDigest === undefined ? {} : { ociDigest: input.ociDigest }),
    status: revision.status,
    version: revision.version,
  };
}

function driftMessage(release: string, object: string): string {
  return `Cluster state of release ${release} has drifted from the desired state:\n${object} changed (0 additions, 1 changes, 0 removals)`;
}

function releaseConditions(
  before: Before,
  input: HelmReleaseInput,
  outcome: Exclude<Outcome, { is: 'new' }>,
  generation: number,
): Condition[] {
  const at = (duration: string) => ({ at: before(duration), generation });
  const target = `${input.targetNamespace ?? input.namespace}/${releaseNameOf(input)}`;
  const chart = `${chartNameOf(input)}@${input.version}`;
  const count = input.revisions ?? 3;
  const action = count > 1 ? 'upgrade' : 'install';
  const done = `Helm ${action} succeeded for release ${target}.v${count} with chart ${chart}`;
  const doneReason = action === 'upgrade' ? 'UpgradeSucceeded' : 'InstallSucceeded';
  switch (outcome.is) {
    case 'ready':
      return [
        condition('Ready', 'True', doneReason, done, at(outcome.since)),
        ...(input.drift === true
          ? [condition('Drifted', 'False', 'NoDriftDetected', 'No drift detected against the cluster state', at('2m'))]
          : typeof input.drift === 'string'
            ? [
                condition(
                  'Drifted',
                  'True',
                  'DriftDetected',
                  driftMessage(`${target}.v${count}`, input.drift),
                  at('3h'),
                ),
              ]
            : []),
        condition('Released', 'True', doneReason, done, at('9d')),
      ];
    case 'failing': {
      const acted = /^(Install|Upgrade)Failed$/.test(outcome.reason);
      const message = acted
        ? `Running '${action}' action with timeout of ${input.timeout ?? '5m0s'}`
        : 'Fulfilling prerequisites';
      return [
        condition('Reconciling', 'True', 'Progressing', message, at(outcome.last)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
        ...(acted ? [condition('Released', 'False', outcome.reason, outcome.message, at(outcome.since))] : []),
        ...(!acted && outcome.applied ? [condition('Released', 'True', doneReason, done, at('9d'))] : []),
      ];
    }
    case 'stalled': {
      const rolledBack = outcome.reason === 'RollbackSucceeded';
      const failure = `Helm upgrade failed for release ${target} with chart ${chart}: timeout waiting for: [Deployment/${target} status: 'InProgress']`;
      return [
        condition('Stalled', 'True', outcome.stalledReason, outcome.stalledMessage, at(outcome.since)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.since)),
        condition('Released', 'False', 'UpgradeFailed', rolledBack ? failure : outcome.message, at(outcome.since)),
        ...(rolledBack ? [condition('Remediated', 'True', outcome.reason, outcome.message, at(outcome.since))] : []),
      ];
    }
    case 'progressing':
      return [
        condition('Reconciling', 'True', 'Progressing', outcome.message, at(outcome.since)),
        condition('Ready', 'Unknown', 'Progressing', outcome.message, at(outcome.since)),
        condition('Released', 'True', doneReason, done, at('9d')),
      ];
    case 'waiting':
      return [
        condition('Reconciling', 'True', 'Progressing', 'Fulfilling prerequisites', at(outcome.since)),
        condition('Ready', 'False', 'DependencyNotReady', `dependency '${outcome.on}' is not ready`, at(outcome.since)),
      ];
  }
}
