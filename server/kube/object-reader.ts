import { asSluiceError, type SluiceError } from '../errors.ts';
import { keepBriefly } from './brief-reads.ts';
import type { Cluster } from './cluster.ts';
import type { Identity } from './identity.ts';
import { createLimit } from './limit.ts';
import { apiVersionOf, resourcePath, type KubeObject, type ServedResource } from './object.ts';
import { slim } from './slim.ts';

/** One object that is not watched. */
export interface Address {
  resource: ServedResource;
  /** Undefined for cluster-scoped objects. */
  namespace: string | undefined;
  name: string;
}

/** What came of asking for an object: it, or nothing because it is not there, or nothing because of `error` (forbidden, …). */
export interface Reading {
  found: KubeObject | undefined;
  error?: SluiceError;
}

/** What came of asking for all objects of a resource in a namespace. `cut`: there are more than are read. */
interface Listing {
  objects: readonly KubeObject[];
  error: SluiceError | undefined;
  cut: boolean;
}

/** `whole` objects, or their `metadata` alone where nothing else is needed (then lists of large objects stay cheap). */
export type Depth = 'whole' | 'metadata';

/** Reads objects that are not watched, as the asker. Answers are kept for some seconds, each identity's for itself. */
export interface ObjectReader {
  get(identity: Identity, address: Address, depth?: Depth): Promise<Reading>;
  /** All of a namespace, or of the cluster where `namespace` is undefined. */
  list(identity: Identity, resource: ServedResource, namespace: string | undefined, depth?: Depth): Promise<Listing>;
  /**
   * Many at once: three or more of one resource in one namespace come as one list, fewer one by one. The answers stand in
   * the order of `addresses`. Where a list is refused but single objects may be read, they are.
   */
  getMany(
    identity: Identity,
    addresses: readonly Address[],
    depthOf: (resource: ServedResource) => Depth,
  ): Promise<Reading[]>;
}

/** So long an answer is fresh: shorter than an open page waits before it looks again. */
const keptSeconds = 2.5;
const atATime = 8;
const answersWithin = 10_000;
const pageSize = 500;
const mostPages = 20;
/** From so many objects of one resource and namespace on, one list is cheaper than asking for each. */
const listFrom = 3;

const readers = new WeakMap<Cluster, ObjectReader>();

/** The reader of a cluster; all who read from the same cluster share it. */
export function objectReader(cluster: Cluster): ObjectReader {
  const known = readers.get(cluster);
  if (known !== undefined) return known;
  const reader = createObjectReader(cluster);
  readers.set(cluster, reader);
  return reader;
}

function createObjectReader(cluster: Cluster): ObjectReader {
  const limit = createLimit(atATime);

  function get(identity: Identity, { resource, namespace, name }: Address, depth: Depth = 'whole'): Promise<Reading> {
    const path = resourcePath(resource, namespace, name);
    return keepBriefly(cluster, identity, ['object', path, depth], keptSeconds, () =>
      limit(async (): Promise<Reading> => {
        try {
          const object = await cluster.client.json<KubeObject>({
            path,
            as: identity,
            timeoutMilliseconds: answersWithin,
            ...(depth === 'metadata' && { accept: metadataOnly('PartialObjectMetadata') }),
          });
          return { found: asRead(object, resource) };
        } catch (thrown) {
          const error = asSluiceError(thrown);
          return error.kind === 'not_found' ? { found: undefined } : { found: undefined, error: told(error) };
        }
      }),
    );
  }

  function list(
    identity: Identity,
    resource: ServedResource,
    namespace: string | undefined,
    depth: Depth = 'whole',
  ): Promise<Listing> {
    // Nobody who looks for several Secrets needs their values.
    const cautious = resource.group === '' && resource.resource === 'secrets' ? 'metadata' : depth;
    const path = resourcePath(resource, namespace);
    return keepBriefly(cluster, identity, ['objects', path, cautious], keptSeconds, () =>
      limit(async (): Promise<Listing> => {
        const objects: KubeObject[] = [];
        try {
          let next: string | undefined;
          for (let page = 0; page < mostPages; page += 1) {
            const answer = await cluster.client.json<{ metadata?: { continue?: string }; items?: KubeObject[] }>({
              path,
              query: { limit: String(pageSize), ...(next !== undefined && { continue: next }) },
              as: identity,
              timeoutMilliseconds: answersWithin,
              ...(cautious === 'metadata' && { accept: metadataOnly('PartialObjectMetadataList') }),
            });
            for (const item of answer.items ?? []) objects.push(asRead(item, resource));
            next = answer.metadata?.continue;
            if (next === undefined || next === '') return { objects, error: undefined, cut: false };
          }
          return { objects, error: undefined, cut: true };
        } catch (thrown) {
          const error = asSluiceError(thrown);
          // A namespace that is not there holds nothing; a resource that is not there any more neither.
          return { objects, error: error.kind === 'not_found' ? undefined : told(error), cut: false };
        }
      }),
    );
  }

  async function readGroup(identity: Identity, addresses: readonly Address[], depth: Depth): Promise<Reading[]> {
    const [first] = addresses;
    if (first === undefined) return [];
    const each = () => Promise.all(addresses.map((address) => get(identity, address, depth)));
    if (addresses.length < listFrom) return each();
    const listing = await list(identity, first.resource, first.namespace, depth);
    if (listing.error?.kind === 'forbidden') {
      const { group, resource } = first.resource;
      const rule = {
        verb: 'get',
        group,
        resource,
        ...(first.namespace !== undefined && { namespace: first.namespace }),
      };
      if (await cluster.access.can(identity, rule)) return each();
    }
    const { error } = listing;
    if (error !== undefined) return addresses.map(() => ({ found: undefined, error }));
    if (listing.cut) return each();
    const byName = new Map(listing.objects.map((object) => [object.metadata.name, object]));
    return addresses.map(({ name }) => ({ found: byName.get(name) }));
  }

  return {
    get,
    list,
    async getMany(identity, addresses, depthOf) {
      const groups = Map.groupBy(addresses.keys(), (index) => {
        const address = addresses[index];
        return address === undefined ? '' : resourcePath(address.resource, address.namespace);
      });
      const readings: Reading[] = addresses.map(() => ({ found: undefined }));
      await Promise.all(
        [...groups.values()].map(async (indexes) => {
          const group = indexes.flatMap((index) => addresses[index] ?? []);
          const [first] = group;
          if (first === undefined) return;
          const answers = await readGroup(identity, group, depthOf(first.resource));
          for (const [position, index] of indexes.entries()) {
            const answer = answers[position];
            if (answer !== undefined) readings[index] = answer;
          }
        }),
      );
      return readings;
    },
  };
}

function metadataOnly(kind: string): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}

/** Items of lists have no kind, and metadata alone has another: every object says what it is. A Secret's values end here. */
function asRead(object: KubeObject, resource: ServedResource): KubeObject {
  const whole: KubeObject = { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
  if (resource.group === '' && resource.resource === 'secrets') {
    for (const field of ['data', 'stringData']) {
      const values = whole[field];
      if (typeof values !== 'object' || values === null) continue;
      whole[field] = Object.fromEntries(Object.keys(values).map((key) => [key, '***']));
    }
  }
  return slim(whole);
}

/** A failure of Sluice itself is one for the log; everything else is told. */
function told(error: SluiceError): SluiceError {
  if (error.kind === 'internal') throw error;
  return error;
}
