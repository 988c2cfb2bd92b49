import { hideValues } from '../../../hide-values.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { maskObject, maskText } from '../../../mask-credentials.ts';
import { entriesAt } from '../read.ts';
import { referenceKey, referenceTo } from '../references.ts';
import type { BuildResult, FieldPath } from './build-result.ts';
import { encryptedFields } from './sops.ts';
import type { Variables } from './substitute/read-variables.ts';

const mask = '***';

/** How the objects of a build may be shown. `hidden` are the fields that secret values went into, by the object's key. */
export function showBuilt(
  objects: readonly KubeObject[],
  { byName }: Variables,
  hidden: ReadonlyMap<string, readonly FieldPath[]>,
): Pick<BuildResult, 'hiddenFields' | 'shown' | 'shownText'> {
  const fields = new Map<string, readonly FieldPath[]>(hidden);
  for (const object of objects) {
    const encrypted = encryptedFields(object);
    const key = referenceKey(referenceTo(object));
    if (encrypted.length > 0) fields.set(key, [...(fields.get(key) ?? []), ...encrypted]);
  }
  const variables = [...byName.values()].filter(({ isSecret }) => isSecret).map(({ value }) => value);
  const hide = hideValues([...variables, ...objects.flatMap(valuesOfSecret)]);
  const hiddenFields = (object: KubeObject) => fields.get(referenceKey(referenceTo(object))) ?? [];
  return {
    hiddenFields,
    shown(object) {
      const covered = hiddenFields(object).reduce<unknown>((value, path) => cover(value, path), object);
      return maskObject(mapTexts(covered, hide)) as KubeObject;
    },
    shownText: (text) => maskText(hide(text)),
  };
}

/** A copy with what stands at the path replaced. What the path does not lead to stays. */
function cover(value: unknown, [step, ...rest]: FieldPath): unknown {
  if (step === undefined) return mask;
  if (Array.isArray(value)) return step === '*' ? value.map((item) => cover(item, rest)) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: cover((value as Record<string, unknown>)[step], rest) };
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [change(key), mapTexts(inner, change)]));
}

/** What the build itself keeps in Secrets may stand elsewhere in it too. */
function valuesOfSecret(object: KubeObject): string[] {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return [];
  const coded = entriesAt(object, 'data').map(([, value]) => Buffer.from(String(value), 'base64').toString('utf8'));
  return [...coded, ...entriesAt(object, 'stringData').map(([, value]) => String(value))];
}
