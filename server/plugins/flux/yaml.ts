import { stringify } from 'yaml';
import type { KubeObject } from '../../kube/object.ts';
import { maskObject } from '../../mask-credentials.ts';

/** Fields that a reader looks for first, in this order; the rest follows as it came. */
const firstFields = ['apiVersion', 'kind', 'metadata', 'spec', 'data', 'status'];

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object as YAML that may be shown: credentials masked, without what only machines need (managed fields, the
 * last-applied copy), in an order that stays the same.
 */
export function toYaml(object: KubeObject): string {
  return maskedToYaml(maskObject(object));
}

/** The same of an object whose credentials are masked already. */
export function maskedToYaml(masked: KubeObject): string {
  const ordered: Record<string, unknown> = {};
  for (const field of [...firstFields, ...Object.keys(masked)]) {
    if (!(field in ordered) && masked[field] !== undefined) ordered[field] = masked[field];
  }
  if (typeof ordered['metadata'] === 'object' && ordered['metadata'] !== null) {
    ordered['metadata'] = trimmedMetadata(ordered['metadata'] as Record<string, unknown>);
  }
  return stringify(ordered, { lineWidth: 0, aliasDuplicateObjects: false });
}

function trimmedMetadata(metadata: Record<string, unknown>): Record<string, unknown> {
  const { managedFields: _, annotations, ...rest } = metadata;
  if (typeof annotations !== 'object' || annotations === null) return rest;
  const kept = Object.entries(annotations).filter(([name]) => name !== lastApplied);
  return kept.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(kept) };
}
