import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../kube/object.ts';
import type { ClusterWriter } from './diff.ts';

/**
 * Fields as `metadata.managedFields` lists them: `f:name` is a field, `k:{"name":"web"}` the item of a list with these keys,
 * `v:"x"` an item of a set, `.` the node itself.
 */
interface FieldTree {
  readonly [step: string]: FieldTree;
}

/** An entry of `metadata.managedFields`. */
interface FieldOwner {
  manager: string;
  operation: string;
  subresource: string | undefined;
  at: string | undefined;
  fields: FieldTree;
}

/** Under this name kustomize-controller applies. */
export const fluxManager = 'kustomize-controller';

/** Who owns which fields of an object. */
function ownersOf(object: KubeObject): FieldOwner[] {
  const entries: unknown = object.metadata['managedFields'];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    const { manager, operation, subresource, time, fieldsV1 } = (entry ?? {}) as Record<string, unknown>;
    if (typeof manager !== 'string' || typeof fieldsV1 !== 'object' || fieldsV1 === null) return [];
    return {
      manager,
      operation: String(operation),
      subresource: typeof subresource === 'string' && subresource !== '' ? subresource : undefined,
      at: typeof time === 'string' ? time : undefined,
      fields: fieldsV1 as FieldTree,
    };
  });
}

/** Flux's own entry: what it applied the last time. */
function isFlux({ manager, operation, subresource }: FieldOwner): boolean {
  return manager === fluxManager && operation === 'Apply' && subresource === undefined;
}

type Container = Record<string, unknown> | unknown[];

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Where a step leads from a value: the key of a map or the index of a list; undefined where there is nothing. */
function placeOf(value: Container, step: string): string | number | undefined {
  const name = step.slice(2);
  if (step.startsWith('f:')) return Object.hasOwn(value, name) ? name : undefined;
  if (!Array.isArray(value)) return undefined;
  if (!step.startsWith('i:')) return indexOf(value, step);
  const index = Number(name);
  return index >= 0 && index < value.length ? index : undefined;
}

/** Where items of a list stand, by what tells them apart: lists have thousands of items, and each is looked for. */
const places = new WeakMap<unknown[], Map<string, Map<string, number>>>();

function indexOf(list: unknown[], step: string): number | undefined {
  const wanted: unknown = JSON.parse(step.slice(2));
  const fields = step.startsWith('k:') && isContainer(wanted) ? Object.keys(wanted) : undefined;
  const known = places.get(list) ?? new Map<string, Map<string, number>>();
  places.set(list, known);
  const by = JSON.stringify(fields ?? null);
  let byKey = known.get(by);
  if (byKey === undefined) {
    byKey = new Map(list.map((item, index): [string, number] => [keyOf(item, fields), index]).toReversed());
    known.set(by, byKey);
  }
  return byKey.get(keyOf(wanted, fields));
}

/** What tells an item from others: some of its fields, or all of it. */
function keyOf(item: unknown, fields: readonly string[] | undefined): string {
  if (fields === undefined) return JSON.stringify(item);
  const values = isContainer(item) ? (item as Record<string, unknown>) : {};
  // The one key that may be left out (`x-kubernetes-list-map-keys` of ports).
  return JSON.stringify(fields.map((field) => values[field] ?? (field === 'protocol' ? 'TCP' : null)));
}

function follow(value: unknown, step: string): unknown {
  if (!isContainer(value)) return undefined;
  const place = placeOf(value, step);
  return place === undefined ? undefined : (value as Record<string | number, unknown>)[place];
}

function stepsOf(fields: FieldTree): string[] {
  return Object.keys(fields).filter((step) => step !== '.');
}

/** Whether one of the fields that stand in `fields` and not in `except` differs. */
function hasDifference(fields: FieldTree, except: FieldTree | undefined, before: unknown, after: unknown): boolean {
  const steps = stepsOf(fields);
  if (steps.length === 0) return except === undefined && !isDeepStrictEqual(before, after);
  return steps.some((step) =>
    hasDifference(fields[step] ?? {}, except?.[step], follow(before, step), follow(after, step)),
  );
}

/** Who else than Flux set a field of `live` that is different in `after`, the latest first. */
export function writersOfDifferences(live: KubeObject, after: KubeObject): ClusterWriter[] {
  const owners = ownersOf(live);
  const flux = owners.find(isFlux)?.fields;
  return owners
    .filter((owner) => !isFlux(owner) && owner.subresource !== 'status')
    .filter(({ fields }) => hasDifference(fields, flux, live, after))
    .map(({ manager, subresource, at }) => ({ manager, subresource, at }))
    .toSorted((one, other) => ((one.at ?? '') < (other.at ?? '') ? 1 : -1));
}

