import type { KubeObject } from '../../server/kube/object.ts';
import { crdFinalizer, crdStorage, storageOf } from './crd.ts';
import { deleteObject } from './deletion.ts';
import { objectKey, type Change, type Store } from './store.ts';

const eventStorage = '/events';
const eventLifetime = 60 * 60 * 1_000;

/** What a controller manager and etcd do behind the API, as far as deleting goes. */
export interface Housekeeping {
  /** Cuts the dependents of an object loose, so that they outlive it. */
  orphan: (owner: KubeObject) => void;
}

/** Where an object is kept. */
interface Place {
  resource: string;
  key: string;
}

function placeOf({ resource, object }: Pick<Change, 'resource' | 'object'>): Place {
  return { resource, key: objectKey(object.metadata.namespace, object.metadata.name) };
}

/**
 * Watches the store: empties a namespace or a CustomResourceDefinition that is being deleted and then lets it go,
 * deletes what a deleted object owned, forgets events after an hour.
 */
export function keepHouse(store: Store, resources: () => readonly string[], now: () => string): Housekeeping {
  const owned = new Map<string, Map<string, Place>>();
  const eventsWritten = new Map<string, number>();

  function track(change: Change): void {
    const place = placeOf(change);
    const id = `${place.resource} ${place.key}`;
    for (const { uid } of change.previous?.metadata.ownerReferences ?? []) owned.get(uid)?.delete(id);
    if (change.type === 'DELETED') return;
    for (const { uid } of change.object.metadata.ownerReferences ?? []) {
      const places = owned.get(uid) ?? new Map<string, Place>();
      owned.set(uid, places.set(id, place));
    }
  }

  function dependentsOf(owner: KubeObject): { place: Place; object: KubeObject }[] {
    const places = [...(owned.get(owner.metadata.uid)?.values() ?? [])];
    return places.flatMap((place) => {
      const object = store.get(place.resource, place.key);
      return object ? [{ place, object }] : [];
    });
  }

  function withoutOwner(object: KubeObject, uid: string): KubeObject {
    const { ownerReferences = [], ...metadata } = object.metadata;
    const left = ownerReferences.filter((reference) => reference.uid !== uid);
    return { ...object, metadata: { ...metadata, ...(left.length > 0 && { ownerReferences: left }) } };
  }

  function collect(owner: KubeObject): void {
    for (const { place, object } of dependentsOf(owner)) {
      const left = withoutOwner(object, owner.metadata.uid);
      if (left.metadata.ownerReferences) store.put(place.resource, left);
      else deleteObject(store, place.resource, object, now());
    }
    owned.delete(owner.metadata.uid);
  }

  function emptyNamespace(name: string): void {
    const namespace = store.get('/namespaces', objectKey(undefined, name));
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const contents = resources().flatMap((resource) =>
      store.list(resource, name).map((object) => ({ resource, object })),
    );
    if (contents.length === 0) store.remove('/namespaces', objectKey(undefined, name));
    for (const { resource, object } of contents) {
      if (object.metadata.deletionTimestamp === undefined) deleteObject(store, resource, object, now());
    }
  }

  function emptyCrd(crd: KubeObject): void {
    if (crd.metadata.deletionTimestamp === undefined) return;
    const resource = storageOf(crd);
    const contents = store.list(resource);
    if (contents.length > 0) {
      for (const object of contents) {
        if (object.metadata.deletionTimestamp === undefined) deleteObject(store, resource, object, now());
      }
      return;
    }
    const { finalizers: all = [] } = crd.metadata;
    const finalizers = all.filter((finalizer) => finalizer !== crdFinalizer);
    if (finalizers.length === 0) store.remove(crdStorage, objectKey(undefined, crd.metadata.name));
    else if (finalizers.length !== all.length) {
      store.put(crdStorage, { ...crd, metadata: { ...crd.metadata, finalizers } });
    }
  }

  /** Oldest first: a Map keeps the order in which keys were set. */
  function forgetOldEvents(): void {
    const oldest = Date.parse(now()) - eventLifetime;
    for (const [key, time] of eventsWritten) {
      if (time >= oldest) return;
      store.remove(eventStorage, key);
    }
  }

  store.subscribe((change) => {
    track(change);
    const { resource, object, type } = change;
    if (type === 'DELETED') collect(object);
    if (resource === '/namespaces') emptyNamespace(object.metadata.name);
    else if (type === 'DELETED' && object.metadata.namespace !== undefined) emptyNamespace(object.metadata.namespace);
    if (resource === crdStorage && type === 'MODIFIED') emptyCrd(object);
    else if (type === 'DELETED') {
      const [group, plural] = resource.split('/') as [string, string];
      const crd = store.get(crdStorage, objectKey(undefined, `${plural}.${group}`));
      if (crd) emptyCrd(crd);
    }
    if (resource !== eventStorage) return;
    const { key } = placeOf(change);
    eventsWritten.delete(key);
    if (type === 'DELETED') return;
    eventsWritten.set(key, Date.parse(now()));
    forgetOldEvents();
  });

  return {
    orphan: (owner) => {
      for (const { place, object } of dependentsOf(owner)) {
        store.put(place.resource, withoutOwner(object, owner.metadata.uid));
      }
    },
  };
}
