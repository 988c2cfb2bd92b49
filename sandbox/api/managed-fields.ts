import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../server/kube/object.ts';
import { stepOfItem, type TopologyOf } from './list-topology.ts';
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

/** `{ 'f:spec': { 'f:interval': {} } }`; `k:{"name":"web"}` is an item of a list, `.` itself. */
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
  /** How the fields of the resource are merged. */
  topology: TopologyOf;
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
].map((path) => JSON.stringify(path.split('.').map((field) => `f:${field}`)));

/** The names of the fields on a way of steps. */
function namesOf(path: readonly string[]): string[] {
  return path.filter((step) => step.startsWith('f:')).map((step) => step.slice(2));
}

/** What stands below a value, by the steps to it; undefined for what is owned as a whole. */
function childrenOf(value: unknown, path: readonly string[], topologyOf: TopologyOf): Map<string, unknown> | undefined {
  const topology = path.at(-1)?.startsWith('k:') === true ? undefined : topologyOf(namesOf(path));
  if (Array.isArray(value)) {
    if (topology?.type === 'items') return new Map(value.map((item) => [stepOfItem(item, topology.keys), item]));
    if (topology?.type === 'values') return new Map(value.map((item) => [`v:${JSON.stringify(item)}`, item]));
    return undefined;
  }
  if (topology?.type === 'whole' || !isObject(value)) return undefined;
  const fields = Object.entries(value).filter(([, child]) => child !== undefined);
  if (fields.length === 0 && path.length > 1) return undefined;
  return new Map(fields.map(([field, child]) => [`f:${field}`, child]));
}

/** The leaves of an object: path of steps (as JSON) to value. An item of a list is a leaf of its own besides its fields. */
function leavesOf(
  value: unknown,
  topologyOf: TopologyOf,
  path: string[] = [],
  leaves = new Map<string, unknown>(),
): Map<string, unknown> {
  const key = JSON.stringify(path);
  if (unmanaged.includes(key)) return leaves;
  const children = childrenOf(value, path, topologyOf);
  if (children === undefined || (children.size === 0 && path.length > 1)) return leaves.set(key, value);
  if (path.at(-1)?.startsWith('k:') === true) leaves.set(JSON.stringify([...path, '.']), 'item');
  for (const [step, child] of children) leavesOf(child, topologyOf, [...path, step], leaves);
  return leaves;
}

interface LeafChanges {
  changed: Set<string>;
  gone: Set<string>;
}

/** The leaves that differ. Parts that both objects share are not looked into. */
function changesBetween(before: unknown, after: unknown, topologyOf: TopologyOf): LeafChanges {
  const changes: LeafChanges = { changed: new Set(), gone: new Set() };
  const collect = (one: unknown, other: unknown, path: string[]) => {
    if (one === other) return;
    const [left, right] = [childrenOf(one, path, topologyOf), childrenOf(other, path, topologyOf)];
    if (left !== undefined && right !== undefined && left.size > 0 && right.size > 0) {
      for (const step of new Set([...left.keys(), ...right.keys()]))
        collect(left.get(step), right.get(step), [...path, step]);
      return;
    }
    const old = one === undefined ? new Map<string, unknown>() : leavesOf(one, topologyOf, path);
    const current = other === undefined ? new Map<string, unknown>() : leavesOf(other, topologyOf, path);
    for (const [key, value] of current) if (!isDeepStrictEqual(old.get(key), value)) changes.changed.add(key);
    for (const key of old.keys()) if (!current.has(key)) changes.gone.add(key);
  };
  collect(before, after, []);
  return changes;
}

function treeOf(paths: Iterable<string>): FieldTree {
  const tree: FieldTree = {};
  for (const key of paths) {
    let node = tree;
    for (const step of JSON.parse(key) as string[]) node = node[step] ??= {};
  }
  return tree;
}

