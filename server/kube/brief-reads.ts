import NodeCache from 'node-cache';
import type { Cluster, KubeRequest } from './cluster.ts';
import { identityKey, type Identity } from './identity.ts';

const caches = new WeakMap<Cluster, NodeCache>();

function cacheOf(cluster: Cluster): NodeCache {
  let cache = caches.get(cluster);
  if (cache === undefined) {
    cache = new NodeCache({ useClones: false, checkperiod: 0, maxKeys: 2_000 });
    caches.set(cluster, cache);
  }
  return cache;
}

/**
 * Reads what is not watched, as the asker, and keeps the answer for a few seconds: who looks at a page twice, or opens
 * it in several windows, asks the API server once. Refusals are not kept. Throws KubeError.
 */
export function readBriefly<T>(
  cluster: Cluster,
  identity: Identity,
  request: Pick<KubeRequest, 'path' | 'query'>,
  seconds = 5,
): Promise<T> {
  const key = JSON.stringify([identityKey(identity), request.path, request.query]);
  const cache = cacheOf(cluster);
  const known = cache.get<Promise<T>>(key);
  if (known !== undefined) return known;
  const answer = cluster.client.json<T>({ ...request, as: identity, timeoutMilliseconds: 15_000 });
  keep(cache, key, answer, seconds);
  answer.catch(() => cache.del(key));
  return answer;
}

/** A full cache drops what has run out, and if that is nothing, everything. */
function keep(cache: NodeCache, key: string, value: unknown, seconds: number): void {
  if (cache.keys().length >= 2_000) {
    for (const each of cache.keys()) cache.get(each);
    if (cache.keys().length >= 2_000) cache.flushAll();
  }
  cache.set(key, value, seconds);
}
