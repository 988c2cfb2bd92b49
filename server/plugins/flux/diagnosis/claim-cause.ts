import type { KubeObject } from '../../../kube/object.ts';
import type { EventSummary } from '../events.ts';
import { brief } from '../health/generic.ts';
import { at, listAt, textAt } from '../read.ts';
import { referenceTo } from '../references.ts';
import type { ObjectReference } from '../summary.ts';
import type { Workload } from './workload-cause.ts';

/** What a claim's events add to it: their reason and masked message, with when they were seen last. */
export type ClaimEvent = Pick<EventSummary, 'reason' | 'message' | 'lastAt'>;

/** The claims that a Pod without a node names by its volumes; none for one that has a node, which waits for something else. */
export function claimsOf(pod: KubeObject): ObjectReference[] {
  if (textAt(pod, 'spec', 'nodeName') !== undefined) return [];
  return listAt(pod, 'spec', 'volumes').flatMap((volume) => {
    const ephemeral = at(volume, 'ephemeral') === undefined ? undefined : textAt(volume, 'name');
    const name =
      ephemeral === undefined
        ? textAt(volume, 'persistentVolumeClaim', 'claimName')
        : `${pod.metadata.name}-${ephemeral}`;
    const { namespace } = pod.metadata;
    return name === undefined ? [] : [{ group: '', kind: 'PersistentVolumeClaim', namespace, name }];
  });
}

/** The reasons with which a claim says that it waits for its pod: then the pod's own hindrance is the cause. */
const waitsForPod = new Set(['WaitForFirstConsumer', 'WaitForPodScheduled']);

/** The reasons that tell why no volume comes. */
const telling = new Set(['FailedBinding', 'ProvisioningFailed', 'ExternalProvisioning', ...waitsForPod]);

/**
 * Why a claim keeps its pod (`owner`) or a health check waiting, by its spec and the newest of its events. Undefined where
 * it does not: it is bound, or itself waits until its pod has a node.
 */
export function claimCause(
  claim: KubeObject,
  events: readonly ClaimEvent[],
  owner: ObjectReference | undefined,
): Workload | undefined {
  const phase = textAt(claim, 'status', 'phase');
  if (phase === 'Bound') return undefined;
  const cause = phase === 'Lost' ? lost : waiting(claim, newestOf(events), owner !== undefined);
  if (cause === undefined) return undefined;
  return { reference: referenceTo(claim), owner, detail: undefined, images: [], since: undefined, ...cause };
}

type Cause = Pick<Workload, 'health' | 'says' | 'reason'> & { detail?: string };

const lost: Cause = { health: 'failed', reason: 'Lost', says: 'its volume is lost' };

const unused: Cause = { health: 'not yet', reason: 'WaitForFirstConsumer', says: 'waits until a pod uses it' };

function waiting(claim: KubeObject, event: ClaimEvent | undefined, hasPod: boolean): Cause | undefined {
  if (event?.reason === 'WaitForFirstConsumer' && !hasPod) return unused;
  if (event !== undefined && waitsForPod.has(event.reason)) return undefined;
  if (event?.reason === 'FailedBinding' && event.message.includes('no storage class is set')) {
    const detail = event.message;
    return at(claim, 'spec', 'storageClassName') === undefined
      ? {
          health: 'failed',
          reason: 'NoDefaultClass',
          says: 'names no StorageClass, and the cluster has no default one',
          detail,
        }
      : { health: 'failed', reason: 'NoClass', says: 'no PersistentVolume fits it', detail };
  }
  if (event !== undefined) {
    const { reason, message: detail } = event;
    const provisioner = /external provisioner '([^']+)'/.exec(detail)?.[1];
    if (provisioner !== undefined)
      return { health: 'not yet', reason, says: `waits for the provisioner ${provisioner} to make a volume`, detail };
    const health = reason === 'ProvisioningFailed' ? 'failed' : 'not yet';
    return { health, reason, says: `gets no volume: ${brief(detail, 160)}`, detail };
  }
  const volume = textAt(claim, 'spec', 'volumeName');
  if (volume !== undefined)
    return { health: 'not yet', reason: 'NoVolume', says: `waits for PersistentVolume ${volume}` };
  return { health: 'not yet', reason: 'Pending', says: 'waits for a volume' };
}

function newestOf(events: readonly ClaimEvent[]): ClaimEvent | undefined {
  return events
    .filter(({ reason }) => telling.has(reason))
    .toSorted((one, other) => ((one.lastAt ?? '') < (other.lastAt ?? '') ? 1 : -1))[0];
}
