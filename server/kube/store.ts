import type { Logger } from 'pino';
import type { Change, Collection, CollectionState, Entry, WatchDefinition } from './cluster.ts';
import { keyOf, type KubeObject, type ServedResource } from './object.ts';
import { slim } from './slim.ts';

/** Where a collection stands, as the one who fills it knows it. */
export interface Standing {
  state: CollectionState;
  served: ServedResource | undefined;
  asOf: Date | undefined;
  problem: string | undefined;
  onlyNamespaces: readonly string[] | undefined;
}

/** A collection together with the ways to fill it. */
export interface Store<Summary = unknown> {
  readonly collection: Collection<Summary>;
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
  /** Removes what is not among `keys` (in `namespace`, when given), after everything listed was put. */
  retain(keys: ReadonlySet<string>, namespace?: string): void;
  become(standing: Partial<Standing>): void;
  /** Known to be current at this moment; no change of state, so nobody is told. */
  confirm(asOf: Date): void;
}

/** An empty store of what `definition` describes. Listeners are called synchronously; one that throws is logged. */
export function createStore<Summary>(definition: WatchDefinition<Summary>, logger: Logger): Store<Summary> {
  const resource = { group: definition.group, resource: definition.resource };
  const byNamespace = new Map<string, Map<string, Entry<Summary>>>();
  const listeners = new Set<(change: Change<Summary>) => void>();
  const standing: Standing = {
    state: 'unknown',
    served: undefined,
    asOf: undefined,
    problem: undefined,
    onlyNamespaces: undefined,
  };
  let size = 0;
  let version = 0;

  function emit(change: Change<Summary>): void {
    version += 1;
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        logger.error({ err: error, resource, key: change.entry?.key }, 'a listener of a collection failed');
      }
    }
  }

  function find(namespace: string | undefined, name: string): Entry<Summary> | undefined {
    return byNamespace.get(namespace ?? '')?.get(name);
  }

  function put(object: KubeObject): void {
    const previous = find(object.metadata.namespace, object.metadata.name);
    if (previous !== undefined && isSame(previous.object, object)) return;
    const entry = makeEntry(object, previous?.key);
    if (entry === undefined) return;
    const namespace = entry.object.metadata.namespace ?? '';
    const inNamespace = byNamespace.get(namespace) ?? new Map<string, Entry<Summary>>();
    byNamespace.set(namespace, inNamespace);
    inNamespace.set(entry.object.metadata.name, entry);
    if (previous === undefined) {
      size += 1;
      emit({ type: 'added', resource, entry });
    } else {
      emit({ type: 'modified', resource, entry, previous });
    }
  }

  function makeEntry(object: KubeObject, knownKey: string | undefined): Entry<Summary> | undefined {
    try {
      const slimmed = slim(object);
      const trimmed = definition.trim === undefined ? slimmed : definition.trim(slimmed);
      return { key: knownKey ?? keyOf(trimmed), object: trimmed, summary: definition.summarize(trimmed) };
    } catch (error) {
      logger.error({ err: error, resource, key: keyOf(object) }, 'an object could not be summarized and is left out');
      return undefined;
    }
  }

  function removeNamed(namespace: string, name: string): void {
    const inNamespace = byNamespace.get(namespace);
    const entry = inNamespace?.get(name);
    if (inNamespace === undefined || entry === undefined) return;
    inNamespace.delete(name);
    if (inNamespace.size === 0) byNamespace.delete(namespace);
    size -= 1;
    emit({ type: 'deleted', resource, entry, previous: entry });
  }

  function* entries(): IterableIterator<Entry<Summary>> {
    for (const inNamespace of byNamespace.values()) yield* inNamespace.values();
  }

  const collection: Collection<Summary> = {
    resource,
    kind: definition.kind,
    namespaced: definition.namespaced,
    get served() {
      return standing.served;
    },
    get state() {
      return standing.state;
    },
    get asOf() {
      return standing.asOf;
    },
    get problem() {
      return standing.problem;
    },
    get onlyNamespaces() {
      return standing.onlyNamespaces;
    },
    get size() {
      return size;
    },
    get version() {
      return version;
    },
    get: find,
    entries,
    inNamespace: (namespace) => byNamespace.get(namespace)?.values() ?? [].values(),
    namespaces: () => [...byNamespace.keys()].filter((namespace) => namespace !== ''),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  return {
    collection,
    put,
    remove: (object) => removeNamed(object.metadata.namespace ?? '', object.metadata.name),
    retain(keys, namespace) {
      const before = namespace === undefined ? entries() : collection.inNamespace(namespace);
      for (const entry of before) {
        if (!keys.has(entry.key)) removeNamed(entry.object.metadata.namespace ?? '', entry.object.metadata.name);
      }
    },
    become(next) {
      const changed = Object.entries(next).some(
        ([field, value]) => field !== 'asOf' && !isEqual(standing[field as keyof Standing], value),
      );
      Object.assign(standing, next);
      if (changed) emit({ type: 'state', resource });
    },
    confirm(asOf) {
      standing.asOf = asOf;
    },
  };
}

function isSame(known: KubeObject, seen: KubeObject): boolean {
  return (
    known.metadata.resourceVersion === seen.metadata.resourceVersion &&
    known.metadata.uid === seen.metadata.uid &&
    known.apiVersion === seen.apiVersion
  );
}

function isEqual(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