function pathsOf(tree: FieldTree, path: string[] = [], paths = new Set<string>()): Set<string> {
  const steps = Object.entries(tree);
  if (steps.length === 0 && path.length > 0) paths.add(JSON.stringify(path));
  for (const [step, child] of steps) pathsOf(child, [...path, step], paths);
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
  const { changed, gone } = changesBetween(previous ?? {}, next, writer.topology);
  if (changed.size === 0 && gone.size === 0) return withEntries(next, entriesOf(previous));

  const mine = entriesOf(previous).find((each) => isSame(each, 'Update', writer));
  const owned = mine ? pathsOf(mine.fieldsV1).difference(gone).union(changed) : changed;
  const others = without(
    entriesOf(previous).filter((each) => each !== mine),
    changed.union(gone),
  );
  return withEntries(next, owned.size === 0 ? others : [...others, entry('Update', writer, owned)]);
}

function merged(live: unknown, applied: unknown, topologyOf: TopologyOf, path: readonly string[] = []): unknown {
  if (Array.isArray(live) && Array.isArray(applied)) return mergedList(live, applied, topologyOf, path);
  const isWhole = path.at(-1)?.startsWith('f:') === true && topologyOf(namesOf(path))?.type === 'whole';
  if (isWhole || !isObject(live) || !isObject(applied)) return applied;
  const result = { ...live };
  for (const [field, value] of Object.entries(applied)) {
    if (value !== undefined) result[field] = merged(live[field], value, topologyOf, [...path, `f:${field}`]);
  }
  return result;
}

/** The applied items in their order, merged with those that are there; what only the live list has comes after. */
function mergedList(
  live: readonly unknown[],
  applied: readonly unknown[],
  topologyOf: TopologyOf,
  path: readonly string[],
): readonly unknown[] {
  const topology = topologyOf(namesOf(path));
  if (topology?.type === 'values')
    return [...live, ...applied.filter((item) => !live.some((other) => isDeepStrictEqual(other, item)))];
  if (topology?.type !== 'items') return applied;
  const left = new Map(live.map((item) => [stepOfItem(item, topology.keys), item]));
  const items = applied.map((item) => {
    const step = stepOfItem(item, topology.keys);
    const result = merged(left.get(step), item, topologyOf, [...path, step]);
    left.delete(step);
    return result;
  });
  return [...items, ...left.values()];
}

function removed(
  value: unknown,
  path: readonly string[],
  topologyOf: TopologyOf,
  way: readonly string[] = [],
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    const topology = topologyOf(namesOf(way));
    const stepOf = (item: unknown) =>
      topology?.type === 'items' ? stepOfItem(item, topology.keys) : `v:${JSON.stringify(item)}`;
    return value.flatMap((item: unknown) => {
      if (stepOf(item) !== step) return [item];
      return rest.length === 0 || rest[0] === '.' ? [] : [removed(item, rest, topologyOf, [...way, step])];
    });
  }
  const field = step.slice(2);
  if (!isObject(value) || !(field in value)) return value;
  const copy = { ...value };
  const child = rest.length === 0 ? undefined : removed(copy[field], rest, topologyOf, [...way, step]);
  const isEmpty = Array.isArray(child) ? child.length === 0 : isObject(child) && Object.keys(child).length === 0;
  if (child === undefined || isEmpty) delete copy[field];
  else copy[field] = child;
  return copy;
}

/** A path as a conflict names it: `.spec.containers[name="web"].image`. */
function inWords(path: string): string {
  return (JSON.parse(path) as string[])
    .filter((step) => step !== '.')
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      const keys = Object.entries(JSON.parse(step.slice(2)) as Fields);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
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
  const { topology } = writer;
  const wanted = leavesOf(wish, topology);
  const current = leavesOf(live ?? {}, topology);
  const entries = entriesOf(live);
  const mine = entries.find((each) => isSame(each, 'Apply', writer));
  const others = entries.filter((each) => each !== mine);

  const contested = others.flatMap((other) =>
    [...pathsOf(other.fieldsV1)]
      .filter((path) => wanted.has(path) && !isDeepStrictEqual(wanted.get(path), current.get(path)))
      .map((path) => ({ manager: described(other), path })),
  );
  if (contested.length > 0 && !force) {
    throw applyConflict(contested.map(({ path, manager }) => ({ manager, field: inWords(path) })));
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
  for (const path of dropped) result = removed(result, JSON.parse(path) as string[], topology);
  return withEntries(merged(result, wish, topology) as KubeObject, managers);
}
