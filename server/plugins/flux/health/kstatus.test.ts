import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { healthOf } from './kstatus.ts';

const now = new Date('2026-02-03T04:05:06Z');

interface Written {
  metadata?: Partial<KubeObject['metadata']>;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

function object(apiVersion: string, kind: string, { metadata, spec, status }: Written): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      namespace: 'shop',
      name: 'web',
      uid: 'u',
      resourceVersion: '1',
      generation: 2,
      creationTimestamp: '2026-02-03T03:00:00Z',
      ...metadata,
    },
    ...(spec !== undefined && { spec }),
    ...(status !== undefined && { status }),
  };
}

const condition = (type: string, status: string, reason?: string, message?: string) => ({
  type,
  status,
  reason,
  message,
});

function told(it: KubeObject): [string, string, string] {
  const { status, state, says } = healthOf(it, now);
  return [status, state, says];
}

function deployment(status: Record<string, unknown>, spec: Record<string, unknown> = { replicas: 3 }): KubeObject {
  return object('apps/v1', 'Deployment', { spec, status: { observedGeneration: 2, ...status } });
}

const full = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };

test('a Deployment is there when all replicas are updated and available and none are left over', () => {
  const settled = [condition('Progressing', 'True', 'NewReplicaSetAvailable'), condition('Available', 'True')];
  expect(told(deployment({ ...full, conditions: settled }))).toEqual(['Current', 'ready', '3 of 3 pods ready']);
  expect(told(deployment({ ...full, updatedReplicas: 1 }))).toEqual([
    'InProgress',
    'reconciling',
    'rolls out: 1 of 3 pods updated',
  ]);
  expect(told(deployment({ ...full, replicas: 4 }))[2]).toBe('rolls out: 1 old still there');
  expect(told(deployment({ ...full, readyReplicas: 2, availableReplicas: 2 }))[2]).toBe('2 of 3 pods ready');
  expect(told(deployment({}, { replicas: 0 }))).toEqual(['Current', 'ready', 'scaled to zero']);
  expect(told(deployment({ ...full, updatedReplicas: 1 }, { replicas: 3, paused: true }))).toEqual([
    'InProgress',
    'suspended',
    'its rollout is paused, 3 of 3 pods ready',
  ]);
});

test('a Deployment that missed its deadline, or whose pods are refused, has failed', () => {
  const late = deployment({
    ...full,
    readyReplicas: 2,
    conditions: [
      condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'ReplicaSet "web-1" has timed out progressing.'),
    ],
  });
  expect(told(late)).toEqual(['Failed', 'failing', 'its rollout stands still, 2 of 3 pods ready']);
  const refused = deployment({
    conditions: [
      condition('ReplicaFailure', 'True', 'FailedCreate', 'pods "web-1-" is forbidden: exceeded quota: small'),
    ],
  });
  expect(told(refused)).toEqual(['Failed', 'failing', 'its pods cannot be created: exceeded quota: small']);
});

test('what its controller has not seen is on its way, whatever its status says', () => {
  const it = object('apps/v1', 'Deployment', {
    metadata: { generation: 3 },
    spec: { replicas: 3 },
    status: { observedGeneration: 2, ...full },
  });
  expect(told(it)).toEqual(['InProgress', 'reconciling', 'its controller has not seen the latest change']);
});

test('what is being deleted says what holds it', () => {
  const it = object('v1', 'ConfigMap', {
    metadata: { deletionTimestamp: '2026-02-03T04:00:00Z', finalizers: ['example.com/backup'] },
  });
  expect(told(it)).toEqual(['Terminating', 'deleting', 'is being deleted, held by example.com/backup']);
});

