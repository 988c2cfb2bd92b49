import { SluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { createLimit } from '../../../kube/limit.ts';
import type { Address } from '../../../kube/object-reader.ts';
import { groupOf } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { BuildResult } from '../build/build-result.ts';
import { textAt } from '../read.ts';
import { referenceKey, referenceTo } from '../references.ts';
import { compareObject, problemOf, told } from './compare-object.ts';
import type { Comparing } from './compare-object.ts';
import { comparePruned, leftBehind } from './compare-pruned.ts';
import { objectChanges } from './diff.ts';
import type { KustomizationDiff, ObjectChange, ObjectDiff } from './diff.ts';
import { compareEncrypted } from './encrypted.ts';
import { readLive } from './read-live.ts';
import type { LiveObject } from './read-live.ts';
import { isApplied } from './standing.ts';

interface CompareRequest {
  cluster: Cluster;
  identity: Identity;
  kustomization: KubeObject;
  build: BuildResult;
  signal: AbortSignal;
  now: Date;
  /** Called as objects are done. */
  progress?(done: number, total: number): void;
}

/** As many objects are tried at once as fit between other people's requests. */
const atATime = 8;
/** More than these are not compared: it would take minutes, and nobody reads them on a page. */
const mostObjects = 2_000;

/** What Flux applies first and waits for: the rest may need it. */
const definitions = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole']);

/**
 * Compares what a Kustomization would apply with the cluster, as the asker and without writing: each object is tried by
 * server-side apply as a dry run with kustomize-controller's field manager, in Flux's order, then what it would prune is found.
 * What cannot be compared is told object by object; it throws only what aborts.
 */
export async function compareKustomization(request: CompareRequest): Promise<KustomizationDiff> {
  const { cluster, kustomization, build, now } = request;
  const comparing: Comparing = {
    ...request,
    isApplied: isApplied(kustomization, build.revision),
  };
  const taken = build.objects.slice(0, mostObjects);
  const first = taken.filter(({ kind }) => definitions.has(kind));
  const rest = taken.filter(({ kind }) => !definitions.has(kind));
  const leftOvers = leftBehind(cluster, kustomization, build.objects);
  let done = 0;
  const total = taken.length + leftOvers.length;
  const step = () => request.progress?.((done += 1), total);
  step();

  const early = await compareAll(comparing, request.build, first, noneComing, step);
  const late = await compareAll(comparing, request.build, rest, comingWith(build.objects, early), step);
  const pruned = await comparePruned(comparing, leftOvers);
  const objects = [...early, ...late, ...pruned].toSorted(byChange);
  const counts: Partial<Record<ObjectChange, number>> = {};
  for (const { change } of objects) counts[change] = (counts[change] ?? 0) + 1;
  const { program, version } = build.builtWith;
  return {
    revision: build.revision,
    comparedAt: now.toISOString(),
    objects,
    counts,
    problems: build.problems,
    leftOut: build.objects.length - taken.length,
    builtWith: program === 'plain' ? '' : [program, version].filter((word) => word !== undefined).join(' '),
  };
}

/** What the same build brings that the cluster does not have yet. */
interface Coming {
  namespaces: ReadonlySet<string>;
  /** Kinds that come with a definition of the build, as `group/kind`, with the definition's name. */
  kinds: ReadonlyMap<string, string>;
}

const noneComing: Coming = { namespaces: new Set(), kinds: new Map() };

function comingWith(built: readonly KubeObject[], compared: readonly ObjectDiff[]): Coming {
  const created = compared.filter(({ change }) => change === 'create');
  const kinds = built
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map((object): [string, string] => [
      `${textAt(object, 'spec', 'group') ?? ''}/${textAt(object, 'spec', 'names', 'kind') ?? ''}`,
      object.metadata.name,
    ]);
  return {
    namespaces: new Set(created.flatMap(({ reference }) => (reference.kind === 'Namespace' ? [reference.name] : []))),
    kinds: new Map(kinds),
  };
}

async function compareAll(
  comparing: Comparing,
  build: BuildResult,
  objects: readonly KubeObject[],
  coming: Coming,
  step: () => void,
): Promise<ObjectDiff[]> {
  const placed = objects.map((object) => ({ object, place: placeOf(comparing.cluster, object, coming) }));
  const addresses = placed.flatMap(({ place }) => ('address' in place ? [place.address] : []));
  const read = await readLive(comparing, addresses);
  const live = new Map(addresses.map((address, index) => [address, read[index]]));
  const encrypted = new Set(build.encrypted.map(referenceKey));
  const limit = createLimit(atATime);
  return Promise.all(
    placed.map(async ({ object, place }) => {
      const compared = await limit(async () => {
        if ('known' in place) return place.known;
        if ('comesWith' in place) return unvalidated(build, object, place.comesWith, comparing.signal);
        const found: LiveObject = live.get(place.address) ?? { found: undefined, error: undefined };
        if (encrypted.has(referenceKey(referenceTo(object)))) return compareEncrypted(build, object, found);
        return compareObject(comparing, object, place.address, found);
      }).catch((error: unknown) => beyondBounds(object, error));
      step();
      return compared;
    }),
  );
}

/** What is too large to be compared says so; it keeps nothing else from being compared. */
function beyondBounds(object: KubeObject, error: unknown): ObjectDiff {
  if (!(error instanceof SluiceError) || error.kind !== 'too_large') throw error;
  return told(object, 'unknown', { problem: problemOf('failed', error.message) });
}

/** Where an object lives in the cluster, or what is known of it without asking. */
function placeOf(
  cluster: Cluster,
  object: KubeObject,
  coming: Coming,
): { address: Address } | { known: ObjectDiff } | { comesWith: string } {
  const group = groupOf(object.apiVersion);
  const version = group === '' ? object.apiVersion : object.apiVersion.slice(group.length + 1);
  const { name, namespace } = object.metadata;
  const kind = cluster.servedKind(group, object.kind);
  const resource = kind === undefined ? undefined : cluster.served(kind, [version]);
  if (resource === undefined) {
    const definition = coming.kinds.get(`${group}/${object.kind}`);
    if (definition !== undefined) return { comesWith: `its definition, ${definition}, comes with the same source` };
    const message =
      kind === undefined
        ? `The cluster serves no kind ${object.kind}${group === '' ? '' : ` of ${group}`}, and no definition of it comes with the source.`
        : `The cluster serves ${object.kind} of ${group === '' ? 'the core group' : group}, but not in version ${version}.`;
    return { known: told(object, 'refused', { problem: problemOf('refused', message) }) };
  }
  if (resource.namespaced && namespace === undefined) {
    const message = `A ${object.kind} needs a namespace, and neither the manifest nor spec.targetNamespace names one.`;
    return { known: told(object, 'refused', { problem: problemOf('refused', message) }) };
  }
  if (resource.namespaced && namespace !== undefined && coming.namespaces.has(namespace))
    return { comesWith: `its namespace, ${namespace}, comes with the same source` };
  return { address: { resource, namespace: resource.namespaced ? namespace : undefined, name } };
}

async function unvalidated(
  build: BuildResult,
  object: KubeObject,
  why: string,
  signal: AbortSignal,
): Promise<ObjectDiff> {
  return told(object, 'create', {
    after: await build.shown(object, signal),
    notes: [`It could not be tried with the API server: ${why}. Defaults and validation are not applied here.`],
  });
}

/** What needs a look first, then by kind and name. */
function byChange(one: ObjectDiff, other: ObjectDiff): number {
  return (
    objectChanges.indexOf(one.change) - objectChanges.indexOf(other.change) ||
    compare(one.reference.kind, other.reference.kind) ||
    compare(one.reference.namespace ?? '', other.reference.namespace ?? '') ||
    compare(one.reference.name, other.reference.name)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
