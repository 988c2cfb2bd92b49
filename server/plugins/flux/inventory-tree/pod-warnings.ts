import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { EventSummary } from '../events.ts';
import type { PodWarning } from '../health/pod-warning.ts';
import { textAt } from '../read.ts';

/** The warnings about a Pod that the asker may see. */
export type WarningsOf = (pod: KubeObject) => readonly PodWarning[];

const events = { group: '', resource: 'events' };

/** Finds what the cluster's events say of Pods that are not ready. Events are watched anyway: nothing is asked for them. */
export async function podWarnings(
  cluster: Cluster,
  identity: Identity,
  objects: readonly KubeObject[],
): Promise<WarningsOf> {
  const places = new Set(objects.filter(mayHaveWarnings).flatMap(({ metadata }) => metadata.namespace ?? []));
  const found = new Map<string, PodWarning[]>();
  for (const namespace of places) {
    if (!(await cluster.access.can(identity, { verb: 'list', ...events, namespace }))) continue;
    for (const { summary } of cluster.collection<EventSummary>(events).inNamespace(namespace)) {
      const { uid } = summary.about;
      if (!summary.warning || summary.about.kind !== 'Pod' || uid === undefined) continue;
      const known = found.get(uid);
      if (known === undefined) found.set(uid, [summary]);
      else known.push(summary);
    }
  }
  return ({ metadata }) => found.get(metadata.uid) ?? [];
}

function mayHaveWarnings(object: KubeObject): boolean {
  if (object.kind !== 'Pod') return false;
  const conditions = (object.status?.['conditions'] ?? []) as unknown[];
  const ready = conditions.find((condition) => textAt(condition, 'type') === 'Ready');
  return textAt(ready, 'status') !== 'True' && textAt(object, 'status', 'phase') !== 'Succeeded';
}
