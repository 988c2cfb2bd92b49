import type { KubeObject, ObjectMeta } from '../../server/kube/object.ts';
import type { Applied } from './applied.ts';
import { suffixOf } from './invent.ts';
import { metadataOf } from './metadata.ts';
import { ownerReference, podOf } from './pods.ts';
import type { PodHealth } from './pods.ts';
import { autoscalerOf, cronJobOf, daemonSetOf, jobOf, statefulSetOf } from './sets-and-jobs.ts';
import type { Before } from './time.ts';

/** Who applied it: the labels and annotations that the owner's controller leaves on each object. */
export interface AppliedBy {
  kind: 'Kustomization' | 'HelmRelease';
  namespace: string;
  name: string;
  /** Helm's own name of the release. */
  release?: string;
}

function ownerMarks(by: AppliedBy): Pick<ObjectMeta, 'labels' | 'annotations'> {
  const group = by.kind === 'Kustomization' ? 'kustomize.toolkit.fluxcd.io' : 'helm.toolkit.fluxcd.io';
  const labels = { [`${group}/name`]: by.name, [`${group}/namespace`]: by.namespace };
  if (by.kind === 'Kustomization') return { labels };
  return {
    labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': by.release ?? by.name, 'meta.helm.sh/release-namespace': by.namespace },
  };
}

/** The objects that stand in the cluster for what was applied: of a Deployment also its ReplicaSet and Pods. */
export function workloadsOf(before: Before, applied: Applied, by: AppliedBy, age = '30d'): KubeObject[] {
  const metadata = {
    ...metadataOf(before, applied.kind, { ...applied, age }),
    ...ownerMarks(by),
  };
  const base = {
    apiVersion: applied.group === '' ? applied.version : `${applied.group}/${applied.version}`,
    kind: applied.kind,
  };
  const name = applied.name;
  switch (applied.kind) {
    case 'ConfigMap':
      return [{ ...base, metadata, data: applied.data ?? { settings: name } }];
    case 'ServiceAccount':
      return [{ ...base, metadata }];
    case 'Service':
      return [
        {
          ...base,
          metadata,
          spec: {
            ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
            selector: { app: name },
            type: 'ClusterIP',
          },
          status: { loadBalancer: {} },
        },
      ];
    case 'ClusterRole':
      return [{ ...base, metadata, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }] }];
    case 'CronJob':
      return cronJobOf(before, applied, { ...base, metadata });
    case 'Job':
      return jobOf(before, applied, { ...base, metadata: { ...metadata, creationTimestamp: before('1563m') } });
    case 'StatefulSet':
      return statefulSetOf(before, applied, { ...base, metadata });
    case 'DaemonSet':
      return daemonSetOf(before, applied, { ...base, metadata });
    case 'HorizontalPodAutoscaler':
      return [autoscalerOf(applied, { ...base, metadata })];
    case 'Deployment':
      return deploymentOf(before, applied, { ...base, metadata });
    default:
      return [];
  }
}

function podHealth(before: Before, applied: Applied): PodHealth {
  switch (applied.health) {
    case 'crashing':
      return {
        ready: false,
        restarts: 17,
        phase: 'Running',
        state: {
          waiting: {
            message: `back-off 5m0s restarting failed container=app pod=${applied.name}`,
            reason: 'CrashLoopBackOff',
          },
        },
      };
    case 'image-missing':
      return {
        ready: false,
        restarts: 0,
        phase: 'Pending',
        state: { waiting: { message: `Back-off pulling image "${applied.image}"`, reason: 'ImagePullBackOff' } },
      };
    case 'rolling-out':
      return { ready: false, restarts: 0, phase: 'Running', state: { running: { startedAt: before('25s') } } };
    default:
      return { ready: true, restarts: 0, phase: 'Running', state: { running: { startedAt: before('6d') } } };
  }
}

