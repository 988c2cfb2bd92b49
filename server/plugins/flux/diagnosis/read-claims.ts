import type { AccessRule } from '../../../errors.ts';
import type { Cluster, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { objectReader } from '../../../kube/object-reader.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { EventSummary } from '../events.ts';
import { everyNode } from '../inventory-tree/tree.ts';
import type { InventoryNode } from '../inventory-tree/tree.ts';
import { referenceKey } from '../references.ts';
import type { ObjectReference } from '../summary.ts';
import { claimCause, claimsOf } from './claim-cause.ts';
import type { ClaimEvent } from './claim-cause.ts';
import type { Workload } from './workload-cause.ts';

interface ClaimsRead {
  workloads: Workload[];
  /** What could not be read, and the right that is missing. */
  problems: Problem[];
}

interface Request {
  cluster: Cluster;
  identity: Identity;
}

/** A claim that may keep something waiting. `owner`: the pod whose volume it is; undefined for one that Flux applied. */
interface Wanted {
  reference: ObjectReference;
  owner: ObjectReference | undefined;
}

/** Replicas share their cause, so a few claims tell it. */
const mostClaims = 20;
const events = { group: '', resource: 'events' };

/**
 * The PersistentVolumeClaims that get no volume, of pods that have no node yet and among what Flux applied, with why, as
 * far as the asker may read. Asks for nothing where no such pod waits.
 */
export async function readClaims(request: Request, nodes: readonly InventoryNode[]): Promise<ClaimsRead> {
  const wanted = wantedOf(nodes).slice(0, mostClaims);
  const resource = request.cluster.servedKind('', 'PersistentVolumeClaim');
  if (wanted.length === 0 || resource === undefined) return { workloads: [], problems: [] };
  const known = new Map(
    [...everyNode(nodes)].flatMap(({ reference, object }) => (object ? [[referenceKey(reference), object]] : [])),
  );
  const reader = objectReader(request.cluster);
  const problems: Problem[] = [];
  const found: { claim: KubeObject; owner: ObjectReference | undefined }[] = [];
  for (const { reference, owner } of wanted) {
    const { namespace, name } = reference;
    const claim = known.get(referenceKey(reference));
    const read =
      claim === undefined ? await reader.get(request.identity, { resource, namespace, name }) : { found: claim };
    if (read.found !== undefined) found.push({ claim: read.found, owner });
    else if (read.error?.kind === 'forbidden') problems.push(refused('get', resource.resource, reference));
  }
  const eventsOf = await claimEvents(request, found, problems);
  const workloads = found.flatMap(({ claim, owner }) => claimCause(claim, eventsOf(claim), owner) ?? []);
  return { workloads, problems };
}

function wantedOf(nodes: readonly InventoryNode[]): Wanted[] {
  const wanted: Wanted[] = [];
  for (const { reference, object, health } of everyNode(nodes)) {
    if (object === undefined || health.status === 'Current') continue;
    if (object.kind === 'Pod')
      wanted.push(...claimsOf(object).map((claim) => ({ reference: claim, owner: reference })));
    if (object.kind === 'PersistentVolumeClaim') wanted.push({ reference, owner: undefined });
  }
  return wanted;
}

/** Events are watched anyway: nothing is asked for them but whether the asker may see them. */
async function claimEvents(
  { cluster, identity }: Request,
  found: readonly { claim: KubeObject }[],
  problems: Problem[],
): Promise<(claim: KubeObject) => readonly ClaimEvent[]> {
  const byUid = new Map<string, ClaimEvent[]>(found.map(({ claim }) => [claim.metadata.uid, []]));
  for (const namespace of new Set(found.flatMap(({ claim }) => claim.metadata.namespace ?? []))) {
    if (!(await cluster.access.can(identity, { verb: 'list', ...events, namespace }))) {
      problems.push(refused('list', 'events', { kind: 'Events', namespace }));
      continue;
    }
    for (const { summary } of cluster.collection<EventSummary>(events).inNamespace(namespace))
      byUid.get(summary.about.uid ?? '')?.push(summary);
  }
  return ({ metadata }) => byUid.get(metadata.uid) ?? [];
}

function refused(
  verb: 'get' | 'list',
  resource: string,
  { kind, namespace, name }: { kind: string; namespace: string | undefined; name?: string },
): Problem {
  const missing: AccessRule[] = [{ verb, group: '', resource, ...(namespace !== undefined && { namespace }) }];
  const where = name === undefined ? `${kind} in ${namespace ?? ''}` : `${kind} ${namespace ?? ''}/${name}`;
  return { kind: 'forbidden', subject: kind, message: `You may not ${verb} ${where}.`, missing };
}
