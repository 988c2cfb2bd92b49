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

/** What is of one sort, which the first word of a key names, begins alike. */
function placeOf(identity: Identity, [sort, ...rest]: readonly unknown[]): string {
  return JSON.stringify([sort, identityKey(identity), ...rest]);
}

/** Makes room for one more of a sort, of which only so many are kept: the oldest goes. */
function makeRoom(cache: NodeCache, sort: unknown, most: number): void {
  const beginning = JSON.stringify([sort]).replace(/\]$/, ',');
  const [oldest, ...others] = cache.keys().filter((place) => place.startsWith(beginning));
  if (oldest !== undefined && others.length + 1 >= most) cache.del(oldest);
}

/**
 * Keeps for a few seconds what `read` answers to this asker, so that who opens a page and keeps it live, or opens it in
 * several windows, asks the API server once. The seconds begin with the answer: whoever asks while one is awaited waits
 * for the same. What fails is not kept. Of what is large, `most` of its sort are kept at a time.
 */
export function keepBriefly<T>(
  cluster: Cluster,
  identity: Identity,
  key: readonly unknown[],
  seconds: number,
  read: () => Promise<T>,
  most = mostKept,
): Promise<T> {
  const place = placeOf(identity, key);
  const cache = cacheOf(cluster);
  const known = cache.get<Promise<T>>(place);
  if (known !== undefined) return known;
  const answer = read();
  if (cache.keys().length >= mostKept) cache.flushAll();
  if (most < mostKept) makeRoom(cache, key[0], most);
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
  cacheOf(cluster).del(placeOf(identity, key));
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
