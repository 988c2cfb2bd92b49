import type { KubeObject } from '../../server/kube/object.ts';

interface ManagedFields {
  manager: string;
  operation: string;
  fieldsV1: Record<string, unknown>;
}

/** What a field manager has applied of an object, by its entry in managedFields. Throws where it has applied nothing. */
export function appliedFields(object: KubeObject, manager: string): Record<string, unknown> {
  const entries = (object.metadata['managedFields'] ?? []) as ManagedFields[];
  const entry = entries.find((each) => each.manager === manager && each.operation === 'Apply');
  if (entry === undefined) throw new Error(`${manager} has not applied ${object.kind} ${object.metadata.name}.`);
  return entry.fieldsV1;
}

/** Paths of applied fields that `built` does not have. What is applied empty counts for nothing: Flux' own types add it. */
export function appliedBeyond(fields: Record<string, unknown>, built: unknown, live: unknown, path = ''): string[] {
  return Object.entries(fields).flatMap(([step, inner]) => {
    if (step === '.') return [];
    const here = `${path}/${step}`;
    const [from, to] = [follow(built, step), follow(live, step)];
    if (from === undefined) return isEmpty(inner) && (typeof to === 'object' || to === undefined) ? [] : [here];
    return appliedBeyond(inner as Record<string, unknown>, from, to, here);
  });
}

/** `f:name`, `k:{"name":"web"}`, `v:"value"`, `i:0`. */
function follow(value: unknown, step: string): unknown {
  const kind = step.slice(0, 2);
  const rest = step.slice(2);
  if (kind === 'f:') return (value as Record<string, unknown> | undefined)?.[rest] ?? undefined;
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  if (kind === 'i:') return items[Number(rest)];
  const wanted: unknown = JSON.parse(rest);
  if (kind === 'v:') return items.find((item) => JSON.stringify(item) === rest);
  return items.find((item) =>
    Object.entries(wanted as object).every(([key, value]) => (item as Record<string, unknown>)[key] === value),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Paths at which `live` does not have what `built` says. */
export function unlike(built: unknown, live: unknown, path = ''): string[] {
  if (Array.isArray(built)) {
    if (!Array.isArray(live) || live.length !== built.length) return [path];
    return built.flatMap((item, index) => unlike(item, live[index], `${path}/${index}`));
  }
  if (typeof built === 'object' && built !== null) {
    return Object.entries(built).flatMap(([key, value]) =>
      unlike(value, (live as Record<string, unknown> | undefined)?.[key], `${path}/${key}`),
    );
  }
  return built === live || (built === null && live === undefined) ? [] : [`${path}: ${JSON.stringify(live)}`];
}
