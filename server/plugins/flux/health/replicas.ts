import type { KubeObject } from '../../../kube/object.ts';
import type { Condition } from '../conditions.ts';
import { isTrueAt, numberAt, textAt } from '../read.ts';
import { brief, conditionOf, shown } from './generic.ts';
import { current, failed, inProgress } from './health.ts';
import type { Health } from './health.ts';

const status = (object: KubeObject, field: string) => numberAt(object, 'status', field) ?? 0;

/** How many pods are wanted; Kubernetes takes 1 for an unset field. */
function wantedReplicas(object: KubeObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}

function podsReady(ready: number, wanted: number): string {
  return `${ready} of ${wanted} ${wanted === 1 ? 'pod' : 'pods'} ready`;
}

/** Why a pod was refused, without its name, of which there is a new one with every try. */
function refusedHealth({ reason, message }: Condition): Health {
  const detail = shown(message);
  const why = detail?.replace(/^(?:Error creating: )?pods "[^"]*" is forbidden: /, '');
  return failed(`its pods cannot be created${why === undefined ? '' : `: ${brief(why)}`}`, { reason, detail });
}

/** A Deployment, by kstatus: all replicas updated, available and ready, none of the old ones left. */
export function deploymentHealth(object: KubeObject): Health {
  const wanted = wantedReplicas(object);
  const ready = status(object, 'readyReplicas');
  const updated = status(object, 'updatedReplicas');
  const progressing = conditionOf(object, 'Progressing');
  const available = conditionOf(object, 'Available');
  const refused = conditionOf(object, 'ReplicaFailure');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return failed(`its rollout stands still, ${podsReady(ready, wanted)}`, {
      reason: progressing.reason,
      detail: shown(progressing.message),
    });
  if (refused?.status === 'True') return refusedHealth(refused);
  if (isTrueAt(object, 'spec', 'paused') && updated < wanted)
    return inProgress(`its rollout is paused, ${podsReady(ready, wanted)}`, {
      reason: 'DeploymentPaused',
      state: 'suspended',
    });
  if (wanted === 0 && status(object, 'replicas') === 0) return current('scaled to zero');
  if (updated < wanted) return inProgress(`rolls out: ${updated} of ${wanted} pods updated`, { reason: 'LessUpdated' });
  if (status(object, 'replicas') > wanted)
    return inProgress(`rolls out: ${status(object, 'replicas') - wanted} old still there`, { reason: 'ExtraPods' });
  if (status(object, 'availableReplicas') < updated || ready < wanted)
    return inProgress(podsReady(ready, wanted), { reason: 'LessAvailable' });
  if (progressing !== undefined && progressing.reason === 'ReplicaSetUpdated')
    return inProgress(`rolls out, ${podsReady(ready, wanted)}`, { reason: progressing.reason });
  if (available !== undefined && available.status !== 'True')
    return inProgress(podsReady(ready, wanted), { reason: available.reason, detail: shown(available.message) });
  return current(podsReady(ready, wanted));
}

/** A ReplicaSet: as many pods labelled, available and ready as wanted. */
export function replicaSetHealth(object: KubeObject): Health {
  const wanted = wantedReplicas(object);
  const ready = status(object, 'readyReplicas');
  const refused = conditionOf(object, 'ReplicaFailure');
  if (refused?.status === 'True') return refusedHealth(refused);
  if (wanted === 0 && status(object, 'replicas') === 0) return current('scaled to zero');
  if (status(object, 'replicas') > wanted)
    return inProgress(`${status(object, 'replicas') - wanted} too many`, { reason: 'ExtraPods' });
  if (ready < wanted || status(object, 'availableReplicas') < wanted)
    return inProgress(podsReady(ready, wanted), { reason: 'LessReady' });
  return current(podsReady(ready, wanted));
}

/** A StatefulSet: pods one after another; a partition is a rollout that is done when its part is. */
export function statefulSetHealth(object: KubeObject): Health {
  const wanted = wantedReplicas(object);
  const ready = status(object, 'readyReplicas');
  const strategy = textAt(object, 'spec', 'updateStrategy', 'type');
  if (strategy === 'OnDelete') return current(`${podsReady(ready, wanted)}, updated when deleted`);
  if (wanted === 0 && status(object, 'replicas') === 0) return current('scaled to zero');
  if (status(object, 'replicas') < wanted || ready < wanted)
    return inProgress(podsReady(ready, wanted), { reason: 'LessReady' });
  if (status(object, 'replicas') > wanted)
    return inProgress(`${status(object, 'replicas') - wanted} too many`, { reason: 'ExtraPods' });
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  if (partition > 0) {
    const due = Math.max(0, wanted - partition);
    const done = status(object, 'updatedReplicas');
    if (done < due) return inProgress(`rolls out: ${done} of ${due} pods updated`, { reason: 'PartitionRollout' });
    return current(`${podsReady(ready, wanted)}, ${Math.min(partition, wanted)} held back by the partition`);
  }
  const [now, next] = ['currentRevision', 'updateRevision'].map((field) => textAt(object, 'status', field));
  if (now !== undefined && next !== undefined && now !== next) {
    const done = status(object, 'updatedReplicas');
    return inProgress(`rolls out: ${done} of ${wanted} pods updated`, { reason: 'RevisionMismatch' });
  }
  return current(podsReady(ready, wanted));
}

/** A DaemonSet: one updated and available pod on every node that should have one. */
export function daemonSetHealth(object: KubeObject): Health {
  const wanted = status(object, 'desiredNumberScheduled');
  const ready = status(object, 'numberReady');
  const updated = status(object, 'updatedNumberScheduled');
  if (numberAt(object, 'status', 'observedGeneration') === undefined)
    return inProgress('its controller has not seen it yet', { reason: 'NoObservedGeneration' });
  if (status(object, 'currentNumberScheduled') < wanted)
    return inProgress(`on ${status(object, 'currentNumberScheduled')} of ${wanted} nodes`, { reason: 'LessNodes' });
  const onDelete = textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (updated < wanted && !onDelete)
    return inProgress(`rolls out: ${updated} of ${wanted} pods updated`, { reason: 'LessUpdated' });
  if (ready < wanted || status(object, 'numberAvailable') < wanted)
    return inProgress(podsReady(ready, wanted), { reason: 'LessAvailable' });
  return current(wanted === 0 ? 'no node wants it' : podsReady(ready, wanted));
}
