import type { KubeObject } from '../../server/kube/object.ts';
import type { Applied } from './applied.ts';
import { suffixOf } from './invent.ts';
import { metadataOf } from './metadata.ts';
import { ownerReference, podOf } from './pods.ts';
import type { Before } from './time.ts';

type Base = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

function templateOf(name: string, image: string, restartPolicy = 'Always'): Record<string, unknown> {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'app', image }], restartPolicy },
  };
}

/** A StatefulSet with its numbered Pods; an unhealthy one has a last Pod that no node takes. */
export function statefulSetOf(before: Before, applied: Applied, base: Base): KubeObject[] {
  const { namespace = 'default', name, image = '', replicas = 1 } = applied;
  const stuck = applied.health === 'unschedulable' ? 1 : 0;
  const revision = `${name}-${suffixOf(`${namespace}/${name}`, 10)}`;
  const set: KubeObject = {
    ...base,
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: templateOf(name, image),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      readyReplicas: replicas - stuck,
      availableReplicas: replicas - stuck,
      currentReplicas: replicas,
      updatedReplicas: replicas,
      currentRevision: revision,
      updateRevision: revision,
    },
  };
  const pods = Array.from({ length: replicas }, (_, index) => {
    const isStuck = stuck === 1 && index === replicas - 1;
    const pod = podOf(
      before,
      { namespace, name: `${name}-${index}` },
      {
        labels: { app: name, 'apps.kubernetes.io/pod-index': String(index) },
        container: 'app',
        image,
        owner: set,
      },
    );
    return isStuck ? unscheduled(before, pod) : pod;
  });
  return [set, ...pods];
}

function unscheduled(before: Before, pod: KubeObject): KubeObject {
  const { nodeName: _nodeName, ...spec } = pod.spec ?? {};
  const containers = (spec['containers'] as object[]).map((container) => ({
    ...container,
    resources: { requests: { memory: '24Gi' } },
  }));
  return {
    ...pod,
    metadata: { ...pod.metadata, creationTimestamp: before('6h') },
    spec: { ...spec, containers },
    status: {
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message:
            '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
          lastTransitionTime: before('6h'),
        },
      ],
      qosClass: 'Burstable',
    },
  };
}

/** A DaemonSet on the three nodes of the company. */
export function daemonSetOf(before: Before, applied: Applied, base: Base): KubeObject[] {
  const { namespace = 'default', name, image = '' } = applied;
  const nodes = 3;
  const set: KubeObject = {
    ...base,
    spec: {
      selector: { matchLabels: { app: name } },
      template: templateOf(name, image),
      updateStrategy: { type: 'RollingUpdate' },
    },
    status: {
      observedGeneration: 1,
      currentNumberScheduled: nodes,
      desiredNumberScheduled: nodes,
      numberAvailable: nodes,
      numberMisscheduled: 0,
      numberReady: nodes,
      updatedNumberScheduled: nodes,
    },
  };
  const pods = Array.from({ length: nodes }, (_, index) =>
    podOf(
      before,
      { namespace, name: `${name}-${suffixOf(`${namespace}/${name}/${index}`, 5)}` },
      { labels: { app: name }, container: 'app', image, owner: set },
    ),
  );
  return [set, ...pods];
}

/** A Job that is done, or one that gave up because its Pod ran out of memory. */
export function jobOf(before: Before, applied: Applied, base: Base): KubeObject[] {
  const { namespace = 'default', name, image = 'registry.example.com/tools/job:1' } = applied;
  const gaveUp = applied.health === 'out-of-memory';
  const ended = before('26h');
  // The controller first says how it will end, and that it has ended once no Pod is left.
  const ends = gaveUp
    ? {
        types: ['FailureTarget', 'Failed'],
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      }
    : {
        types: ['SuccessCriteriaMet', 'Complete'],
        reason: 'CompletionsReached',
        message: 'Reached expected number of succeeded pods',
      };
  const conditions = ends.types.map((type) => ({
    type,
    status: 'True',
    reason: ends.reason,
    message: ends.message,
    lastProbeTime: ended,
    lastTransitionTime: ended,
  }));
  const job: KubeObject = {
    ...base,
    spec: {
      backoffLimit: 2,
      completions: 1,
      parallelism: 1,
      template: templateOf(name, image, 'Never'),
    },
    status: {
      conditions,
      startTime: before('1563m'),
      ready: 0,
      ...(gaveUp ? { failed: 3 } : { succeeded: 1, completionTime: ended }),
    },
  };
  const pod = podOf(
    before,
    { namespace, name: `${name}-${suffixOf(`${namespace}/${name}`, 5)}` },
    { labels: { app: name, 'batch.kubernetes.io/job-name': name }, container: 'app', image, owner: job },
  );
  const terminated = gaveUp
    ? { exitCode: 137, reason: 'OOMKilled', startedAt: before('1562m'), finishedAt: ended }
    : { exitCode: 0, reason: 'Completed', startedAt: before('1562m'), finishedAt: ended };
  return [
    job,
    {
      ...pod,
      metadata: { ...pod.metadata, creationTimestamp: before('1562m') },
      spec: {
        ...pod.spec,
        containers: [{ image, name: 'app', resources: { limits: { memory: '64Mi' } } }],
        restartPolicy: 'Never',
      },
      status: {
        ...pod.status,
        phase: gaveUp ? 'Failed' : 'Succeeded',
        conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted', lastTransitionTime: ended }],
        containerStatuses: [
          {
            name: 'app',
            image,
            imageID: '',
            ready: false,
            started: false,
            restartCount: 0,
            state: { terminated },
            lastState: {},
          },
        ],
      },
    },
  ];
}

/** A CronJob and the last Job it made. */
export function cronJobOf(before: Before, applied: Applied, base: Base): KubeObject[] {
  const { namespace = 'default', name, image = 'registry.example.com/tools/job:1', health } = applied;
  const cronJob: KubeObject = {
    ...base,
    spec: {
      schedule: '15 3 * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { template: templateOf(name, image, 'Never') } },
    },
    status: {
      lastScheduleTime: before('1563m'),
      ...(health === 'out-of-memory' ? {} : { lastSuccessfulTime: before('26h') }),
    },
  };
  const jobName = `${name}-29384715`;
  const metadata = {
    ...metadataOf(before, 'Job', { namespace, name: jobName, age: '1563m', labels: { app: name } }),
    ownerReferences: [ownerReference(cronJob)],
  };
  const job = { ...applied, kind: 'Job', name: jobName, image };
  return [cronJob, ...jobOf(before, job, { apiVersion: 'batch/v1', kind: 'Job', metadata })];
}

/** An autoscaler of the Deployment with its name. */
export function autoscalerOf(applied: Applied, base: Base): KubeObject {
  const replicas = applied.replicas ?? 2;
  return {
    ...base,
    spec: {
      minReplicas: replicas,
      maxReplicas: replicas * 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: applied.name },
    },
    status: {
      currentReplicas: replicas,
      desiredReplicas: replicas,
      conditions: [
        {
          type: 'AbleToScale',
          status: 'True',
          reason: 'ReadyForNewScale',
          message: 'recommended size matches current size',
        },
        {
          type: 'ScalingActive',
          status: 'True',
          reason: 'ValidMetricFound',
          message: 'the HPA was able to compute the replica count',
        },
      ],
    },
  };
}
