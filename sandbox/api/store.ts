import type { KubeObject } from '../../server/kube/object.ts';

/** One write. `previous` is what a selector compares with, `object` of a DELETED one carries the deletion's revision. */
export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Where the object is kept: `group/plural`. */
  resource: string;
  revision: number;
  object: KubeObject;
  previous?: KubeObject;
}

/** Objects by resource and key, one counter of revisions over all, and a bounded memory of the last writes. */
export interface Store {
  /** The revision of the latest write. */
  revision: () => number;
  get: (resource: string, key: string) => KubeObject | undefined;
  /** The objects of a resource in the order of their keys. */
  list: (resource: string, namespace?: string) => KubeObject[];
  /** The objects as they were at a revision; undefined when that is no longer known. */
  listAt: (resource: string, revision: number, namespace?: string) => KubeObject[] | undefined;
  /** Adds or replaces; gives the object as stored, with its new resourceVersion. */
  put: (resource: string, object: KubeObject) => KubeObject;
  /** Removes; gives the object with the revision of its removal. */
  remove: (resource: string, key: string) => KubeObject | undefined;
  /** The writes after a revision, oldest first; undefined when some of them are forgotten. */
  changesSince: (resource: string, revision: number) => Change[] | undefined;
  /** The oldest revision from which changes are known. */
  compactedRevision: () => number;
  /** Forgets all writes so far, as an API server does after a while. */
  compact: () => void;
  /** Calls for each write until the returned function is called. */
  subscribe: (listener: (change: Change) => void) => () => void;
}

/** `namespace/name`; the namespace is empty for what lies in none. */
export function objectKey(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

interface Collection {
  objects: Map<string, KubeObject>;
  /** Sorted keys, until an object comes or goes. */
  keys: string[] | undefined;
}

function listed(collection: Collection, namespace: string | undefined): KubeObject[] {
  collection.keys ??= [...collection.objects.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const inScope = (key: string) => namespace === undefined || key.startsWith(`${namespace}/`);
  return collection.keys.flatMap((key) => (inScope(key) ? (collection.objects.get(key) ?? []) : []));
}

function stamped(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/**
 * An empty store.
 *
 * @param historySize how many writes it remembers at least; it holds up to twice as many
 */
export function createStore(historySize: number): Store {
  const collections = new Map<string, Collection>();
  const listeners = new Set<(change: Change) => void>();
  let history: Change[] = [];
  let compacted = 0;
  let revision = 0;
  const undelivered: Change[] = [];
  let delivering = false;

  function collectionOf(resource: string): Collection {
    let collection = collections.get(resource);
    if (!collection) collections.set(resource, (collection = { objects: new Map(), keys: undefined }));
    return collection;
  }

  /** In order, also when a listener itself writes. */
  function deliver(): void {
    if (delivering) return;
    delivering = true;
    try {
      for (let change = undelivered.shift(); change; change = undelivered.shift()) {
        for (const listener of listeners) listener(change);
      }
    } finally {
      delivering = false;
    }
  }

  function record(change: Change): void {
    history.push(change);
    if (history.length > 2 * historySize) {
      compacted = history.at(-historySize - 1)?.revision ?? compacted;
      history = history.slice(-historySize);
    }
    undelivered.push(change);
    deliver();
  }

  function changesSince(resource: string, since: number): Change[] | undefined {
    if (since < compacted) return undefined;
    return history.filter((change) => change.revision > since && change.resource === resource);
  }

  function list(resource: string, namespace?: string): KubeObject[] {
    return listed(collectionOf(resource), namespace);
  }

  return {
    revision: () => revision,
    compactedRevision: () => compacted,
    get: (resource, key) => collections.get(resource)?.objects.get(key),
    list,
    changesSince,

    listAt(resource, at, namespace) {
      const changes = changesSince(resource, at);
      if (!changes) return undefined;
      if (changes.length === 0) return list(resource, namespace);
      const past: Collection = { objects: new Map(collectionOf(resource).objects), keys: undefined };
      for (const { object, previous } of changes.toReversed()) {
        const key = objectKey(object.metadata.namespace, object.metadata.name);
        if (previous) past.objects.set(key, previous);
        else past.objects.delete(key);
      }
      return listed(past, namespace);
    },

    put(resource, object) {
      const collection = collectionOf(resource);
      const key = objectKey(object.metadata.namespace, object.metadata.name);
      const previous = collection.objects.get(key);
      const stored = stamped(object, ++revision);
      collection.objects.set(key, stored);
      if (!previous) collection.keys = undefined;
      record(
        previous
          ? { type: 'MODIFIED', resource, revision, object: stored, previous }
          : { type: 'ADDED', resource, revision, object: stored },
      );
      return stored;
    },

    remove(resource, key) {
      const collection = collectionOf(resource);
      const previous = collection.objects.get(key);
      if (!previous) return undefined;
      collection.objects.delete(key);
      collection.keys = undefined;
      const object = stamped(previous, ++revision);
      record({ type: 'DELETED', resource, revision, object, previous });
      return object;
    },

    compact() {
      history = [];
      compacted = revision;
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
