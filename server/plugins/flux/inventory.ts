import type { KubeObject } from '../../kube/object.ts';
import { listAt, textAt } from './read.ts';
import { sourceGroup } from './references.ts';
import type { ObjectReference } from './summary.ts';

/** Where a packed inventory keeps its text; not enumerable, so that whoever reads the object sees only its fields. */
const packedText = Symbol('packed inventory');

interface PackedInventory {
  [packedText]: string;
}

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
  if (typeof inventory !== 'object' || inventory === null) return undefined;
  if (packedText in inventory) return (inventory as PackedInventory)[packedText].split('\n').length;
  return listAt(inventory, 'entries').length;
}

/**
 * The object with its inventory's entries held as one text, which reads as the same list again: `entries` makes it anew
 * whenever it is asked for. With ten thousand objects of twenty entries each the lists alone took 19 of 45 MB, and are
 * needed only by the page of one object. What is not a plain list of `{ id, v }` stays as it is.
 */
export function packInventory(object: KubeObject): KubeObject {
  const inventory: unknown = object.status?.['inventory'];
  if (typeof inventory !== 'object' || inventory === null || Array.isArray(inventory)) return object;
  const { entries, ...rest } = inventory as { entries?: unknown };
  const text = Array.isArray(entries) ? packed(entries) : undefined;
  if (text === undefined) return object;
  Object.defineProperty(rest, packedText, { value: text });
  // One function for all of them: V8 then gives all inventories one hidden class.
  Object.defineProperty(rest, 'entries', { get: unpacked, enumerable: true });
  return { ...object, status: { ...object.status, inventory: rest } };
}

function packed(entries: readonly unknown[]): string | undefined {
  if (entries.length === 0) return undefined;
  const lines: string[] = [];
  for (const entry of entries) {
    const { id, v } = (entry ?? {}) as { id?: unknown; v?: unknown };
    const isPlain = typeof id === 'string' && typeof v === 'string' && Object.keys(entry as object).length === 2;
    if (!isPlain || /\s/.test(id + v)) return undefined;
    lines.push(`${id} ${v}`);
  }
  return lines.join('\n');
}

function unpacked(this: PackedInventory): { id: string; v: string }[] {
  return this[packedText].split('\n').map((line) => {
    const [id = '', v = ''] = line.split(' ');
    return { id, v };
  });
}
