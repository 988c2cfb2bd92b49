import type { TestCluster } from './cluster.ts';
import { collectionPath, resourceFinder, type ResourcePath } from './objects.ts';
import { RequestError, type KubeObject } from './requests.ts';
import { groupByKind, planObject, statusFor, withReferences, type SeedPlan } from './seed-plan.ts';

export type SeedResult = {
  wanted: number;
  created: number;
  /** Kinds the cluster does not serve, each once, and objects with a value that its CRDs do not know. */
  skipped: string[];
  /** What the API server refused, with its reason. */
  failed: string[];
};

const parallel = 40;

const mergePatch = 'application/merge-patch+json';

type Created = { metadata: { uid: string; generation?: number; [field: string]: unknown }; [field: string]: unknown };

/** Runs work over all items, so many at a time. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
}

const intervalOf = (object: KubeObject): unknown =>
  (object['spec'] as Record<string, unknown> | undefined)?.['interval'];

/** The same object with another interval, so that setting the real one makes a new generation. */
function withOtherInterval(object: KubeObject): KubeObject {
  const spec = object['spec'] as Record<string, unknown>;
  return { ...object, spec: { ...spec, interval: '59m59s' } };
}

async function createOrUpdate(
  cluster: TestCluster,
  collection: string,
  object: KubeObject,
): Promise<{ created: Created; isNew: boolean }> {
  try {
    return { created: await cluster.request<Created>('POST', collection, object), isNew: true };
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 409) throw error;
    const path = `${collection}/${object.metadata.name}`;
    return { created: await cluster.request<Created>('PATCH', path, object, mergePatch), isNew: false };
  }
}

/** Replaces the status, which costs the server least; where a controller was faster, merges it into what that wrote. */
async function writeStatus(cluster: TestCluster, path: string, object: Created): Promise<void> {
  try {
    await cluster.request('PUT', path, object);
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 409) throw error;
    await cluster.request('PATCH', path, { status: object['status'] }, mergePatch);
  }
}

async function seedOne(
  cluster: TestCluster,
  resource: ResourcePath,
  plan: SeedPlan,
  uids: Map<string, string>,
): Promise<void> {
  const object = { ...withReferences(plan.object, uids), apiVersion: resource.apiVersion };
  const collection = collectionPath(resource, object.metadata.namespace);
  const path = `${collection}/${object.metadata.name}`;
  const interval = plan.behind ? intervalOf(object) : undefined;
  const first = interval === undefined ? object : withOtherInterval(object);
  const { created: made, isNew } = await createOrUpdate(cluster, collection, first);
  let created = made;
  if (plan.uid !== undefined) uids.set(plan.uid, created.metadata.uid);
  if (interval !== undefined) created = await cluster.request('PATCH', path, { spec: { interval } }, mergePatch);
  if (plan.status && resource.status) {
    const status = statusFor(plan.status, plan.generation, created.metadata.generation ?? 1);
    try {
      await writeStatus(cluster, `${path}/status`, { ...created, status });
    } catch (error) {
      // When a Job began and ended is set once: one of an earlier seeding keeps that.
      if (isNew || object.kind !== 'Job' || !(error instanceof RequestError) || error.status !== 422) throw error;
    }
  }
  if (plan.terminating) await cluster.request('DELETE', path);
}

/**
 * Creates complete objects (metadata, spec, status) in the given order, each kind's neighbours in parallel. Objects of
 * Flux are labelled so that no controller with a label selector touches them. What exists already is updated.
 */
export async function seed(cluster: TestCluster, objects: readonly KubeObject[]): Promise<SeedResult> {
  const find = resourceFinder(cluster.request);
  const uids = new Map<string, string>();
  const skipped = new Set<string>();
  const failed: string[] = [];
  let created = 0;
  for (const group of groupByKind(objects.map(planObject))) {
    await forEach(group, async (plan) => {
      const { apiVersion, kind, metadata } = plan.object;
      try {
        const resource = await find(plan.object);
        if (!resource) return void skipped.add(`${kind} (${apiVersion})`);
        await seedOne(cluster, resource, plan, uids);
        created++;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        // An older CRD does not know, say, every kind of source.
        if (error instanceof RequestError && error.status === 422 && reason.includes('Unsupported value')) {
          return void skipped.add(
            `${kind} ${metadata.namespace ?? ''}/${metadata.name}: ${reason.split(': ').slice(-3).join(': ')}`,
          );
        }
        failed.push(`${kind} ${metadata.namespace ?? ''}/${metadata.name}: ${reason}`);
      }
    });
  }
  return { wanted: objects.length, created, skipped: [...skipped], failed };
}
