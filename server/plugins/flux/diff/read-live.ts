import { asSluiceError } from '../../../errors.ts';
import type { SluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { createLimit } from '../../../kube/limit.ts';
import type { Address } from '../../../kube/object-reader.ts';
import { apiVersionOf, resourcePath } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';

/** An object as it is in the cluster, whole: with managed fields and, of Secrets, with values. Never shown as it is. */
export interface LiveObject {
  found: KubeObject | undefined;
  error: SluiceError | undefined;
}

interface ReadRequest {
  cluster: Cluster;
  identity: Identity;
  signal: AbortSignal;
}

const atATime = 8;
const answersWithin = 15_000;
/** From so many objects of one resource and namespace on, one list is cheaper than asking for each. */
const listFrom = 6;
const pageSize = 500;
/** A namespace with more than this is not listed to its end: the rest is asked for one by one. */
const mostPages = 3;

/**
 * Reads objects as the asker, in the order of `addresses`: many of one resource and namespace as a list, Secrets always one by
 * one. Unlike the reader of pages nothing is left out of them and nothing is kept. Throws only what aborts.
 */
export async function readLive(
  { cluster, identity, signal }: ReadRequest,
  addresses: readonly Address[],
): Promise<LiveObject[]> {
  const limit = createLimit(atATime);
  const live: LiveObject[] = addresses.map(() => ({ found: undefined, error: undefined }));

  async function one(index: number, { resource, namespace, name }: Address): Promise<void> {
    live[index] = await limit(async () => {
      try {
        const path = resourcePath(resource, namespace, name);
        const found = await cluster.client.json<KubeObject>({
          path,
          as: identity,
          signal,
          timeoutMilliseconds: answersWithin,
        });
        return { found, error: undefined };
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asSluiceError(thrown);
        return { found: undefined, error: error.kind === 'not_found' ? undefined : error };
      }
    });
  }

  /** The objects of a namespace by name; undefined where they may not be listed. `whole`: there are no more. */
  async function list({ resource, namespace }: Address) {
    const byName = new Map<string, KubeObject>();
    let next: string | undefined;
    try {
      for (let page = 0; page < mostPages; page += 1) {
        const answer = await limit(() =>
          cluster.client.json<{ metadata?: { continue?: string }; items?: KubeObject[] }>({
            path: resourcePath(resource, namespace),
            query: { limit: String(pageSize), ...(next !== undefined && { continue: next }) },
            as: identity,
            signal,
            timeoutMilliseconds: answersWithin,
          }),
        );
        for (const item of answer.items ?? [])
          byName.set(item.metadata.name, { ...item, apiVersion: apiVersionOf(resource), kind: resource.kind });
        next = answer.metadata?.continue;
        if (next === undefined || next === '') return { byName, whole: true };
      }
      return { byName, whole: false };
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  async function group(members: readonly (readonly [number, Address])[]): Promise<void> {
    const [first] = members;
    if (first === undefined) return;
    const [, { resource }] = first;
    const isSecret = resource.group === '' && resource.resource === 'secrets';
    const listed = members.length < listFrom || isSecret ? undefined : await list(first[1]);
    await Promise.all(
      members.map(async ([index, address]) => {
        const found = listed?.byName.get(address.name);
        if (found === undefined && listed?.whole !== true) await one(index, address);
        else live[index] = { found, error: undefined };
      }),
    );
  }

  const groups = Map.groupBy(addresses.entries(), ([, { resource, namespace }]) => resourcePath(resource, namespace));
  await Promise.all([...groups.values()].map(group));
  return live;
}