test('sets of pods: stateful ones by revision and partition, daemons by node, former ReplicaSets at zero', () => {
  const stateful = (status: Record<string, unknown>, rollingUpdate = {}) =>
    told(
      object('apps/v1', 'StatefulSet', {
        spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
        status: { observedGeneration: 2, replicas: 3, readyReplicas: 3, ...status },
      }),
    );
  expect(stateful({ currentRevision: 'a', updateRevision: 'a' })[2]).toBe('3 of 3 pods ready');
  expect(stateful({ currentRevision: 'a', updateRevision: 'b', updatedReplicas: 1 })).toEqual([
    'InProgress',
    'reconciling',
    'rolls out: 1 of 3 pods updated',
  ]);
  expect(stateful({ currentRevision: 'a', updateRevision: 'b', updatedReplicas: 1 }, { partition: 2 })).toEqual([
    'Current',
    'ready',
    '3 of 3 pods ready, 2 held back by the partition',
  ]);
  expect(stateful({ readyReplicas: 1 })[0]).toBe('InProgress');

  const daemon = (status: Record<string, unknown>) =>
    told(object('apps/v1', 'DaemonSet', { spec: {}, status: { observedGeneration: 2, ...status } }));
  const everywhere = { desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 3 };
  expect(daemon({ ...everywhere, numberReady: 3, numberAvailable: 3 })[2]).toBe('3 of 3 pods ready');
  expect(daemon({ ...everywhere, numberReady: 2, numberAvailable: 2 })[0]).toBe('InProgress');
  expect(daemon({ ...everywhere, updatedNumberScheduled: 1, numberReady: 3 })[2]).toBe(
    'rolls out: 1 of 3 pods updated',
  );

  const former = object('apps/v1', 'ReplicaSet', {
    spec: { replicas: 0 },
    status: { observedGeneration: 2, replicas: 0 },
  });
  expect(told(former)).toEqual(['Current', 'ready', 'scaled to zero']);
});

interface PodWritten {
  phase?: string;
  statuses?: unknown[];
  init?: unknown[];
  conditions?: unknown[];
  status?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  createdAt?: string;
}

function pod({ phase = 'Running', statuses, init, conditions, status, spec, createdAt }: PodWritten): KubeObject {
  return object('v1', 'Pod', {
    metadata: createdAt === undefined ? {} : { creationTimestamp: createdAt },
    spec: { containers: [{ name: 'app', resources: { limits: { memory: '64Mi' } } }], ...spec },
    status: {
      phase,
      ...(statuses !== undefined && { containerStatuses: statuses }),
      ...(init !== undefined && { initContainerStatuses: init }),
      ...(conditions !== undefined && { conditions }),
      ...status,
    },
  });
}

function container(state: Record<string, unknown>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: 'app', image: 'registry.example.com/shop/web:2', ready: false, restartCount: 0, state, ...more };
}

test('a container that ended again crashes, before the kubelet calls it CrashLoopBackOff too', () => {
  const ended = (exitCode: number, restartCount: number, spec: Record<string, unknown> = {}) => {
    const state = { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } };
    const lastState = restartCount === 0 ? {} : state;
    const made = pod({ statuses: [container(state, { restartCount, lastState })] });
    return told({ ...made, spec: { ...made.spec, ...spec } });
  };
  expect(ended(3, 4)).toEqual(['Failed', 'failing', 'crashes with exit code 3, restarted 4 times']);
  expect(ended(3, 0)).toEqual(['InProgress', 'reconciling', 'ended with exit code 3']);
  expect(ended(0, 2)[2]).toBe('keeps ending, though with exit code 0, restarted 2 times');
  expect(ended(3, 2, { restartPolicy: 'OnFailure' })[0]).toBe('Failed');
  expect(ended(0, 2, { restartPolicy: 'OnFailure' })[0]).toBe('InProgress');
});

test('what the container runtime says of a program that cannot be started is told without its layers', () => {
  const message =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no-such-program": stat /no-such-program: no such file or directory';
  const waiting = { waiting: { reason: 'RunContainerError', message } };
  expect(told(pod({ statuses: [container(waiting, { restartCount: 3 })] }))).toEqual([
    'Failed',
    'failing',
    'cannot be started: exec: "/no-such-program": stat /no-such-program: no such file or directory',
  ]);
});

test('a program that cannot even be started says so in the crash loop, too: it has no log', () => {
  const terminated = {
    exitCode: 128,
    reason: 'StartError',
    message:
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no-such-program": stat /no-such-program: no such file or directory',
  };
  const words = 'cannot be started: exec: "/no-such-program": stat /no-such-program: no such file or directory';
  const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } };
  const looping = container(waiting, { restartCount: 6, lastState: { terminated } });
  expect(told(pod({ statuses: [looping] }))).toEqual(['Failed', 'failing', words]);
  expect(told(pod({ statuses: [container({ terminated })] }))).toEqual(['Failed', 'failing', words]);
});

