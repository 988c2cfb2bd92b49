import type { KubeObject } from '../../kube/object.ts';
import { maskText } from '../../mask-credentials.ts';
import { humanGoDuration } from './duration.ts';
import type { Fact } from './kind.ts';
import { at, textAt } from './read.ts';
import { referenceName } from './references.ts';
import type { ObjectReference } from './summary.ts';

/** A fact when there is a value, else nothing: lists of facts are spread together from these. */
export function fact(label: string, value: string | undefined, as?: Fact['as']): Fact[] {
  if (value === undefined || value === '') return [];
  const masked = maskText(value);
  return [as === undefined ? { label, value: masked } : { label, value: masked, as }];
}

/** A fact that leads to another object. */
export function referenceFact(label: string, object: KubeObject, reference: ObjectReference | undefined): Fact[] {
  if (reference === undefined) return [];
  const value = referenceName(reference, textAt(object, 'metadata', 'namespace'));
  return [{ label, value, as: 'reference', reference }];
}

/** One fact for each reference. */
export function referenceFacts(label: string, object: KubeObject, references: readonly ObjectReference[]): Fact[] {
  return references.flatMap((reference) => referenceFact(label, object, reference));
}

/** `10 min, timeout 1 min, tries again after 2 min`: interval, timeout and retry interval of the spec in one line. */
export function intervalFact(object: KubeObject): Fact[] {
  const interval = humanGoDuration(textAt(object, 'spec', 'interval'));
  const timeout = humanGoDuration(textAt(object, 'spec', 'timeout'));
  const retry = humanGoDuration(textAt(object, 'spec', 'retryInterval'));
  const parts = [
    interval,
    timeout === undefined ? undefined : `timeout ${timeout}`,
    retry === undefined ? undefined : `tries again after ${retry}`,
  ];
  return fact('Interval', parts.filter((part) => part !== undefined).join(', '));
}

/** A fact for a boolean that the spec sets, in words for each value; nothing when it is not set. */
export function choiceFact(
  label: string,
  object: KubeObject,
  path: readonly string[],
  yes: string,
  no: string,
): Fact[] {
  const value = at(object, 'spec', ...path);
  return typeof value === 'boolean' ? fact(label, value ? yes : no) : [];
}

/** Sizes for people, in powers of 1000: `765 B`, `2.7 kB`, `14 MB`. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit === 0 || amount >= 10 ? Math.round(amount) : amount.toFixed(1)} ${units[unit] ?? 'B'}`;
}
