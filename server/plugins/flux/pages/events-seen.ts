import type { KubeObject } from '../../../kube/object.ts';
import { mayList } from '../../../kube/visible.ts';
import type { PageRequest } from '../../../web/page.ts';
import { eventsOf } from '../events.ts';
import type { EventSummary, FoldedEvent } from '../events.ts';
import { rightInWords } from './words.ts';

export const eventsResource = { group: '', resource: 'events' };

/** The events of one object, as far as the reader may list them. */
export interface EventsSeen {
  folds: FoldedEvent[];
  /** Why there are none to be seen; undefined when they can be. */
  problem: string | undefined;
}

/** Events are a right of their own: who may see an object may not see what happened to it. */
export async function eventsSeen(
  { cluster, identity }: PageRequest,
  { object }: { object: KubeObject },
): Promise<EventsSeen> {
  // Events about what has no namespace stand in `default`.
  const { namespace = 'default' } = object.metadata;
  const rule = { verb: 'list', ...eventsResource, namespace };
  const collection = cluster.collection<EventSummary>(eventsResource);
  if (!(await mayList(cluster, eventsResource, identity, namespace)))
    return { folds: [], problem: `You lack ${rightInWords(rule)}.` };
  if (collection.state === 'forbidden')
    return { folds: [], problem: collection.problem ?? 'Sluice may not list events.' };
  return { folds: eventsOf(collection.inNamespace(namespace), object), problem: undefined };
}
