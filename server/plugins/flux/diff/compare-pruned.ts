import type { Cluster } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { referenceKey, referenceTo } from '../references.ts';
import { inventoryOf } from '../inventory.ts';
import type { InventoryEntry } from '../inventory.ts';
import { comparable } from './comparable.ts';
import type { Comparing } from './compare-object.ts';
import { nothing, problemOf } from './compare-object.ts';
import type { ObjectDiff } from './diff.ts';
import { whyKept } from './flux-rules.ts';
import { readLive } from './read-live.ts';

/** Entries of the inventory that are not among the built objects. */
export function leftBehind(
  cluster: Cluster,
  kustomization: KubeObject,
  built: readonly KubeObject[],
): InventoryEntry[] {
  const kept = new Set(
    built.map((object) => {
      const reference = referenceTo(object);
      // Kustomize may give a namespace to what has none; the API server drops it.
      const isClusterWide = cluster.servedKind(reference.group, reference.kind)?.namespaced === false;
      return referenceKey(isClusterWide ? { ...reference, namespace: undefined } : reference);
    }),
  );
  return (inventoryOf(kustomization) ?? []).filter((entry) => !kept.has(referenceKey(entry)));
}

/** What becomes of objects that the source has no more: deleted, or kept and why. Those that are gone already are left out. */
export async function comparePruned(comparing: Comparing, entries: readonly InventoryEntry[]): Promise<ObjectDiff[]> {
  const { cluster, kustomization, build } = comparing;
  const asked = entries.map((entry) => {
    const resource = cluster.servedKind(entry.group, entry.kind);
    return { entry, resource };
  });
  const served = asked.flatMap(({ entry, resource }) => (resource === undefined ? [] : [{ entry, resource }]));
  const live = await readLive(
    comparing,
    served.map(({ entry: { namespace, name }, resource }) => ({
      resource,
      namespace: resource.namespaced ? namespace : undefined,
      name,
    })),
  );
  const told = await Promise.all(
    served.map(async ({ entry, resource }, index): Promise<ObjectDiff[]> => {
      const { found, error } = live[index] ?? { found: undefined, error: undefined };
      const { group, kind, namespace, name } = entry;
      const about = {
        reference: { group, kind, namespace, name },
        apiVersion: group === '' ? resource.version : `${group}/${resource.version}`,
        ...nothing,
      };
      if (error !== undefined) {
        const message = `The source has it no more. Whether Flux deletes it is not known: ${build.shownText(error.message)}`;
        const kindOfProblem = error.kind === 'forbidden' ? 'forbidden' : 'failed';
        return [
          { ...about, change: 'unknown', problem: { ...problemOf(kindOfProblem, message), missing: error.missing } },
        ];
      }
      if (found === undefined) return [];
      const reason = whyKept(kustomization, found);
      if (reason !== undefined) return [{ ...about, change: 'kept', notes: [reason] }];
      return [{ ...about, change: 'delete', before: await build.shown(comparable(found), comparing.signal) }];
    }),
  );
  return told.flat();
}
