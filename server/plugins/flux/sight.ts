import type { Cluster, Collection, Entry, Problem, Scope } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { visible } from '../../kube/visible.ts';
import type { KindDefinition } from './kind.ts';
import { kindOf, kinds } from './kinds/index.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';

/** What an asker sees of one kind. */
export interface Seen {
  kind: KindDefinition;
  collection: Collection<FluxSummary>;
  scope: Scope;
  /** In no order. */
  entries: Iterable<Entry<FluxSummary>>;
  problems: readonly Problem[];
  asOf: Date | undefined;
}

/** What an asker sees of several kinds at once: for the overview, for dependents, for search. */
export interface Sight {
  seen: readonly Seen[];
  /** Of all kinds. */
  problems: readonly Problem[];
  /** The oldest of the kinds' moments; undefined when one of them was never read. */
  asOf: Date | undefined;
  of(kind: KindDefinition): Seen | undefined;
  /** The object a reference means; undefined when it does not exist or the asker may not see it. */
  entry(reference: ObjectReference): Entry<FluxSummary> | undefined;
}

/** Looks at several kinds as `identity`; rights of all kinds are asked at once. Never throws: problems are part of it. */
export async function look(
  cluster: Cluster,
  identity: Identity,
  at: readonly KindDefinition[] = kinds,
): Promise<Sight> {
  const seen = await Promise.all(
    at.map(async (kind): Promise<Seen> => {
      const resource = { group: kind.group, resource: kind.plural };
      const collection = cluster.collection<FluxSummary>(resource);
      return { kind, collection, ...(await visible<FluxSummary>(cluster, resource, identity)) };
    }),
  );
  const byKind = new Map(seen.map((one) => [one.kind, one]));
  return {
    seen,
    problems: seen.flatMap((one) => one.problems),
    asOf: oldest(seen),
    of: (kind) => byKind.get(kind),
    entry(reference) {
      const kind = kindOf(reference.group, reference.kind);
      const one = kind === undefined ? undefined : byKind.get(kind);
      if (one === undefined || !isWithin(one.scope, reference.namespace)) return undefined;
      return one.collection.get(reference.namespace, reference.name);
    },
  };
}

/** Whether a scope reaches a namespace. */
export function isWithin(scope: Scope, namespace: string | undefined): boolean {
  return scope.all || (namespace !== undefined && scope.namespaces.has(namespace));
}

/** Kinds that the cluster does not serve have no moment and need none. */
function oldest(seen: readonly Seen[]): Date | undefined {
  const served = seen.filter((one) => one.collection.state !== 'absent');
  if (served.length === 0 || served.some((one) => one.asOf === undefined)) return undefined;
  return new Date(Math.min(...served.map((one) => one.asOf?.getTime() ?? 0)));
}
