/**
 * Careful reading of foreign JSON: API objects are whatever the API server sent, so nothing here assumes a shape and
 * nothing throws.
 */

/** What stands at `path`, or undefined where the path leaves the data. Never follows prototypes. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

/** The non-empty text at `path`; numbers count as their digits, everything else as absent. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' ? String(found) : undefined;
}

/** The finite number at `path`. */
export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** True only where the JSON says `true`. */
export function isTrueAt(value: unknown, ...path: readonly (string | number)[]): boolean {
  return at(value, ...path) === true;
}

/** The list at `path`; anything else is an empty list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The record at `path`, as its entries; anything else has none. */
export function entriesAt(value: unknown, ...path: readonly (string | number)[]): readonly [string, unknown][] {
  const found = at(value, ...path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
}

/** The ISO instant at `path`, unchanged; undefined where it is not a point in time. */
export function instantAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && isInstant(found) ? found : undefined;
}

/** Whether the text is an instant as Kubernetes writes it: RFC 3339 with a zone. */
export function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The latest of some instants; undefined when there is none. */
export function latest(instants: readonly (string | undefined)[]): string | undefined {
  return pick(instants, (candidate, best) => candidate > best);
}

/** The earliest of some instants; undefined when there is none. */
export function earliest(instants: readonly (string | undefined)[]): string | undefined {
  return pick(instants, (candidate, best) => candidate < best);
}

function pick(
  instants: readonly (string | undefined)[],
  better: (candidate: number, best: number) => boolean,
): string | undefined {
  let best: string | undefined;
  for (const instant of instants) {
    if (instant === undefined) continue;
    if (best === undefined || better(Date.parse(instant), Date.parse(best))) best = instant;
  }
  return best;
}