function deploymentOf(
  before: Before,
  applied: Applied,
  base: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>,
): KubeObject[] {
  const { namespace = 'default', name, image = '', replicas = 1 } = applied;
  const health = podHealth(before, applied);
  const hash = suffixOf(`${namespace}/${name}`, 9);
  const unavailable = health.ready ? 0 : 1;
  const available = replicas - unavailable;
  const template = podTemplate({ app: name }, image);
  const replicaSetName = `${name}-${hash}`;
  const since = before(health.ready ? '6d' : '2h14m');
  const deployment: KubeObject = {
    ...base,
    metadata: {
      ...base.metadata,
      annotations: { ...base.metadata.annotations, 'deployment.kubernetes.io/revision': '4' },
    },
    spec: { replicas, revisionHistoryLimit: 10, selector: { matchLabels: { app: name } }, template },
    status: {
      ...(available > 0 ? { availableReplicas: available, readyReplicas: available } : {}),
      conditions: [
        {
          lastTransitionTime: since,
          lastUpdateTime: since,
          message: health.ready
            ? 'Deployment has minimum availability.'
            : 'Deployment does not have minimum availability.',
          reason: health.ready ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
          status: health.ready ? 'True' : 'False',
          type: 'Available',
        },
        progressing(since, replicaSetName, applied.health),
      ],
      observedGeneration: 1,
      replicas,
      ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
      updatedReplicas: replicas,
    },
  };
  const replicaSetAt = (revision: number, ofHash: string, age: string, wanted: number, serving: number): KubeObject => {
    const labels = { app: name, 'pod-template-hash': ofHash };
    const annotations = { 'deployment.kubernetes.io/revision': String(revision) };
    const described = { namespace, name: `${name}-${ofHash}`, age, labels, annotations };
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { ...metadataOf(before, 'ReplicaSet', described), ownerReferences: [ownerReference(deployment)] },
      spec: {
        replicas: wanted,
        selector: { matchLabels: labels },
        template: { ...template, metadata: { labels } },
      },
      status: {
        observedGeneration: 1,
        replicas: wanted,
        ...(wanted > 0 ? { fullyLabeledReplicas: wanted } : {}),
        ...(serving > 0 ? { availableReplicas: serving, readyReplicas: serving } : {}),
      },
    };
  };
  const replicaSet = replicaSetAt(4, hash, health.ready ? '6d' : '2h14m', replicas, available);
  // Those of former versions stay, scaled to zero, so that one can roll back.
  const former = [3, 2].map((revision) =>
    replicaSetAt(revision, suffixOf(`${namespace}/${name} ${revision}`, 9), `${(5 - revision) * 9}d`, 0, 0),
  );
  const pods = Array.from({ length: replicas }, (_, index) => {
    // One pod shows the trouble, the others of the older revision still serve.
    const of = index === 0 ? health : podHealth(before, { ...applied, health: 'healthy' });
    return podOf(
      before,
      { namespace, name: `${replicaSetName}-${suffixOf(`${namespace}/${name}/${index}`, 5)}` },
      {
        labels: { app: name, 'pod-template-hash': hash },
        container: 'app',
        image,
        health: of,
        owner: replicaSet,
      },
    );
  });
  return [deployment, ...former, replicaSet, ...pods];
}

/** How far the rollout is: a Deployment that has not got there for ten minutes has missed its deadline. */
function progressing(since: string, replicaSet: string, health: Applied['health']): Record<string, string> {
  const at = { lastTransitionTime: since, lastUpdateTime: since, type: 'Progressing' };
  if (health === 'image-missing') {
    const message = `ReplicaSet "${replicaSet}" has timed out progressing.`;
    return { ...at, message, reason: 'ProgressDeadlineExceeded', status: 'False' };
  }
  if (health === 'rolling-out')
    return {
      ...at,
      message: `ReplicaSet "${replicaSet}" is progressing.`,
      reason: 'ReplicaSetUpdated',
      status: 'True',
    };
  const message = `ReplicaSet "${replicaSet}" has successfully progressed.`;
  return { ...at, message, reason: 'NewReplicaSetAvailable', status: 'True' };
}

function podTemplate(labels: Record<string, string>, image: string): Record<string, unknown> {
  return {
    metadata: { labels },
    spec: {
      containers: [
        {
          image,
          name: 'app',
          ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' } },
        },
      ],
    },
  };
}
