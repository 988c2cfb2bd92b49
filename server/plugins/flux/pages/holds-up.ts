import type { Entry } from '../../../kube/cluster.ts';
import { referenceTo } from '../references.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary } from '../summary.ts';
import { dependentsOf } from '../used-by.ts';
import type { Dependent } from '../used-by.ts';

/** The objects that wait for this one, as far as the reader sees them. */
export function heldUpBy(sight: Sight, entry: Entry<FluxSummary>): Dependent[] {
  return dependentsOf(sight, referenceTo(entry.object)).filter(
    (dependent) => dependent.as !== 'reference' && dependent.entry.summary.state === 'waiting',
  );
}

/** How many objects wait for this one; only what is not ready holds others up. */
export function holdsUp(sight: Sight, entry: Entry<FluxSummary>): number {
  const { state } = entry.summary;
  return state === 'ready' || state === 'none' ? 0 : heldUpBy(sight, entry).length;
}
