import type { ObjectMeta } from '../../server/kube/object.ts';
import { ready } from './conditions.ts';
import type { Outcome } from './conditions.ts';
import { uidOf } from './invent.ts';
import type { Before } from './time.ts';

/** Who suspended it, when and why, as Sluice notes it; `'plainly'` for `flux suspend`, which notes nothing. */
type Suspension = 'plainly' | { by: string; ago: string; reason?: string };

/** What any object of the company may say of itself. Durations count back from "now". */
export interface Described {
  namespace?: string;
  name: string;
  age?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  generation?: number;
  suspended?: Suspension;
  /** Deleted so long ago, and held by its finalizer. */
  deleted?: string;
  /** The token of the last request to reconcile. */
  requested?: string;
}

export const fluxFinalizer = 'finalizers.fluxcd.io';
export const operatorFinalizer = 'fluxcd.controlplane.io/finalizer';

/** The metadata of an object; `resourceVersion` stays empty, the API server gives it. */
export function metadataOf(before: Before, kind: string, described: Described, finalizer?: string): ObjectMeta {
  const { namespace, name, labels, deleted, requested, suspended } = described;
  const annotations = {
    ...(requested === undefined ? {} : { 'reconcile.fluxcd.io/requestedAt': requested }),
    ...suspensionAnnotations(before, suspended),
    ...described.annotations,
  };
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: uidOf(`${kind}/${namespace ?? ''}/${name}`),
    resourceVersion: '',
    generation: described.generation ?? 1,
    creationTimestamp: before(described.age ?? '94d'),
    ...(labels === undefined ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(finalizer === undefined ? {} : { finalizers: [finalizer] }),
    ...(deleted === undefined ? {} : { deletionTimestamp: before(deleted), deletionGracePeriodSeconds: 0 }),
  };
}

function suspensionAnnotations(before: Before, suspended: Suspension | undefined): Record<string, string> {
  if (suspended === undefined || suspended === 'plainly') return {};
  return {
    'sluice.dev/suspended-by': suspended.by,
    'sluice.dev/suspended-at': before(suspended.ago),
    ...(suspended.reason === undefined ? {} : { 'sluice.dev/suspend-reason': suspended.reason }),
  };
}

/** `{ suspend: true }` for what is suspended, nothing for the rest. */
export function suspendOf(described: Described): { suspend?: true } {
  return described.suspended === undefined ? {} : { suspend: true };
}

/** How a reconciler stands of which nothing else is said: ready, and for a suspended one not later than that. */
export function readyUntilSuspended({ suspended }: Described): Outcome {
  return suspended === undefined || suspended === 'plainly' ? ready() : ready(suspended.ago);
}
