import type { KubeObject } from '../../../kube/object.ts';
import { at, entriesAt } from '../read.ts';
import type { FieldPath } from './build-result.ts';

const encryptedValue = /^ENC\[[A-Z0-9_]+,data:/;

/** Whether Flux would decrypt this object with SOPS, or values within it. */
export function isEncrypted(object: KubeObject): boolean {
  return at(object, 'sops', 'mac') !== undefined || encryptedKeys(object).length > 0;
}

/** Keys of a Secret that hold a whole file encrypted with SOPS, as secretGenerator puts them there. */
function encryptedKeys(object: KubeObject): string[] {
  if (object.kind !== 'Secret') return [];
  return entriesAt(object, 'data').flatMap(([key, value]) => {
    if (typeof value !== 'string') return [];
    const text = Buffer.from(value, 'base64').toString('utf8');
    return /(?:^|\n)sops_mac=|"sops": ?\{|(?:^|\n)sops:\n|\[sops\]\n/.test(text) ? [key] : [];
  });
}

/** The fields of an encrypted object that are encrypted: where the live object has the values in the clear. */
export function encryptedFields(value: unknown): FieldPath[] {
  if (typeof value === 'string') return encryptedValue.test(value) ? [[]] : [];
  if (Array.isArray(value)) return value.flatMap(encryptedFields).map((path) => ['*', ...path]);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => encryptedFields(inner).map((path) => [key, ...path]));
}
