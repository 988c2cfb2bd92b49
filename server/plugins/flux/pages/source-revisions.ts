import type { Entry } from '../../../kube/cluster.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary } from '../summary.ts';

/**
 * The revision that an object's source has now, where the object's own revision is that of its source (Kustomizations);
 * undefined for other kinds and for sources the reader may not see.
 */
export function sourceRevision(sight: Sight, { summary }: Pick<Entry<FluxSummary>, 'summary'>): string | undefined {
  if (summary.plural !== 'kustomizations' || summary.source === undefined) return undefined;
  return sight.entry(summary.source)?.summary.revision.applied;
}
