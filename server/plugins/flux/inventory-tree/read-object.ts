import type { SluiceError } from '../../../errors.ts';
import type { Cluster, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { objectReader } from '../../../kube/object-reader.ts';
import type { Address } from '../../../kube/object-reader.ts';
import { groupOf } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { ObjectReference } from '../summary.ts';
import { byOwner, nodeOf } from './build-tree.ts';
import { managersOf } from './managed-by.ts';
import { podWarnings } from './pod-warnings.ts';
import { readMade } from './read-tree.ts';
import type { InventoryNode } from './tree.ts';

/** Chains of owners are short (Pod, ReplicaSet, Deployment, a custom resource); a longer one is a loop. */
const longestChain = 6;

/** An object that made another one, up to the one nobody made. */
interface Owner {
  reference: ObjectReference;
  served: InventoryNode['served'];
  /** Why it is named only: it may not be seen, or it is gone. */
  hidden: 'forbidden' | 'gone' | undefined;
}

/** One object of any kind with all that is known around it. */
export interface ObjectSeen {
  object: KubeObject;
  /** The object with what it made. */
  node: InventoryNode;
  /** Nearest first. */
  owners: readonly Owner[];
  /** The Flux objects that applied it, or the owner it came from. */
  managers: readonly ObjectReference[];
  problems: readonly Problem[];
}

interface ObjectRequest {
  cluster: Cluster;
  identity: Identity;
  address: Address;
  now: Date;
}

/** Reads one object as the asker; undefined where there is none. Throws what the API server refuses. */
export async function readObject({ cluster, identity, address, now }: ObjectRequest): Promise<ObjectSeen | undefined> {
  const reader = objectReader(cluster);
  const { found: object, error } = await reader.get(identity, address);
  if (error !== undefined) throw error;
  if (object === undefined) return undefined;
  const { namespace } = address;
  const entry = { group: address.resource.group, kind: object.kind, namespace, name: address.name, version: undefined };
  const [made, above] = await Promise.all([
    readMade(reader, identity, cluster, [entry]),
    readOwners(cluster, identity, object),
  ]);
  const servedOf = (group: string, kind: string) => cluster.servedKind(group, kind);
  const warningsOf = await podWarnings(cluster, identity, [object, ...made.objects]);
  const node = nodeOf(object, { made: byOwner(made.objects), servedOf, now, warningsOf });
  const managers = [object, ...above.objects].map(managersOf).find((found) => found.length > 0) ?? [];
  return { object, node, owners: above.owners, managers, problems: made.problems };
}

/** Follows the controlling owner up; ends where one is gone or may not be seen. */
async function readOwners(
  cluster: Cluster,
  identity: Identity,
  object: KubeObject,
): Promise<{ owners: Owner[]; objects: KubeObject[] }> {
  const reader = objectReader(cluster);
  const owners: Owner[] = [];
  const objects: KubeObject[] = [];
  let current: KubeObject | undefined = object;
  while (current !== undefined && owners.length < longestChain) {
    const references: NonNullable<KubeObject['metadata']['ownerReferences']> = current.metadata.ownerReferences ?? [];
    const owner = references.find(({ controller }) => controller === true) ?? references[0];
    if (owner === undefined) break;
    const group = groupOf(owner.apiVersion);
    const served = cluster.servedKind(group, owner.kind);
    const namespace: string | undefined = served?.namespaced === false ? undefined : current.metadata.namespace;
    const reference = { group, kind: owner.kind, namespace, name: owner.name };
    if (served === undefined) {
      owners.push({ reference, served: undefined, hidden: 'gone' });
      break;
    }
    const read: { found: KubeObject | undefined; error?: SluiceError } = await reader.get(
      identity,
      { resource: served, namespace, name: owner.name },
      'metadata',
    );
    const isSame = read.found?.metadata.uid === owner.uid;
    const hidden = read.error === undefined ? (isSame ? undefined : 'gone') : 'forbidden';
    owners.push({ reference, served, hidden });
    current = isSame ? read.found : undefined;
    if (current !== undefined) objects.push(current);
  }
  return { owners, objects };
}
