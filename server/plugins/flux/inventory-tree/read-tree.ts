import { setTimeout as pause } from 'node:timers/promises';
import type { SluiceError } from '../../../errors.ts';
import type { Cluster, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { objectReader } from '../../../kube/object-reader.ts';
import type { Address, Depth, ObjectReader, Reading } from '../../../kube/object-reader.ts';
import type { GroupResource, KubeObject, ServedResource } from '../../../kube/object.ts';
import { pluralInWords } from '../../../kube/words.ts';
import { current, healthAs } from '../health/health.ts';
import type { Health } from '../health/health.ts';
import { healthOfAny } from '../health/generic.ts';
import { inventoryOf } from '../inventory.ts';
import type { InventoryEntry } from '../inventory.ts';
import { kindOf } from '../kinds/index.ts';
import type { Sight } from '../sight.ts';
import { byOwner, missing, nodeOf, nodeWithout, present, unserved } from './build-tree.ts';
import { fluxNode } from './flux-node.ts';
import { podWarnings } from './pod-warnings.ts';
import { hasStoredInventory, storedInventory } from './stored-inventory.ts';
import { byUrgency, countStates } from './tree.ts';
import type { InventoryNode, InventoryTree } from './tree.ts';

interface TreeRequest {
  cluster: Cluster;
  identity: Identity;
  /** The Kustomization, HelmRelease, ArtifactGenerator … that owns. */
  object: KubeObject;
  sight: Sight;
  now: Date;
  /** Who waits no longer than this gets what is known without asking, marked `late`. */
  patienceMilliseconds?: number;
}

/**
 * Everything an object owns with its health, read as the asker: entries of its inventory, and the ReplicaSets, Pods and
 * Jobs that workloads among them made. A HelmRelease whose status has no inventory is looked up in Helm's storage.
 * Undefined where neither tells. What may not be read or does not answer is a node that says so and a problem of the
 * tree; nothing is thrown for it.
 */
export async function inventoryTree(request: TreeRequest): Promise<InventoryTree | undefined> {
  const own = inventoryOf(request.object);
  const { cluster, patienceMilliseconds } = request;
  if (own === undefined && !hasStoredInventory(request.object)) return undefined;
  const unread = (own ?? []).map((entry) => unreadNode(request, entry));
  if (!cluster.reachable.ok) {
    const { kind, problem: message } = cluster.reachable;
    const problem: Problem = { kind, subject: 'Health', message };
    return treeOf(unread, [problem], false);
  }
  const reading = own === undefined ? readStored(request) : readTree(request, own);
  if (patienceMilliseconds === undefined) return reading;
  const waited = new AbortController();
  const tooLong = pause(patienceMilliseconds, undefined, { signal: waited.signal, ref: false }).catch(() => undefined);
  try {
    return (await Promise.race([reading, tooLong])) ?? treeOf(unread, [], true);
  } finally {
    waited.abort();
  }
}

async function readStored(request: TreeRequest): Promise<InventoryTree> {
  const stored = await storedInventory(request.cluster, request.identity, request.object);
  const tree = await readTree(request, stored?.entries ?? []);
  return stored?.problem === undefined ? tree : { ...tree, problems: [stored.problem, ...tree.problems] };
}

function treeOf(nodes: readonly InventoryNode[], problems: readonly Problem[], late: boolean): InventoryTree {
  return {
    nodes: nodes.toSorted(byUrgency),
    counts: countStates(nodes.map(({ health }) => health.state)),
    problems,
    late,
  };
}

const notRead = healthAs('Unknown', 'not read yet');

function unreadNode({ sight, now, cluster }: TreeRequest, entry: InventoryEntry): InventoryNode {
  const kind = kindOf(entry.group, entry.kind);
  if (kind !== undefined) return fluxNode(entry, kind, sight, now);
  return nodeWithout(referenceOf(entry), cluster.servedKind(entry.group, entry.kind), notRead);
}

function referenceOf({ group, kind, namespace, name }: InventoryEntry) {
  return { group, kind, namespace, name };
}

async function readTree(request: TreeRequest, entries: readonly InventoryEntry[]): Promise<InventoryTree> {
  const { cluster, identity, sight, now } = request;
  const reader = objectReader(cluster);
  const servedOf = (group: string, kind: string) => cluster.servedKind(group, kind);
  const foreign = entries.filter((entry) => kindOf(entry.group, entry.kind) === undefined);
  const asked = foreign.flatMap((entry) => {
    const resource = servedOf(entry.group, entry.kind);
    return resource === undefined ? [] : [{ entry, address: addressOf(entry, resource) }];
  });
  const addresses = asked.map(({ address }) => address);
  const [readings, made] = await Promise.all([
    reader.getMany(identity, addresses, depthOf),
    readMade(reader, identity, cluster, foreign),
  ]);
  const answers = new Map(asked.map(({ entry }, index) => [entry, readings[index]]));
  const warningsOf = await podWarnings(cluster, identity, made.objects);
  const around = { made: byOwner(made.objects), servedOf, now, warningsOf };

  const nodes = entries.map((entry): InventoryNode => {
    const kind = kindOf(entry.group, entry.kind);
    if (kind !== undefined) return fluxNode(entry, kind, sight, now);
    const resource = servedOf(entry.group, entry.kind);
    const reference = referenceOf(entry);
    if (resource === undefined) return nodeWithout(reference, undefined, unserved);
    const { found, error } = answers.get(entry) ?? { found: undefined };
    if (found !== undefined) return nodeOf(found, around, healthOfMetadata(found, resource, cluster));
    return nodeWithout(reference, resource, error === undefined ? missing : healthOfError(error, resource));
  });
  return treeOf(nodes, [...problemsOf(asked, readings), ...made.problems], false);
}

function addressOf({ namespace, name }: InventoryEntry, resource: ServedResource): Address {
  return { resource, namespace: resource.namespaced ? namespace : undefined, name };
}

/** Kinds of which being there is all that counts: their metadata is enough, and lists of them stay small. */
const byMetadata = new Set([
  'configmaps.',
  'secrets.',
  'serviceaccounts.',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'networkpolicies.networking.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io',
]);

function keyOfResource({ resource, group }: GroupResource): string {
  return `${resource}.${group}`;
}

function depthOf(resource: ServedResource): Depth {
  return byMetadata.has(keyOfResource(resource)) ? 'metadata' : 'whole';
}

/** What was read by its metadata is judged by that; of a definition, discovery knows whether it is served. */
function healthOfMetadata(object: KubeObject, resource: ServedResource, cluster: Cluster): Health | undefined {
  if (depthOf(resource) !== 'metadata') return undefined;
  const always = healthOfAny(object);
  if (always !== undefined) return always;
  if (resource.resource !== 'customresourcedefinitions') return present;
  const { name } = object.metadata;
  const dot = name.indexOf('.');
  const defined = cluster.served({ resource: name.slice(0, dot), group: name.slice(dot + 1) });
  return defined === undefined
    ? healthAs('InProgress', 'is not served yet', { reason: 'Installing' })
    : current(`serves ${defined.version}`);
}

/** Which kinds make Pods, through what. */
const makers: Readonly<Record<string, readonly string[]>> = {
  'apps/Deployment': ['apps/ReplicaSet', '/Pod'],
  'apps/ReplicaSet': ['/Pod'],
  'apps/StatefulSet': ['/Pod'],
  'apps/DaemonSet': ['/Pod'],
  'batch/CronJob': ['batch/Job', '/Pod'],
  'batch/Job': ['/Pod'],
};

/** What workloads made, theirs and what those made in turn: whole namespaces at a time, sorted by owner afterwards. */
export async function readMade(
  reader: ObjectReader,
  identity: Identity,
  cluster: Cluster,
  entries: readonly InventoryEntry[],
): Promise<{ objects: KubeObject[]; problems: Problem[] }> {
  const places = new Map<string, { resource: ServedResource; namespace: string }>();
  for (const { group, kind, namespace } of entries) {
    for (const maker of makers[`${group}/${kind}`] ?? []) {
      const slash = maker.indexOf('/');
      const resource = cluster.servedKind(maker.slice(0, slash), maker.slice(slash + 1));
      if (resource === undefined || namespace === undefined) continue;
      places.set(`${namespace}/${keyOfResource(resource)}`, { resource, namespace });
    }
  }
  const listings = await Promise.all(
    [...places.values()].map(async ({ resource, namespace }) => ({
      resource,
      namespace,
      ...(await reader.list(identity, resource, namespace)),
    })),
  );
  return {
    objects: listings.flatMap((listing) => [...listing.objects]),
    problems: listings.flatMap(({ resource, namespace, error, cut }): Problem[] => {
      const subject = pluralInWords(resource.resource, resource.kind);
      if (error !== undefined) return [problemOf(error, resource, namespace)];
      const message = `${namespace} has more ${subject} than are read; some may be missing here.`;
      return cut ? [{ kind: 'failed', subject, message }] : [];
    }),
  };
}

function healthOfError(error: SluiceError, resource: ServedResource): Health {
  if (error.kind === 'forbidden') {
    const words = `you may not see ${pluralInWords(resource.resource, resource.kind)}${resource.namespaced ? ' here' : ''}`;
    return healthAs('Unknown', words, { state: 'forbidden', reason: 'Forbidden' });
  }
  return healthAs('Unknown', 'could not be read', { reason: error.kind, detail: error.message });
}

function problemOf(error: SluiceError, resource: ServedResource, namespace: string | undefined): Problem {
  const subject = pluralInWords(resource.resource, resource.kind);
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  if (error.kind === 'forbidden') {
    const { group, resource: plural } = resource;
    const missing = [{ verb: 'list', group, resource: plural, ...(namespace !== undefined && { namespace }) }];
    return { kind: 'forbidden', subject, message: `You may not list ${subject}${where}.`, missing };
  }
  return { kind: 'failed', subject, message: `${subject}${where} could not be read: ${error.message}` };
}

/** One problem for each resource and namespace, however many entries it hides. */
function problemsOf(asked: readonly { address: Address }[], readings: readonly Reading[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const [index, { address }] of asked.entries()) {
    const error = readings[index]?.error;
    if (error === undefined) continue;
    problems.set(
      `${keyOfResource(address.resource)}/${address.namespace ?? ''}`,
      problemOf(error, address.resource, address.namespace),
    );
  }
  return [...problems.values()];
}
