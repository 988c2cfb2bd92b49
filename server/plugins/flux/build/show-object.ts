import { hideValues } from '../../../hide-values.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { maskObject, maskText } from '../../../mask-credentials.ts';
import type { FieldPath } from './build-result.ts';

const mask = '***';

/** What of an object may not be shown: fields by their place, and values wherever they turn up. */
export interface Hidden {
  fields: readonly FieldPath[];
  values: readonly string[];
}

/** A copy of an object that may be shown: hidden fields and values, Secrets' data and credentials are `***`. */
export function showObject(object: KubeObject, { fields, values }: Hidden): KubeObject {
  const covered = fields.length === 0 ? object : cover(object, treeOf(fields));
  return maskObject(mapTexts(covered, hiderOf(values))) as KubeObject;
}

/** A text without hidden values. */
export function showText(text: string, values: Hidden['values']): string {
  return maskText(hiderOf(values)(text));
}

const hiders = new WeakMap<Hidden['values'], (text: string) => string>();

/** One for all objects of a build: it takes time to make. */
function hiderOf(values: Hidden['values']): (text: string) => string {
  const hide = hiders.get(values) ?? hideValues(values);
  hiders.set(values, hide);
  return hide;
}

/** Paths put together, so that an object is gone through once, however many there are. */
interface PathTree {
  isEnd: boolean;
  steps: Map<string, PathTree>;
}

function treeOf(paths: readonly FieldPath[]): PathTree {
  const root: PathTree = { isEnd: false, steps: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next = node.steps.get(step) ?? { isEnd: false, steps: new Map() };
      node.steps.set(step, next);
      node = next;
    }
    node.isEnd = true;
  }
  return root;
}

/** A copy with what stands at the paths replaced. What they do not lead to stays. */
function cover(value: unknown, { isEnd, steps }: PathTree): unknown {
  if (isEnd) return mask;
  if (Array.isArray(value)) {
    const any = steps.get('*');
    return any === undefined ? value : value.map((item) => cover(item, any));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const next = steps.get(key);
      return [key, next === undefined ? inner : cover(inner, next)];
    }),
  );
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [change(key), mapTexts(inner, change)]));
}
