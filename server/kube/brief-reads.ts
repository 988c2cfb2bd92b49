import NodeCache from 'node-cache';
import type { Cluster, KubeRequest } from './cluster.ts';
import { identityKey, type Identity } from './identity.ts';

const caches = new WeakMap<Cluster, NodeCache>();
const mostKept = 2_000;
/** No read takes longer; one that did would be asked for anew. */
const mostAwaitedSeconds = 120;

/** What has been read of a cluster and is kept for seconds. */
function cacheOf(cluster: Cluster): NodeCache {
  let cache = caches.get(cluster);
  if (cache === undefined) {
    cache = new NodeCache({ useClones: false, checkperiod: 10 });
    caches.set(cluster, cache);
  }
  return cache;
}

/**
 * Keeps for a few seconds what `read` answers to this asker, so that who opens a page and keeps it live, or opens it in
 * several windows, asks the API server once. The seconds begin with the answer: whoever asks while one is awaited waits
 * for the same. What fails is not kept.
 */
export function keepBriefly<T>(
  cluster: Cluster,
  identity: Identity,
  key: readonly unknown[],
  seconds: number,
  read: () => Promise<T>,
): Promise<T> {
  const place = JSON.stringify([identityKey(identity), ...key]);
  const cache = cacheOf(cluster);
  const known = cache.get<Promise<T>>(place);
  if (known !== undefined) return known;
  const answer = read();
  if (cache.keys().length >= mostKept) cache.flushAll();
  cache.set(place, answer, mostAwaitedSeconds);
  const isStill = (): boolean => cache.get(place) === answer;
  answer.then(
    () => isStill() && cache.ttl(place, seconds),
    () => isStill() && cache.del(place),
  );
  return answer;
}

/** Forgets what was kept, because it has just been changed. */
export function forgetKept(cluster: Cluster, identity: Identity, key: readonly unknown[]): void {
  cacheOf(cluster).del(JSON.stringify([identityKey(identity), ...key]));
}

/** Reads what is not watched, as the asker, and keeps the answer for a few seconds. Throws KubeError. */
export function readBriefly<T>(
  cluster: Cluster,
  identity: Identity,
  { path, query }: Pick<KubeRequest, 'path' | 'query'>,
  seconds = 5,
): Promise<T> {
  return keepBriefly(cluster, identity, [path, query], seconds, () =>
    cluster.client.json<T>({
      path,
      ...(query !== undefined && { query }),
      as: identity,
      timeoutMilliseconds: 15_000,
    }),
  );
}