test('a crashing container tells its exit code and restarts, or that it ran out of memory', () => {
  const waiting = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } };
  const crashing = (terminated: Record<string, unknown>) =>
    told(pod({ statuses: [container(waiting, { restartCount: 17, lastState: { terminated } })] }));
  expect(crashing({ exitCode: 1, reason: 'Error' })).toEqual([
    'Failed',
    'failing',
    'crashes with exit code 1, restarted 17 times',
  ]);
  expect(crashing({ exitCode: 137, reason: 'OOMKilled' })[2]).toBe(
    'ran out of memory (limit 64Mi), restarted 17 times',
  );
  expect(crashing({ exitCode: 0, reason: 'Completed' })[2]).toBe(
    'keeps ending, though with exit code 0, restarted 17 times',
  );
});

test('an image that cannot be pulled is a failure at once, with the registry’s reason', () => {
  const pulling = (reason: string, message: string) =>
    told(pod({ phase: 'Pending', statuses: [container({ waiting: { reason, message } })] }));
  const image = 'registry.example.com/shop/web:2';
  expect(pulling('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: … ${image}: not found`)).toEqual(
    ['Failed', 'failing', `cannot pull ${image}: the registry does not have it`],
  );
  expect(pulling('ErrImagePull', 'pull access denied')[2]).toBe(`cannot pull ${image}: the registry refuses access`);
  expect(pulling('ErrImagePull', 'dial tcp: lookup registry.example.com: no such host')[2]).toBe(
    `cannot pull ${image}: the registry’s name is not known`,
  );
  expect(pulling('ErrImagePull', 'something new')[2]).toBe(`cannot pull ${image}`);
  expect(pulling('InvalidImageName', 'x')[2]).toBe(`names no image: “${image}”`);
  expect(pulling('CreateContainerConfigError', 'secret "db" not found')[2]).toBe(
    'cannot be configured: secret "db" not found',
  );
});

test('pods: ready, not ready, starting, waiting for a node, init containers, evicted, finished', () => {
  const running = container({ running: { startedAt: '2026-02-03T03:00:00Z' } }, { ready: true, restartCount: 3 });
  expect(told(pod({ statuses: [running], conditions: [condition('Ready', 'True')] }))).toEqual([
    'Current',
    'ready',
    'ready, 3 restarts',
  ]);
  const unready = container({ running: {} }, { started: true });
  const notReady = [condition('Ready', 'False', 'ContainersNotReady')];
  expect(told(pod({ statuses: [unready], conditions: notReady }))).toEqual([
    'InProgress',
    'reconciling',
    'runs, but its readiness check fails',
  ]);
  const creating = container({ waiting: { reason: 'ContainerCreating' } });
  const placed = [condition('PodScheduled', 'True')];
  expect(told(pod({ phase: 'Pending', statuses: [creating], conditions: placed }))[2]).toBe('is starting');
  const homeless = [
    condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available: 3 Insufficient memory. More.'),
  ];
  expect(told(pod({ phase: 'Pending', conditions: homeless }))).toEqual([
    'Failed',
    'failing',
    'finds no node: 0/3 nodes are available: 3 Insufficient memory',
  ]);
  expect(told(pod({ phase: 'Pending', conditions: homeless, createdAt: '2026-02-03T04:05:00Z' }))[0]).toBe(
    'InProgress',
  );
  const init = { name: 'wait', restartCount: 0, ready: false, state: { running: {} } };
  expect(told(pod({ phase: 'Pending', init: [init], conditions: placed }))[2]).toBe('init container wait is at work');
  const failing = {
    ...init,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 2 } },
    restartCount: 1,
  };
  expect(told(pod({ phase: 'Pending', init: [failing] }))[2]).toBe(
    'init container wait crashes with exit code 2, restarted once',
  );
  const evicted = { reason: 'Evicted', message: 'The node was low on resource: memory.' };
  expect(told(pod({ phase: 'Failed', status: evicted }))[2]).toBe('was evicted: The node was low on resource: memory.');
  expect(told(pod({ phase: 'Succeeded' }))).toEqual(['Current', 'ready', 'finished']);
  expect(told(pod({ phase: 'Unknown' }))[0]).toBe('Unknown');
});

test('a container is named where there are several', () => {
  const statuses = [
    container({ running: {} }, { ready: true }),
    { ...container({ terminated: { exitCode: 3 } }), name: 'proxy' },
  ];
  const it = pod({ statuses, spec: { containers: [{ name: 'app' }, { name: 'proxy' }] } });
  expect(told(it)[2]).toBe('container proxy ended with exit code 3');
});

