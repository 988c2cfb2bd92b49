import { asSluiceError } from '../../../errors.ts';
import type { AccessRule } from '../../../errors.ts';
import { keepBriefly } from '../../../kube/brief-reads.ts';
import type { Cluster, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { groupOf, resourcePath } from '../../../kube/object.ts';
import type { KubeObject, ServedResource } from '../../../kube/object.ts';
import { decodeRelease } from '../helm-storage/decode-release.ts';
import { manifestDocuments } from '../helm-storage/manifest-documents.ts';
import type { InventoryEntry } from '../inventory.ts';
import { listAt, numberAt } from '../read.ts';
import { helmGroup } from '../references.ts';
import { storedAs } from '../stored-release.ts';

/** What a release holds by Helm's storage. */
interface StoredInventory {
  entries: InventoryEntry[];
  /** Why there is nothing of it: the right that is missing, or what is wrong with the storage. */
  problem: Problem | undefined;
}

const secrets: ServedResource = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true };
const keptSeconds = 30;

/**
 * Whether an object without an inventory is a HelmRelease of which Helm's storage tells: helm-controller writes
 * inventories since Flux 2.8, and none for releases in another cluster.
 */
export function hasStoredInventory(object: KubeObject): boolean {
  return storedRevision(object) !== undefined;
}

function storedRevision(object: KubeObject): { namespace: string; secret: string } | undefined {
  if (object.kind !== 'HelmRelease' || groupOf(object.apiVersion) !== helmGroup) return undefined;
  const version = numberAt(listAt(object, 'status', 'history')[0], 'version');
  const stored = version === undefined ? undefined : storedAs(object);
  return stored && { namespace: stored.namespace, secret: `sh.helm.release.v1.${stored.name}.v${version}` };
}

/** The objects of the newest revision's manifest, read as the asker. Undefined for what Helm keeps nothing of. */
export async function storedInventory(
  cluster: Cluster,
  identity: Identity,
  object: KubeObject,
): Promise<StoredInventory | undefined> {
  const place = storedRevision(object);
  if (place === undefined) return undefined;
  const { namespace, secret } = place;
  const key = ['stored inventory', namespace, secret, object.metadata.resourceVersion];
  try {
    const entries = await keepBriefly(cluster, identity, key, keptSeconds, async () => {
      const path = resourcePath(secrets, namespace, secret);
      const stored = await cluster.client.json<KubeObject>({ path, as: identity, timeoutMilliseconds: 15_000 });
      const release = await decodeRelease({ ...stored, kind: 'Secret' });
      return manifestDocuments(release.manifest).documents.map((one): InventoryEntry => {
        const { kind, name } = one;
        const group = groupOf(one.apiVersion);
        const isNamespaced = cluster.servedKind(group, kind)?.namespaced !== false;
        const own = one.namespace === '' ? release.namespace : one.namespace;
        return {
          group,
          kind,
          name,
          namespace: isNamespaced ? own : undefined,
          version: one.apiVersion.split('/').at(-1),
        };
      });
    });
    return { entries, problem: undefined };
  } catch (thrown) {
    const error = asSluiceError(thrown);
    if (error.kind === 'internal') throw thrown;
    return { entries: [], problem: problemOf(error, namespace) };
  }
}

function problemOf({ kind, message }: { kind: string; message: string }, namespace: string): Problem {
  const subject = 'Inventory';
  if (kind !== 'forbidden') {
    return { kind: 'failed', subject, message: `What Helm keeps of the release could not be read: ${message}` };
  }
  const missing: AccessRule[] = [{ verb: 'get', group: '', resource: 'secrets', namespace }];
  const words =
    'This version of Flux tells no inventory of a HelmRelease. Helm keeps it in a Secret, and you may not read Secrets';
  return { kind: 'forbidden', subject, message: `${words} in ${namespace}.`, missing };
}
