import type { HealthStatus } from '../health/health.ts';
import { healthAs } from '../health/health.ts';
import type { KindDefinition } from '../kind.ts';
import { textAt } from '../read.ts';
import { isWithin } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { ObjectReference, ObjectState } from '../summary.ts';
import { missing, nodeWithout } from './build-tree.ts';
import type { InventoryNode } from './tree.ts';

const statusOf: Readonly<Record<ObjectState, HealthStatus>> = {
  failing: 'Failed',
  stalled: 'Failed',
  'suspended-failing': 'Failed',
  waiting: 'InProgress',
  stale: 'InProgress',
  suspended: 'Current',
  reconciling: 'InProgress',
  deleting: 'Terminating',
  none: 'Current',
  ready: 'Current',
};

/** An owned Flux object: it is watched, so its state is known without asking. */
export function fluxNode(reference: ObjectReference, kind: KindDefinition, sight: Sight, now: Date): InventoryNode {
  const seen = sight.of(kind);
  const version = seen?.collection.served?.version;
  const served = version === undefined ? undefined : { version, resource: kind.plural };
  const entry = sight.entry(reference);
  if (entry === undefined) {
    const isVisible = seen !== undefined && isWithin(seen.scope, reference.namespace);
    if (isVisible && seen.collection.state === 'live') return nodeWithout(reference, served, missing);
    const says = isVisible ? 'is not known yet' : `you may not see ${kind.title} here`;
    return nodeWithout(reference, served, healthAs('Unknown', says, { state: isVisible ? 'none' : 'forbidden' }));
  }
  const { object, summary } = entryAt(entry, now);
  const { state, because, reason, message } = summary;
  return {
    ...nodeWithout(
      reference,
      served,
      healthAs(statusOf[state], state === 'ready' || state === 'none' ? '' : (because ?? ''), {
        state,
        reason,
        detail: message,
      }),
    ),
    object,
    createdAt: textAt(object, 'metadata', 'creationTimestamp'),
  };
}
