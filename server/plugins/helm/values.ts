/** Values as Helm has them: maps are merged, everything else is replaced. */
export type Values = Record<string, unknown>;

/** A place in values: keys from the outside in. Lists are one value. */
export type ValuePath = readonly string[];

/** A value that no map is, or an empty map. */
export interface Leaf {
  path: ValuePath;
  value: unknown;
}

/** Whether a value is a map, which is merged key by key. */
export function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The chart's defaults below what was set, as Helm does it: maps are merged, and what is set to null is taken away. */
export function mergeValues(defaults: Values, set: Values): Values {
  // A map, because a key may be called __proto__.
  const merged = new Map<string, unknown>();
  for (const [key, value] of Object.entries(defaults)) {
    if (!Object.hasOwn(set, key)) merged.set(key, value);
    else if (isMap(value) && isMap(set[key])) merged.set(key, mergeValues(value, set[key]));
    else if (set[key] !== null) merged.set(key, set[key]);
  }
  for (const [key, value] of Object.entries(set)) {
    if (!merged.has(key) && value !== null) merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/** Every single value with its place, in the order of the values. */
export function leavesOf(values: Values, path: ValuePath = []): Leaf[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const here = [...path, key];
    return isMap(value) && Object.keys(value).length > 0 ? leavesOf(value, here) : [{ path: here, value }];
  });
}

/** Whether the values say anything at this place, above it (a value where the place has a map) or below it. */
export function touches(values: Values, path: ValuePath): boolean {
  let current: unknown = values;
  for (const key of path) {
    if (!isMap(current)) return true;
    if (!Object.hasOwn(current, key)) return false;
    current = current[key];
  }
  return true;
}

/** What the values say at this place; undefined when nothing. */
export function valueAt(values: Values, path: ValuePath): unknown {
  return path.reduce<unknown>(
    (current, key) => (isMap(current) && Object.hasOwn(current, key) ? current[key] : undefined),
    values,
  );
}

/** A copy in which `change` has replaced single values. */
export function mapLeaves(values: Values, change: (leaf: Leaf) => unknown, path: ValuePath = []): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const here = [...path, key];
      return [
        key,
        isMap(value) && Object.keys(value).length > 0 ? mapLeaves(value, change, here) : change({ path: here, value }),
      ];
    }),
  );
}

/** A copy without the single values that are not to stay, and without the maps that are empty then. */
export function keepLeaves(values: Values, keep: (leaf: Leaf) => boolean, path: ValuePath = []): Values {
  const kept = new Map<string, unknown>();
  for (const [key, value] of Object.entries(values)) {
    const here = [...path, key];
    if (!isMap(value) || Object.keys(value).length === 0) {
      if (keep({ path: here, value })) kept.set(key, value);
      continue;
    }
    const inner = keepLeaves(value, keep, here);
    if (Object.keys(inner).length > 0) kept.set(key, inner);
  }
  return Object.fromEntries(kept);
}

/** A place in words: `controller.replicaCount`; a dot within a key is escaped, as on Helm's command line. */
export function pathInWords(path: ValuePath): string {
  return path.map((key) => key.replaceAll('.', String.raw`\.`)).join('.');
}
