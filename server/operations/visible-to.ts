import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import type { Subject } from './define.ts';
import { rightToSee } from './subject-key.ts';

/** Of runs or audit entries, those whose subject the asker may get; the others do not exist for them. */
export async function visibleTo<Item extends { subject: Subject }>(
  items: readonly Item[],
  cluster: Cluster,
  identity: Identity,
): Promise<Item[]> {
  const allowed = await Promise.all(items.map((item) => cluster.access.can(identity, rightToSee(item.subject))));
  return items.filter((_, index) => allowed[index]);
}
