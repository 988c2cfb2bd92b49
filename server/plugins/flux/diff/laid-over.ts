import type { KubeObject } from '../../../kube/object.ts';

type Fields = Record<string, unknown>;

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What an object would be if the built fields were laid over the live ones: the comparison for who may read but not try. The
 * API server would merge lists by its schema and set defaults; here items are matched by their name or their place.
 */
export function laidOver(live: KubeObject, built: KubeObject): KubeObject {
  return over(live, built) as KubeObject;
}

function over(live: unknown, built: unknown): unknown {
  if (isMap(live) && isMap(built)) {
    const result: Fields = { ...live };
    for (const [field, value] of Object.entries(built)) if (value !== null) result[field] = over(live[field], value);
    return result;
  }
  if (Array.isArray(live) && Array.isArray(built)) return overList(live, built);
  // Quantities and ports are written either way.
  if (typeof live === 'string' && typeof built === 'number' && live === String(built)) return live;
  return built;
}

function overList(live: readonly unknown[], built: readonly unknown[]): unknown[] {
  if (!built.every(isMap)) return [...built];
  const named = built.every((item) => typeof item['name'] === 'string');
  return built.map((item, index) => {
    const same = named ? live.find((other) => isMap(other) && other['name'] === item['name']) : live[index];
    return over(same, item);
  });
}
