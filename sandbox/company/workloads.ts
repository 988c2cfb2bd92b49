import type { KubeObject, ObjectMeta } from '../../server/kube/object.ts';
import type { Applied } from './applied.ts';
import { numberOf, suffixOf } from './invent.ts';
import { metadataOf } from './metadata.ts';
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
      return [
        {
          ...base,
          metadata,
          spec: { schedule: '15 * * * *', jobTemplate: { spec: { template: jobTemplate(name, applied.image) } } },
          status: { lastScheduleTime: before('22m'), lastSuccessfulTime: before('21m') },
        },
      ];
    case 'Job':
      return [
        {
          ...base,
          metadata,
          spec: { template: jobTemplate(name, applied.image) },
          status: { succeeded: 1, startTime: before('26h'), completionTime: before('26h') },
        },
      ];
    case 'Deployment':
      return deploymentOf(before, applied, { ...base, metadata });
    default:
      return [];
  }
}

function jobTemplate(name: string, image = 'registry.example.com/tools/job:1'): Record<string, unknown> {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'job', image }], restartPolicy: 'OnFailure' },
  };
}

interface PodHealth {
  ready: boolean;
  state: Record<string, unknown>;
  restarts: number;
  phase: string;
}

function podHealth(before: Before, applied: Applied): PodHealth {
  switch (applied.health ?? 'healthy') {
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
    case 'healthy':
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
      ],
      observedGeneration: 1,
      replicas,
      ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
      updatedReplicas: replicas,
    },
  };
  const replicaSetMetadata = metadataOf(before, 'ReplicaSet', {
    namespace,
    name: replicaSetName,
    age: health.ready ? '6d' : '2h14m',
    labels: { app: name, 'pod-template-hash': hash },
  });
  const replicaSet: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...replicaSetMetadata, ownerReferences: [ownerReference(deployment)] },
    spec: {
      replicas,
      selector: { matchLabels: { app: name, 'pod-template-hash': hash } },
      template: { ...template, metadata: { labels: { app: name, 'pod-template-hash': hash } } },
    },
    status: { observedGeneration: 1, readyReplicas: available, replicas },
  };
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
  return [deployment, replicaSet, ...pods];
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

export function ownerReference(owner: KubeObject): NonNullable<ObjectMeta['ownerReferences']>[number] {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

interface PodInput {
  labels: Record<string, string>;
  container: string;
  image: string;
  health: PodHealth;
  owner: KubeObject;
}

const healthy = (before: Before): PodHealth => ({
  ready: true,
  restarts: 0,
  phase: 'Running',
  state: { running: { startedAt: before('6d') } },
});

/** A Pod with one container. */
export function podOf(
  before: Before,
  place: { namespace: string; name: string },
  input: Omit<PodInput, 'health'> & { health?: PodHealth },
): KubeObject {
  const { labels, container, image, owner, health = healthy(before) } = input;
  const metadata = metadataOf(before, 'Pod', { ...place, labels, age: health.ready ? '6d' : '2h14m' });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, ownerReferences: [ownerReference(owner)] },
    spec: { containers: [{ image, name: container }], nodeName: `node-${numberOf(place.name, 1, 3)}` },
    status: {
      conditions: [
        {
          lastTransitionTime: before(health.ready ? '6d' : '2h14m'),
          status: health.ready ? 'True' : 'False',
          type: 'Ready',
        },
      ],
      containerStatuses: [
        {
          image,
          imageID: '',
          name: container,
          ready: health.ready,
          restartCount: health.restarts,
          started: health.ready,
          state: health.state,
          lastState:
            health.restarts > 0 ? { terminated: { exitCode: 1, reason: 'Error', finishedAt: before('3m') } } : {},
        },
      ],
      phase: health.phase,
      podIP: `10.42.${numberOf(place.name, 0, 3)}.${numberOf(`${place.name} host`, 2, 250)}`,
      startTime: before(health.ready ? '6d' : '2h14m'),
    },
  };
}
