import type { KubeObject } from '../../../kube/object.ts';
import { groupOf } from '../../../kube/object.ts';
import { current, healthAs } from '../health/health.ts';
import type { Health } from '../health/health.ts';
import { imagesOf } from '../health/images.ts';
import { healthOf } from '../health/kstatus.ts';
import { withWarnings } from '../health/pod-warning.ts';
import { restartsOf } from '../health/pod.ts';
import { numberAt, textAt } from '../read.ts';
import { referenceTo } from '../references.ts';
import type { ObjectReference } from '../summary.ts';
import type { WarningsOf } from './pod-warnings.ts';
import { byUrgency, everyNode } from './tree.ts';
import type { InventoryNode } from './tree.ts';

/** ReplicaSets, Pods and Jobs by the uid of the object that made them. */
export type Made = ReadonlyMap<string, readonly KubeObject[]>;

/** Sorts objects by their owners. */
export function byOwner(objects: Iterable<KubeObject>): Made {
  const made = new Map<string, KubeObject[]>();
  for (const object of objects) {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const known = made.get(uid);
      if (known === undefined) made.set(uid, [object]);
      else known.push(object);
    }
  }
  return made;
}

/** How kinds are served, for links. */
type ServedOf = (group: string, kind: string) => { version: string; resource: string } | undefined;

interface Around {
  made: Made;
  servedOf: ServedOf;
  now: Date;
  warningsOf: WarningsOf;
}

/** An object with everything it made, judged. `own` replaces the rules where more is known than the object tells. */
export function nodeOf(object: KubeObject, around: Around, own?: Health): InventoryNode {
  return judged(object, around, own, true);
}

function judged(object: KubeObject, around: Around, own: Health | undefined, isTop: boolean): InventoryNode {
  const all = (around.made.get(object.metadata.uid) ?? []).map((child) => judged(child, around, undefined, false));
  const folded = all.filter(isLeftOver);
  const children = all.filter((child) => !isLeftOver(child)).toSorted(byUrgency);
  const reference = referenceTo(object);
  return {
    reference,
    served: around.servedOf(groupOf(object.apiVersion), object.kind),
    object,
    health: withCulprit(object, withRevision(object, own ?? ownHealth(object, around)), children, isTop),
    images: imagesOf(object),
    restarts: object.kind === 'Pod' ? restartsOf(object) : undefined,
    createdAt: textAt(object, 'metadata', 'creationTimestamp'),
    children,
    folded: folded.toSorted((one, other) => revisionOf(other.object) - revisionOf(one.object)),
  };
}

function ownHealth(object: KubeObject, { now, warningsOf }: Around): Health {
  const health = healthOf(object, now);
  return object.kind === 'Pod' ? withWarnings(health, warningsOf(object)) : health;
}

/** A node for what could not be read or is not there. */
export function nodeWithout(
  reference: ObjectReference,
  served: InventoryNode['served'],
  health: Health,
): InventoryNode {
  return {
    reference,
    served,
    object: undefined,
    health,
    images: [],
    restarts: undefined,
    createdAt: undefined,
    children: [],
    folded: [],
  };
}

/** In the inventory, but not in the cluster: somebody deleted it, and Flux has not put it back. */
export const missing = healthAs('NotFound', 'is missing from the cluster', { reason: 'NotFound' });

/** The API server has no such kind (any more). */
export const unserved = healthAs('Unknown', 'of a kind that the cluster does not serve', { reason: 'NotServed' });

/** Read by its metadata only: being there is all that is asked of it. */
export const present = current('');

function isLeftOver({ reference, object }: InventoryNode): boolean {
  if (reference.kind !== 'ReplicaSet' || object === undefined) return false;
  return numberAt(object, 'spec', 'replicas') === 0 && (numberAt(object, 'status', 'replicas') ?? 0) === 0;
}

function revisionOf(object: KubeObject | undefined): number {
  return Number(object?.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

/** ReplicaSets of a Deployment are told apart by its revision. */
function withRevision(object: KubeObject, health: Health): Health {
  const revision = object.kind === 'ReplicaSet' ? revisionOf(object) : 0;
  return revision === 0 ? health : { ...health, says: `revision ${revision}: ${health.says}` };
}

/**
 * What is on its way or has failed says why, where something it made knows: a Deployment whose Pod cannot pull its image
 * is not on its way. The words stand at the top once; below, the
 * culprit itself is in sight. A CronJob is as its last Job.
 */
function withCulprit(object: KubeObject, own: Health, children: readonly InventoryNode[], isTop: boolean): Health {
  if (object.kind === 'CronJob') return withLastJob(own, children);
  if (own.status !== 'InProgress' && own.status !== 'Failed') return own;
  const failing = [...everyNode(children)].filter((node) => node.health.status === 'Failed');
  const culprit = failing.find((node) => node.reference.kind === 'Pod') ?? failing[0];
  // Two may report the same: a ReplicaSet whose pods are refused, and the Deployment that made it.
  if (culprit === undefined || (own.status === 'Failed' && own.reason === culprit.health.reason)) return own;
  const { health, reference } = culprit;
  const aPod = /^(?:init )?container /.test(health.says) ? 'a pod’s' : 'a pod';
  const who = reference.kind === 'Pod' ? aPod : `${reference.kind} ${reference.name}`;
  return {
    ...own,
    state: 'failing',
    says: isTop ? `${own.says}: ${who} ${health.says}` : own.says,
    reason: health.reason ?? own.reason,
    detail: health.detail ?? own.detail,
  };
}

function withLastJob(own: Health, children: readonly InventoryNode[]): Health {
  const jobs = children.filter(({ reference }) => reference.kind === 'Job');
  const last = jobs.toSorted((one, other) => ((one.createdAt ?? '') < (other.createdAt ?? '') ? 1 : -1))[0];
  if (last === undefined || last.health.state !== 'failing') return own;
  return { ...last.health, status: own.status, says: `its last run ${last.health.says}` };
}
