import { createHash } from 'node:crypto';
import type { KubeObject } from './requests.ts';

const namespaceCount = 200;
const inventorySize = 20;
const failingPercent = 5;
const suspendedPercent = 3;
const progressingPercent = 2;

type Condition = { type: string; status: 'True' | 'False'; reason: string; message: string };

const digest = (seed: string): string => createHash('sha256').update(seed).digest('hex');

const percentile = (seed: string): number => Number.parseInt(digest(seed).slice(0, 6), 16) % 100;

const namespaceName = (index: number): string => `team-${String(index % namespaceCount).padStart(3, '0')}`;

type Context = { name: string; namespace: string; now: Date; revision: string };

const minutesBefore = (now: Date, minutes: number): string =>
  new Date(now.getTime() - minutes * 60_000).toISOString().replace(/\.\d+Z$/, 'Z');

function conditions(now: Date, list: readonly Condition[]): object[] {
  return list.map((condition) => ({ ...condition, lastTransitionTime: minutesBefore(now, 40), observedGeneration: 1 }));
}

function inventory({ name, namespace }: Context): object {
  const kinds = ['__ConfigMap', '__Service', '_apps_Deployment', '__ServiceAccount'];
  const entries = Array.from({ length: inventorySize }, (_, index) => ({
    id: `${namespace}_${name}-${Math.floor(index / kinds.length)}${kinds[index % kinds.length]}`,
    v: 'v1',
  }));
  return { entries };
}

function metadata(name: string, namespace: string): KubeObject['metadata'] {
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace };
  return { name, namespace, labels, finalizers: ['finalizers.fluxcd.io'], generation: 1 };
}

function failed(context: Context, healthy: boolean): Condition[] {
  const message = healthy
    ? `Applied revision: ${context.revision}`
    : `health check failed after 30.04s: timeout waiting for: [Deployment/${context.namespace}/${context.name}-0 status: 'InProgress']`;
  const ready: Condition = {
    type: 'Ready',
    status: healthy ? 'True' : 'False',
    reason: healthy ? 'ReconciliationSucceeded' : 'HealthCheckFailed',
    message,
  };
  if (healthy) return [ready];
  const retry = `Running health checks for revision ${context.revision} with a timeout of 30s`;
  return [{ type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: retry }, ready];
}

function stateOf(name: string): { failing: boolean; suspended: boolean; progressing: boolean } {
  const place = percentile(name);
  return {
    failing: place < failingPercent,
    suspended: place >= 50 && place < 50 + suspendedPercent,
    progressing: place >= 70 && place < 70 + progressingPercent,
  };
}

function kustomization(context: Context): KubeObject {
  const { name, namespace, now, revision } = context;
  const { failing, suspended, progressing } = stateOf(name);
  const running: Condition = {
    type: 'Reconciling',
    status: 'True',
    reason: 'Progressing',
    message: `Applying revision ${revision}`,
  };
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: metadata(name, namespace),
    spec: {
      interval: '10m',
      path: `./apps/${name}`,
      prune: true,
      wait: true,
      timeout: '2m',
      sourceRef: { kind: 'GitRepository', name: 'apps' },
      ...(suspended && { suspend: true }),
    },
    status: {
      observedGeneration: failing ? -1 : 1,
      conditions: conditions(now, [...(progressing ? [running] : []), ...failed(context, !failing)]),
      inventory: inventory(context),
      history: [
        {
          digest: `sha256:${digest(`${name} history`)}`,
          firstReconciled: minutesBefore(now, 9_000),
          lastReconciled: minutesBefore(now, 4),
          lastReconciledDuration: '1.21s',
          lastReconciledStatus: failing ? 'HealthCheckFailed' : 'ReconciliationSucceeded',
          metadata: { revision },
          totalReconciliations: 900,
        },
      ],
      lastAttemptedRevision: revision,
      ...(!failing && { lastAppliedRevision: revision }),
    },
  };
}

