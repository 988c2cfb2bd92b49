import type { KubeObject } from '../../kube/object.ts';
import { listAt, textAt } from './read.ts';
import { sourceGroup } from './references.ts';
import type { ObjectReference } from './summary.ts';

/** An object that another one owns by its inventory. */
export interface InventoryEntry extends ObjectReference {
  /** The API version it was applied with; undefined where the inventory does not tell. */
  version: string | undefined;
}

/**
 * Reads an inventory id `<namespace>_<name>_<group>_<kind>`; `__` in the name stands for `:`, an empty namespace means
 * cluster-scoped, an empty group the core one (cli-utils' object metadata). Undefined when it is none.
 */
export function parseInventoryId(id: string): ObjectReference | undefined {
  const namespaceEnd = id.indexOf('_');
  const kindStart = id.lastIndexOf('_');
  const groupStart = id.lastIndexOf('_', kindStart - 1);
  if (namespaceEnd === -1 || groupStart <= namespaceEnd) return undefined;
  const namespace = id.slice(0, namespaceEnd);
  const name = id.slice(namespaceEnd + 1, groupStart).replaceAll('__', ':');
  const kind = id.slice(kindStart + 1);
  if (name === '' || kind === '') return undefined;
  return {
    group: id.slice(groupStart + 1, kindStart),
    kind,
    namespace: namespace === '' ? undefined : namespace,
    name,
  };
}

/**
 * What a Kustomization, a HelmRelease (Flux 2.8 and later) or an ArtifactGenerator owns, in the order of its status;
 * undefined where the status has no inventory.
 */
export function inventoryOf(object: KubeObject): InventoryEntry[] | undefined {
  const inventory: unknown = object.status?.['inventory'];
  if (typeof inventory !== 'object' || inventory === null) return undefined;
  if (Array.isArray(inventory)) return inventory.flatMap((item) => artifactEntry(object, item));
  return listAt(inventory, 'entries').flatMap((entry) => {
    const id = textAt(entry, 'id');
    const reference = id === undefined ? undefined : parseInventoryId(id);
    return reference === undefined ? [] : [{ ...reference, version: textAt(entry, 'v') }];
  });
}

/** An ArtifactGenerator lists the ExternalArtifacts it made as plain records. */
function artifactEntry(object: KubeObject, item: unknown): InventoryEntry[] {
  const name = textAt(item, 'name');
  if (name === undefined) return [];
  const namespace = textAt(item, 'namespace') ?? textAt(object, 'metadata', 'namespace');
  return [{ group: sourceGroup, kind: 'ExternalArtifact', namespace, name, version: undefined }];
}

/** How many objects the inventory holds; undefined without one. */
export function inventorySize(object: KubeObject): number | undefined {
  const inventory: unknown = object.status?.['inventory'];
  if (Array.isArray(inventory)) return inventory.length;
  return typeof inventory === 'object' && inventory !== null ? listAt(inventory, 'entries').length : undefined;
}
