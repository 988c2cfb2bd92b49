import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../server/kube/object.ts';
import { applyConflict } from './status-error.ts';

/** An entry of `metadata.managedFields`: which fields a manager has set, and how. */
interface Entry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: FieldTree;
  subresource?: string;
}

/** `{ 'f:spec': { 'f:interval': {} } }`; lists are leaves here, as custom resources have them by default. */
interface FieldTree {
  [field: string]: FieldTree;
}

type Fields = Record<string, unknown>;

/** Who writes, in which way, when. */
export interface Writer {
  manager: string;
  apiVersion: string;
  /** RFC 3339. */
  time: string;
  subresource?: string | undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields that nobody manages: identity, and what the server sets itself. */
const unmanaged = [
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
  'metadata.generateName',
  'metadata.managedFields',
  'metadata.selfLink',
].map((path) => JSON.stringify(path.split('.')));

/** The leaves of an object: path (as JSON) to value. */
function leavesOf(value: unknown, path: string[] = [], leaves = new Map<string, unknown>()): Map<string, unknown> {
  const key = JSON.stringify(path);
  if (unmanaged.includes(key)) return leaves;
  if (hasFields(value, path)) {
    for (const [field, child] of Object.entries(value)) {
      if (child !== undefined) leavesOf(child, [...path, field], leaves);
    }
    return leaves;
  }
  return leaves.set(key, value);
}

/** Whether fields are looked at one by one; an empty object, a list and a scalar are leaves. */
function hasFields(value: unknown, path: string[]): value is Fields {
  return isObject(value) && (Object.keys(value).length > 0 || path.length <= 1);
}

interface LeafChanges {
  changed: Set<string>;
  gone: Set<string>;
}

/** Collects the leaves that differ. Parts that both objects share are not looked into. */
function collectChanges(before: unknown, after: unknown, path: string[], changes: LeafChanges): void {
  if (before === after) return;
  if (hasFields(before, path) && hasFields(after, path)) {
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collectChanges(before[field], after[field], [...path, field], changes);
    }
    return;
  }
  const [old, current] = [before, after].map((value) =>
    value === undefined ? new Map<string, unknown>() : leavesOf(value, path),
  ) as [Map<string, unknown>, Map<string, unknown>];
  for (const [key, value] of current) if (!isDeepStrictEqual(old.get(key), value)) changes.changed.add(key);
  for (const key of old.keys()) if (!current.has(key)) changes.gone.add(key);
}

function treeOf(paths: Iterable<string>): FieldTree {
  const tree: FieldTree = {};
  for (const key of paths) {
    let node = tree;
    for (const step of JSON.parse(key) as string[]) node = node[`f:${step}`] ??= {};
  }
  return tree;
}

function pathsOf(tree: FieldTree, path: string[] = [], paths = new Set<string>()): Set<string> {
  const fields = Object.entries(tree).filter(([field]) => field.startsWith('f:'));
  if (fields.length === 0 && path.length > 0) paths.add(JSON.stringify(path));
  for (const [field, child] of fields) pathsOf(child, [...path, field.slice(2)], paths);
  return paths;
}

function entriesOf(object: KubeObject | undefined): Entry[] {
  return (object?.metadata['managedFields'] ?? []) as Entry[];
}

function withEntries(object: KubeObject, entries: Entry[]): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries } };
}

function isSame(entry: Entry, operation: Entry['operation'], writer: Writer): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === operation &&
    entry.subresource === writer.subresource &&
    (operation === 'Apply' || entry.apiVersion === writer.apiVersion)
  );
}

/** The other managers' entries less some fields; who has none left is forgotten. */
function without(entries: Entry[], paths: ReadonlySet<string>): Entry[] {
  return entries.flatMap((entry) => {
    const owned = pathsOf(entry.fieldsV1);
    if (owned.isDisjointFrom(paths)) return [entry];
    const left = owned.difference(paths);
    return left.size === 0 ? [] : [{ ...entry, fieldsV1: treeOf(left) }];
  });
}

