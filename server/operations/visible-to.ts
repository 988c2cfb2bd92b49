import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import type { GroupResource } from '../kube/object.ts';
import type { Subject } from './define.ts';
import { rightToSee } from './subject-key.ts';

/**
 * Of runs or audit entries, those whose subject the asker may get; the others do not exist for them. Asked by resource
 * and namespace: who may get single names only sees them on the objects' own pages.
 */
export async function visibleTo<Item extends { subject: Subject }>(
  items: readonly Item[],
  cluster: Cluster,
  identity: Identity,
): Promise<Item[]> {
  const namespacesOf = new Map<string, { resource: GroupResource; namespaces: Set<string> }>();
  for (const { subject } of items) {
    const key = `${subject.resource}.${subject.group}`;
    let known = namespacesOf.get(key);
    if (known === undefined) {
      known = { resource: { group: subject.group, resource: subject.resource }, namespaces: new Set() };
      namespacesOf.set(key, known);
    }
    if (subject.namespace !== undefined) known.namespaces.add(subject.namespace);
  }
  const scopes = new Map(
    await Promise.all(
      [...namespacesOf].map(
        async ([key, { resource, namespaces }]) =>
          [key, await cluster.access.scope(identity, 'get', resource, [...namespaces])] as const,
      ),
    ),
  );
  return items.filter(({ subject }) => {
    const scope = scopes.get(`${subject.resource}.${subject.group}`);
    if (scope === undefined) return false;
    return scope.all || (subject.namespace !== undefined && scope.namespaces.has(subject.namespace));
  });
}

/** Whether the asker may get the subject itself. */
export async function maySee(subject: Subject, cluster: Cluster, identity: Identity): Promise<boolean> {
  return cluster.access.can(identity, rightToSee(subject));
}
