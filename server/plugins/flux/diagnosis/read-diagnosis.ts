import type { Cluster, Entry, Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { objectReader } from '../../../kube/object-reader.ts';
import { healthOf } from '../health/kstatus.ts';
import type { HealthStatus } from '../health/health.ts';
import { byOwner, nodeOf } from '../inventory-tree/build-tree.ts';
import { podWarnings } from '../inventory-tree/pod-warnings.ts';
import { inventoryTree, readMade } from '../inventory-tree/read-tree.ts';
import { everyNode } from '../inventory-tree/tree.ts';
import type { InventoryNode } from '../inventory-tree/tree.ts';
import { kindOf } from '../kinds/index.ts';
import { referenceKey } from '../references.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { lookupIn } from './lookup.ts';
import { readClaims } from './read-claims.ts';
import type { Workload } from './workload-cause.ts';

/** A diagnosis with what was read of pods for it. */
export interface DiagnosisRead extends Diagnosis {
  /** What could not be read, and the right that is missing. */
  problems: readonly Problem[];
  /** Whether something was read that no watch tells of: an open page has to look again. */
  looked: boolean;
}

interface DiagnosisRequest {
  cluster: Cluster;
  identity: Identity;
  sight: Sight;
  now: Date;
  /** Who waits no longer than this gets the diagnosis without pods. */
  patienceMilliseconds?: number;
}

/**
 * The diagnosis of an object as the asker may see it. Only where a health check failed does it ask the API server, as the
 * asker, and only for what the failing object owns.
 */
export async function readDiagnosis(request: DiagnosisRequest, entry: Entry<FluxSummary>): Promise<DiagnosisRead> {
  const lookup = lookupIn(request.sight, request.now);
  const told = diagnose(entry, lookup);
  if (!told.wantsWorkloads) return { ...told, problems: [], looked: false };
  const { nodes, problems } = await readNodes(request, told);
  const claims = await readClaims(request, nodes);
  const workloads = [...claims.workloads, ...workloadsOf(nodes, request.now)];
  return { ...diagnose(entry, lookup, workloads), problems: [...problems, ...claims.problems], looked: true };
}

interface NodesRead {
  nodes: readonly InventoryNode[];
  problems: readonly Problem[];
}

/** What the failing object owns; and what the controller named, where no inventory has it: a first install that failed. */
async function readNodes(request: DiagnosisRequest, { nearest, steps }: Diagnosis): Promise<NodesRead> {
  const tree = await inventoryTree({ ...request, object: nearest.object });
  const nodes = tree?.nodes ?? [];
  const problems = tree?.problems.filter(({ kind }) => kind === 'forbidden') ?? [];
  const named = steps.at(-1)?.reference;
  if (named === undefined || kindOf(named.group, named.kind) !== undefined) return { nodes, problems };
  if (nodes.some(({ reference }) => referenceKey(reference) === referenceKey(named))) return { nodes, problems };
  const read = await readNamed(request, named);
  return { nodes: [...nodes, ...read.nodes], problems: [...problems, ...read.problems] };
}

async function readNamed({ cluster, identity, now }: DiagnosisRequest, named: ObjectReference): Promise<NodesRead> {
  const resource = cluster.reachable.ok ? cluster.servedKind(named.group, named.kind) : undefined;
  if (resource === undefined) return { nodes: [], problems: [] };
  const { group, kind, namespace, name } = named;
  const reader = objectReader(cluster);
  const { found, error } = await reader.get(identity, { resource, namespace, name });
  if (error !== undefined) {
    const missing = [
      { verb: 'get', group, resource: resource.resource, ...(namespace !== undefined && { namespace }) },
    ];
    const message = `You may not get ${kind} ${namespace ?? ''}/${name}.`;
    return {
      nodes: [],
      problems: error.kind === 'forbidden' ? [{ kind: 'forbidden', subject: kind, message, missing }] : [],
    };
  }
  if (found === undefined) return { nodes: [], problems: [] };
  const made = await readMade(reader, identity, cluster, [{ group, kind, namespace, name, version: undefined }]);
  const servedOf = (ofGroup: string, ofKind: string) => cluster.servedKind(ofGroup, ofKind);
  const warningsOf = await podWarnings(cluster, identity, made.objects);
  const around = { made: byOwner(made.objects), servedOf, now, warningsOf };
  return { nodes: [nodeOf(found, around)], problems: made.problems };
}

const healths: Readonly<Partial<Record<HealthStatus, Workload['health']>>> = {
  Current: 'healthy',
  InProgress: 'not yet',
  Terminating: 'not yet',
  Failed: 'failed',
  NotFound: 'failed',
};

/** The nodes of a tree one by one, each with its own words: those of a culprit beneath belong to that one. */
function workloadsOf(nodes: readonly InventoryNode[], now: Date): Workload[] {
  const owners = new Map<InventoryNode, ObjectReference>();
  for (const node of everyNode(nodes)) for (const child of node.children) owners.set(child, node.reference);
  return [...everyNode(nodes)].flatMap((node): Workload[] => {
    const own = node.object === undefined || node.children.length === 0 ? node.health : healthOf(node.object, now);
    const health = healths[own.status];
    if (health === undefined) return [];
    return [
      {
        reference: node.reference,
        owner: owners.get(node),
        health,
        says: own.says,
        reason: own.reason,
        detail: own.detail,
        images: node.images,
        since: undefined,
      },
    ];
  });
}