function entry(operation: Entry['operation'], writer: Writer, paths: Iterable<string>): Entry {
  const { manager, apiVersion, time, subresource } = writer;
  return {
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: treeOf(paths),
    ...(subresource !== undefined && { subresource }),
  };
}

/** The object with its managers brought up to date after a create, update or merge patch. */
export function managedAfterUpdate(previous: KubeObject | undefined, next: KubeObject, writer: Writer): KubeObject {
  const changes: LeafChanges = { changed: new Set(), gone: new Set() };
  collectChanges(previous ?? {}, next, [], changes);
  const { changed, gone } = changes;
  if (changed.size === 0 && gone.size === 0) return withEntries(next, entriesOf(previous));

  const mine = entriesOf(previous).find((each) => isSame(each, 'Update', writer));
  const owned = mine ? pathsOf(mine.fieldsV1).difference(gone).union(changed) : changed;
  const others = without(
    entriesOf(previous).filter((each) => each !== mine),
    changed.union(gone),
  );
  return withEntries(next, owned.size === 0 ? others : [...others, entry('Update', writer, owned)]);
}

function merged(live: unknown, applied: unknown): unknown {
  if (!isObject(live) || !isObject(applied)) return applied;
  const result = { ...live };
  for (const [field, value] of Object.entries(applied)) {
    if (value !== undefined) result[field] = merged(live[field], value);
  }
  return result;
}

function removed(value: unknown, path: string[]): unknown {
  const [field, ...rest] = path;
  if (field === undefined || !isObject(value) || !(field in value)) return value;
  const copy = { ...value };
  const child = rest.length === 0 ? undefined : removed(copy[field], rest);
  if (child === undefined || (isObject(child) && Object.keys(child).length === 0)) delete copy[field];
  else copy[field] = child;
  return copy;
}

/** A manager as a conflict names it. */
function described({ manager, operation, apiVersion, subresource }: Entry): string {
  const through = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return `"${manager}"${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

/**
 * Server-side apply: what the manager says now is merged, what it said before and no longer says (and nobody else
 * says) is removed. Throws 409 when another manager holds a field with another value, unless forced.
 */
export function applied(live: KubeObject | undefined, wish: KubeObject, writer: Writer, force: boolean): KubeObject {
  const wanted = leavesOf(wish);
  const current = leavesOf(live ?? {});
  const entries = entriesOf(live);
  const mine = entries.find((each) => isSame(each, 'Apply', writer));
  const others = entries.filter((each) => each !== mine);

  const contested = others.flatMap((other) =>
    [...pathsOf(other.fieldsV1)]
      .filter((path) => wanted.has(path) && !isDeepStrictEqual(wanted.get(path), current.get(path)))
      .map((path) => ({ manager: described(other), path })),
  );
  if (contested.length > 0 && !force) {
    const dotted = (path: string) => `.${(JSON.parse(path) as string[]).join('.')}`;
    throw applyConflict(contested.map(({ path, manager }) => ({ manager, field: dotted(path) })));
  }

  const taken = new Set(contested.map(({ path }) => path));
  const left = without(others, taken);
  const fresh = entry('Apply', writer, wanted.keys());
  const renewed = mine && isDeepStrictEqual(mine.fieldsV1, fresh.fieldsV1) ? mine : fresh;
  const managers = mine
    ? entries.flatMap((each) => (each === mine ? [renewed] : without([each], taken)))
    : [...left, renewed];
  const heldByOthers = new Set(left.flatMap((other) => [...pathsOf(other.fieldsV1)]));
  const dropped = mine
    ? [...pathsOf(mine.fieldsV1)].filter((path) => !wanted.has(path) && !heldByOthers.has(path))
    : [];
  let result: unknown = live ?? {};
  for (const path of dropped) result = removed(result, JSON.parse(path) as string[]);
  return withEntries(merged(result, wish) as KubeObject, managers);
}