/** Whether a field that Flux applied the last time is different in `after`: then the source has changed. */
export function differsWhereFluxApplied(live: KubeObject, after: KubeObject): boolean {
  const flux = ownersOf(live).find(isFlux)?.fields;
  return flux !== undefined && hasDifference(flux, undefined, live, after);
}

/**
 * Fields of these managers Flux takes over before it applies, so that it removes what the source does not name
 * (kustomize-controller, `apply`): what kubectl applied or edited, and what it wrote itself in older versions.
 */
function isTakenOver({ manager, operation, subresource }: FieldOwner): boolean {
  if (subresource !== undefined) return false;
  if (manager.startsWith('kubectl')) return operation === 'Apply' || operation === 'Update';
  return operation === 'Update' && (manager.startsWith('before-first-apply') || manager.startsWith(fluxManager));
}

/** Parts that kustomize-controller sends empty where the source leaves them out, because its types of Kubernetes' own kinds do. */
const sentEmpty = new Set(['metadata', 'strategy', 'updateStrategy', 'resources']);

/**
 * A built object with the empty parts that Flux sent the last time. Without them server-side apply would take them for given up and
 * remove what stands in them by now, such as the labels that a Job's template was given.
 */
export function withEmptyParts(built: KubeObject, live: KubeObject): KubeObject {
  const flux = ownersOf(live).find(isFlux)?.fields;
  if (flux === undefined) return built;
  const copy = structuredClone(built);
  fill(copy, flux);
  return copy;
}

function fill(value: Container, fields: FieldTree): void {
  for (const step of stepsOf(fields)) {
    const child = fields[step] ?? {};
    const inner = follow(value, step);
    const isLeftOut = inner === undefined && stepsOf(child).length === 0 && !Array.isArray(value);
    if (isContainer(inner)) fill(inner, child);
    else if (isLeftOut && step.startsWith('f:') && sentEmpty.has(step.slice(2))) value[step.slice(2)] = {};
  }
}

/**
 * The result of a trial without the fields that Flux would take over from kubectl and remove: a trial alone cannot show this,
 * because the taking over is a request of its own before it. Undefined where there are none.
 */
export function withoutTakenOver(result: KubeObject): KubeObject | undefined {
  return withoutOwned(result, isTakenOver, undefined);
}

/** Fields of ports that kustomize-controller sends although the source does not name them. */
const sentAnyway = new Set(['f:protocol', 'f:targetPort']);

/** A live object without the fields that Flux applied and the source does not name any more. */
export function withoutDropped(live: KubeObject, built: KubeObject): KubeObject {
  return withoutOwned(live, (owner) => isFlux(owner) || isTakenOver(owner), built) ?? live;
}

function withoutOwned(
  object: KubeObject,
  isMeantOwner: (owner: FieldOwner) => boolean,
  wanted: KubeObject | undefined,
): KubeObject | undefined {
  const owners = ownersOf(object);
  const others = owners.filter((owner) => !isMeantOwner(owner)).map(({ fields }) => fields);
  const copy = structuredClone(object);
  const removed = owners.filter(isMeantOwner).map(({ fields }) => removeOwned(copy, fields, others, wanted));
  return removed.includes(true) ? copy : undefined;
}

/** Removes from `value` what `fields` has, and neither any of `others` nor `wanted`; says whether it removed anything. */
function removeOwned(value: Container, fields: FieldTree, others: readonly FieldTree[], wanted: unknown): boolean {
  let removed = false;
  const items = new Set<number>();
  for (const step of stepsOf(fields)) {
    const child = fields[step] ?? {};
    const childOthers = others.flatMap((other) => other[step] ?? []);
    const place = placeOf(value, step);
    if (place === undefined) continue;
    const inner = (value as Record<string | number, unknown>)[place];
    const innerWanted = follow(wanted, step) ?? (sentAnyway.has(step) ? wanted : undefined);
    const isNode = stepsOf(child).length > 0;
    if (isNode && isContainer(inner)) removed = removeOwned(inner, child, childOthers, innerWanted) || removed;
    if ((isNode && !('.' in child)) || childOthers.length > 0 || innerWanted !== undefined) continue;
    if (Array.isArray(value)) items.add(Number(place));
    else delete value[place];
    removed = true;
  }
  if (removed && Array.isArray(value)) {
    places.delete(value);
    for (const index of [...items].toSorted((one, other) => other - one)) value.splice(index, 1);
  }
  return removed;
}
