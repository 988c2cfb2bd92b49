import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../kube/object.ts';

/** What the API server keeps for itself; no source says any of it. */
const bookkeeping = [
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'uid',
  'selfLink',
];

/** Flux removes these annotations itself, and they are copies of the rest. */
const copies = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
  'fluxcd.io/sync-checksum',
]);

/** An object less its status and what the API server alone writes: the part that a source can say. */
export function comparable(object: KubeObject): KubeObject {
  const { status: _status, metadata, ...rest } = object;
  const { annotations, ...kept } = Object.fromEntries(
    Object.entries(metadata).filter(([field, value]) => !bookkeeping.includes(field) && value !== null),
  ) as Partial<KubeObject['metadata']>;
  const told = Object.entries(annotations ?? {}).filter(([name]) => !copies.has(name));
  return {
    ...rest,
    metadata: {
      ...(kept as KubeObject['metadata']),
      ...(told.length > 0 && { annotations: Object.fromEntries(told) }),
    },
  };
}

/** Whether two comparable objects say the same. */
export function isSame(one: KubeObject, other: KubeObject): boolean {
  return isDeepStrictEqual(one, other);
}