function helmRelease(context: Context): KubeObject {
  const { name, namespace, now } = context;
  const { failing, suspended, progressing } = stateOf(name);
  const version = `1.${percentile(`${name} minor`)}.${percentile(`${name} patch`)}`;
  const chart = `web@${version}`;
  const outcome: Condition = failing
    ? {
        type: 'Ready',
        status: 'False',
        reason: 'UpgradeFailed',
        message: `Helm upgrade failed for release ${namespace}/${name} with chart ${chart}: context deadline exceeded`,
      }
    : {
        type: 'Ready',
        status: 'True',
        reason: 'UpgradeSucceeded',
        message: `Helm upgrade succeeded for release ${namespace}/${name}.v4 with chart ${chart}`,
      };
  const running: Condition = {
    type: 'Reconciling',
    status: 'True',
    reason: 'Progressing',
    message: `Running 'upgrade' action with timeout of 5m0s`,
  };
  const release = (number: number): object => ({
    name,
    namespace,
    version: number,
    chartName: 'web',
    chartVersion: version,
    appVersion: '2.0',
    status: number === 4 ? (failing ? 'failed' : 'deployed') : 'superseded',
    digest: `sha256:${digest(`${name} release ${number}`)}`,
    configDigest: `sha256:${digest(`${name} configuration ${number}`)}`,
    firstDeployed: minutesBefore(now, 9_000),
    lastDeployed: minutesBefore(now, 60 * (5 - number)),
  });
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: metadata(name, namespace),
    spec: {
      interval: '15m',
      chart: { spec: { chart: 'web', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
      values: { replicas: 2, image: { repository: 'registry.example.com/web', tag: version } },
      ...(suspended && { suspend: true }),
    },
    status: {
      observedGeneration: 1,
      conditions: conditions(now, [...(progressing ? [running] : []), outcome]),
      helmChart: `${namespace}/${namespace}-${name}`,
      history: [release(4), release(3)],
      inventory: inventory(context),
      lastAttemptedGeneration: 1,
      lastAttemptedReleaseAction: 'upgrade',
      lastAttemptedRevision: version,
      storageNamespace: namespace,
      ...(failing && { failures: 3, upgradeFailures: 3 }),
    },
  };
}

function source(context: Context, kind: 'GitRepository' | 'HelmRepository'): KubeObject {
  const { name, namespace, now, revision } = context;
  const git = kind === 'GitRepository';
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: metadata(name, namespace),
    spec: git
      ? { interval: '5m', url: `https://git.example.com/${namespace}/apps`, ref: { branch: 'main' } }
      : { interval: '1h', url: `https://charts.example.com/${namespace}` },
    status: {
      observedGeneration: 1,
      conditions: conditions(now, [
        { type: 'Ready', status: 'True', reason: 'Succeeded', message: `stored artifact for revision '${revision}'` },
        {
          type: 'ArtifactInStorage',
          status: 'True',
          reason: 'Succeeded',
          message: `stored artifact for revision '${revision}'`,
        },
      ]),
      artifact: {
        digest: `sha256:${digest(`${namespace} ${kind}`)}`,
        lastUpdateTime: minutesBefore(now, 40),
        path: `${kind.toLowerCase()}/${namespace}/${name}/artifact.tar.gz`,
        revision,
        size: 4096,
        url: `http://source-controller.flux-system.svc.cluster.local./${kind.toLowerCase()}/${namespace}/${name}/artifact.tar.gz`,
      },
    },
  };
}

/**
 * So many generated objects of Flux over 200 namespaces: a Git and a Helm repository in each, and Kustomizations and
 * HelmReleases, half and half, 5 % of them failing. The namespaces come first and on top. The same count gives the
 * same names and states every time.
 */
export function scaleObjects(count: number, now: Date = new Date()): KubeObject[] {
  const namespaces = Array.from({ length: Math.min(namespaceCount, Math.ceil(count / 4)) }, (_, index) =>
    namespaceName(index),
  );
  const contextOf = (namespace: string, name: string): Context => {
    const revision = `main@sha1:${digest(namespace).slice(0, 40)}`;
    return { namespace, name, now, revision };
  };
  const sources = namespaces.flatMap((namespace) => [
    source(contextOf(namespace, 'apps'), 'GitRepository'),
    source(contextOf(namespace, 'charts'), 'HelmRepository'),
  ]);
  const workloads = Array.from({ length: Math.max(0, count - sources.length) }, (_, index) => {
    const namespace = namespaces[index % namespaces.length] ?? namespaceName(0);
    const context = contextOf(namespace, `app-${String(index).padStart(5, '0')}`);
    return Math.floor(index / namespaces.length) % 2 === 0 ? kustomization(context) : helmRelease(context);
  });
  return [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...sources.toSorted((left, right) => (left.kind < right.kind ? -1 : left.kind > right.kind ? 1 : 0)),
    ...workloads,
  ];
}
