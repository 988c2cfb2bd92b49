import type { Change, Collection, Entry, WatchDefinition } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { keyOf } from '../../../kube/object.ts';

/** A collection for tests that is changed by hand and tells of it as the store does. */
export interface TestCollection<Summary> extends Collection<Summary> {
  set(object: KubeObject): void;
  remove(key: string): void;
  /** Goes through a change that nobody is told of. */
  miss(object: KubeObject): void;
}

export function testCollection<Summary>(
  watch: Pick<WatchDefinition<Summary>, 'group' | 'resource' | 'kind' | 'summarize'>,
  objects: readonly KubeObject[] = [],
): TestCollection<Summary> {
  const resource = { group: watch.group, resource: watch.resource };
  const held = new Map<string, Entry<Summary>>();
  const listeners = new Set<(change: Change<Summary>) => void>();
  let version = 0;
  const enter = (object: KubeObject): Entry<Summary> => {
    const entry = { key: keyOf(object), object, summary: watch.summarize(object) };
    held.set(entry.key, entry);
    version += 1;
    return entry;
  };
  const tell = (change: Change<Summary>): void => {
    for (const listener of listeners) listener(change);
  };
  for (const object of objects) enter(object);
  return {
    resource,
    served: { ...resource, kind: watch.kind, version: 'v1', namespaced: true },
    state: 'live',
    asOf: new Date('2026-03-02T09:00:00Z'),
    problem: undefined,
    onlyNamespaces: undefined,
    kind: watch.kind,
    namespaced: true,
    get size() {
      return held.size;
    },
    get version() {
      return version;
    },
    get: (namespace, name) => held.get(`${namespace ?? ''}/${name}`),
    entries: () => held.values(),
    *inNamespace(namespace) {
      for (const entry of held.values()) if (entry.object.metadata.namespace === namespace) yield entry;
    },
    namespaces: () => [...new Set([...held.values()].map((entry) => entry.object.metadata.namespace ?? ''))],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(object) {
      const previous = held.get(keyOf(object));
      const entry = enter(object);
      tell({
        type: previous === undefined ? 'added' : 'modified',
        resource,
        entry,
        ...(previous === undefined ? {} : { previous }),
      });
    },
    remove(key) {
      const entry = held.get(key);
      if (entry === undefined) return;
      held.delete(key);
      version += 1;
      tell({ type: 'deleted', resource, entry });
    },
    miss(object) {
      enter(object);
    },
  };
}
