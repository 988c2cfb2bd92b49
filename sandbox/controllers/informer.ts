import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClient } from '../../server/kube/cluster.ts';
import { KubeError } from '../../server/kube/kube-error.ts';
import { apiVersionOf, keyOf, resourcePath } from '../../server/kube/object.ts';
import type { KubeObject, ServedResource } from '../../server/kube/object.ts';
import type { Clock } from './clock.ts';

/** The objects of one resource, kept current by one list and watch. */
export interface Informer {
  readonly resource: ServedResource;
  get(namespace: string, name: string): KubeObject | undefined;
  all(): IterableIterator<KubeObject>;
  /** Takes in an object as the API server answered it to a write, before the watch brings it. */
  remember(object: KubeObject): void;
}

export interface InformerOptions {
  client: KubeClient;
  resource: ServedResource;
  /** Only objects with these labels, in the words of `labelSelector`. */
  selector: string;
  clock: Clock;
  signal: AbortSignal;
  /** `previous` is undefined for a new object, `object` for one that is gone. */
  onChange(object: KubeObject | undefined, previous: KubeObject | undefined): void;
  onError(error: unknown): void;
}

interface List {
  metadata: { resourceVersion: string };
  items: KubeObject[];
}

interface WatchLine {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}

const retryAfter = 2000;
/** How often an API server may ask for patience before the first list, as it does while it gets to know a new kind. */
const patience = 15;

/** Within one resource an API server counts its versions up. */
function revisionOf(object: KubeObject): bigint {
  return BigInt(object.metadata.resourceVersion);
}

/** Resolves after the first list; then keeps watching until the signal, listing anew when a watch breaks. */
export async function inform(options: InformerOptions): Promise<Informer> {
  const { client, resource, selector, signal } = options;
  const objects = new Map<string, KubeObject>();
  const path = resourcePath(resource);
  const query = selector === '' ? {} : { labelSelector: selector };
  let version = '';

  function set(object: KubeObject): void {
    const key = keyOf(object);
    const previous = objects.get(key);
    // What was remembered from an answer may be newer than what the watch brings.
    if (previous !== undefined && revisionOf(previous) >= revisionOf(object)) return;
    objects.set(key, object);
    options.onChange(object, previous);
  }

  function remove(key: string): void {
    const previous = objects.get(key);
    objects.delete(key);
    if (previous !== undefined) options.onChange(undefined, previous);
  }

  async function list(): Promise<void> {
    const answer = await client.json<List>({ path, query, signal });
    version = answer.metadata.resourceVersion;
    // Items of a list do not say what they are.
    const items = answer.items.map((item) => ({ ...item, apiVersion: apiVersionOf(resource), kind: resource.kind }));
    const present = new Set(items.map(keyOf));
    for (const key of [...objects.keys()].filter((each) => !present.has(each))) remove(key);
    for (const item of items) set(item);
  }

  async function watch(): Promise<void> {
    const lines = client.lines({
      path,
      query: { ...query, watch: 'true', resourceVersion: version, allowWatchBookmarks: 'true' },
      signal,
    });
    for await (const line of lines) {
      if (line === '') continue;
      const { type, object } = JSON.parse(line) as WatchLine;
      if (type === 'ERROR') return;
      version = object.metadata.resourceVersion;
      if (type === 'DELETED') remove(keyOf(object));
      else if (type !== 'BOOKMARK') set(object);
    }
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      try {
        await watch();
        await list();
      } catch (error) {
        if (signal.aborted) return;
        options.onError(error);
        await new Promise<void>((resolve) => void options.clock.after(retryAfter, resolve));
        version = '';
      }
    }
  }

  async function listFirst(): Promise<void> {
    for (let left = patience; ; left -= 1) {
      try {
        await list();
        return;
      } catch (error) {
        if (!(error instanceof KubeError) || error.httpStatus !== 429 || left === 0) throw error;
        // In the server's time, not in the story's; and the process waits for it.
        await pause(retryAfter, undefined, { signal });
      }
    }
  }

  await listFirst();
  void follow();
  return {
    resource,
    get: (namespace, name) => objects.get(`${namespace}/${name}`),
    all: () => objects.values(),
    remember: set,
  };
}