test('Jobs are done when complete, and fail with their reason', () => {
  const job = (status: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
    told(object('batch/v1', 'Job', { spec, status }));
  const times = { startTime: '2026-02-03T04:00:00Z', completionTime: '2026-02-03T04:00:04Z' };
  expect(job({ ...times, succeeded: 1, conditions: [condition('Complete', 'True')] })).toEqual([
    'Current',
    'ready',
    'finished in 4 s',
  ]);
  expect(job({ startTime: times.startTime, active: 1, failed: 1 })).toEqual([
    'InProgress',
    'reconciling',
    'runs, 1 try failed',
  ]);
  expect(job({ failed: 3, conditions: [condition('Failed', 'True', 'BackoffLimitExceeded')] })).toEqual([
    'Failed',
    'failing',
    'gave up after 3 failed tries',
  ]);
  expect(job({})[2]).toBe('has not started yet');
  expect(job({}, { suspend: true })[1]).toBe('suspended');
});

test('other kinds: claims, services, definitions, autoscalers', () => {
  const of = (apiVersion: string, kind: string, written: Written) => told(object(apiVersion, kind, written));
  expect(of('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } })[0]).toBe('InProgress');
  expect(of('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound', capacity: { storage: '8Gi' } } })[2]).toBe(
    'bound, 8Gi',
  );
  expect(of('v1', 'Service', { spec: { type: 'LoadBalancer', ports: [{ port: 443 }] } })[0]).toBe('InProgress');
  expect(of('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' } })[1]).toBe('waiting');
  expect(of('v1', 'Service', { spec: { ports: [{ port: 80 }, { port: 443 }] } })[2]).toBe('ClusterIP, ports 80, 443');
  const definition = (conditions: unknown[]) =>
    of('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { status: { conditions } })[0];
  expect(definition([condition('NamesAccepted', 'True'), condition('Established', 'True')])).toBe('Current');
  expect(definition([condition('NamesAccepted', 'False', 'ListKindConflict', 'taken')])).toBe('Failed');
  expect(definition([condition('Established', 'False', 'Installing')])).toBe('InProgress');
  const scaler = { spec: { minReplicas: 2, maxReplicas: 6 }, status: { currentReplicas: 3 } };
  expect(of('autoscaling/v2', 'HorizontalPodAutoscaler', scaler)[2]).toBe('at 3, between 2 and 6');
});

test('any other kind goes by Stalled, Reconciling and Ready, and without them by being there', () => {
  const of = (...conditions: unknown[]) => told(object('example.com/v1', 'Gadget', { status: { conditions } }));
  expect(of(condition('Stalled', 'True', 'Bad', 'spec.url is no URL'))).toEqual([
    'Failed',
    'stalled',
    'spec.url is no URL',
  ]);
  expect(of(condition('Reconciling', 'True', 'Progressing', 'building'))).toEqual([
    'InProgress',
    'reconciling',
    'building',
  ]);
  expect(of(condition('Ready', 'False', 'Pending', 'no issuer'))).toEqual([
    'InProgress',
    'waiting',
    'not ready: no issuer',
  ]);
  expect(of(condition('Ready', 'Unknown'))[0]).toBe('InProgress');
  expect(of(condition('Ready', 'True'))).toEqual(['Current', 'ready', 'ready']);
  expect(told(object('v1', 'ConfigMap', {}))).toEqual(['Current', 'ready', '']);
});

test('credentials in messages do not come through, and malformed objects do no harm', () => {
  const message = 'cannot fetch https://bot:hunter2hunter2@git.example.com/x';
  const told = healthOf(
    object('example.com/v1', 'Gadget', { status: { conditions: [condition('Ready', 'False', 'No', message)] } }),
    now,
  );
  expect(JSON.stringify(told)).not.toContain('hunter2');
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'])
    expect(() =>
      healthOf({ ...object('apps/v1', kind, {}), spec: 'x', status: [] } as unknown as KubeObject),
    ).not.toThrow();
  const odd = object('v1', 'Pod', { status: { phase: 7, containerStatuses: 'x', conditions: [null, 3] } });
  expect(healthOf(odd, now).status).toBe('Unknown');
});
