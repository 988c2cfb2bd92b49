import type { KubeObject, ObjectMeta } from '../../server/kube/object.ts';
import { numberOf } from './invent.ts';
import { metadataOf } from './metadata.ts';
import type { Before } from './time.ts';

/** How the one container of a Pod fares. */
export interface PodHealth {
  ready: boolean;
  state: Record<string, unknown>;
  restarts: number;
  phase: string;
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

/** As the kubelet writes them for a Pod that has a node. */
function podConditions(container: string, { ready }: PodHealth, lastTransitionTime: string): object[] {
  const yes = (type: string): object => ({ lastProbeTime: null, lastTransitionTime, status: 'True', type });
  const unready = { reason: 'ContainersNotReady', message: `containers with unready status: [${container}]` };
  const whenReady = (type: string): object => (ready ? yes(type) : { ...yes(type), ...unready, status: 'False' });
  return [
    yes('PodReadyToStartContainers'),
    yes('Initialized'),
    whenReady('Ready'),
    whenReady('ContainersReady'),
    yes('PodScheduled'),
  ];
}

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
      conditions: podConditions(container, health, before(health.ready ? '6d' : '2h14m')),
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
