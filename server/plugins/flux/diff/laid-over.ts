import type { KubeObject } from '../../../kube/object.ts';

type Fields = Record<string, unknown>;

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What an object would be if the built fields were laid over the live ones: the comparison for who may read but not try. The
 * API server would merge lists by its schema and set defaults; here items are matched by what names them, or by their place.
 */
export function laidOver(live: KubeObject, built: KubeObject): KubeObject {
  return over(live, built, false) as KubeObject;
}

/** Below these fields stand quantities, which the API server writes in its own way: `1000m` as `1`. */
const holdQuantities = new Set(['limits', 'requests', 'hard', 'default', 'defaultRequest', 'capacity', 'max', 'min']);

function over(live: unknown, built: unknown, areQuantities: boolean): unknown {
  if (isMap(live) && isMap(built)) {
    const result: Fields = { ...live };
    for (const [field, value] of Object.entries(built))
      if (value !== null) result[field] = over(live[field], value, areQuantities || holdQuantities.has(field));
    return result;
  }
  if (Array.isArray(live) && Array.isArray(built)) return overList(live, built);
  if (areQuantities && live !== undefined && quantityOf(live) === quantityOf(built)) return live;
  // Ports and the like may be written either way.
  if (typeof live === 'string' && typeof built === 'number' && live === String(built)) return live;
  return built;
}

/** Fields by which items of lists are told apart, the first that all built items have. */
const names: readonly (readonly string[])[] = [
  ['name'],
  ['containerPort', 'protocol'],
  ['port', 'protocol'],
  ['mountPath'],
];

function overList(live: readonly unknown[], built: readonly unknown[]): unknown[] {
  if (!built.every(isMap)) return [...built];
  const keys = names.find(([first = '']) => built.every((item) => item[first] !== undefined));
  return built.map((item, index) => {
    const same =
      keys === undefined
        ? live[index]
        : live.find((other) => isMap(other) && keys.every((key) => isAlike(other, item, key)));
    return over(same, item, false);
  });
}

function isAlike(one: Fields, other: Fields, key: string): boolean {
  const usual = key === 'protocol' ? 'TCP' : undefined;
  return (one[key] ?? usual) === (other[key] ?? usual);
}

const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A quantity of Kubernetes as a number; what is none stays what it is. */
function quantityOf(value: unknown): unknown {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d*)?|\.\d+)(m|k|[MGTP]i?|Ki)?$/.exec(String(value)) ?? [];
  const factor = factors[unit];
  return amount === '' || factor === undefined ? value : Number((Number(amount) * factor).toPrecision(12));
}
