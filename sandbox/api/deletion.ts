import type { KubeObject } from '../../server/kube/object.ts';
import { objectKey, type Store } from './store.ts';

/** Whether something holds a deleted object back: its finalizers, or a namespace's own. */
export function isHeld(object: KubeObject): boolean {
  const own = object.kind === 'Namespace' ? (object.spec?.['finalizers'] as string[] | undefined) : undefined;
  return (object.metadata.finalizers?.length ?? 0) > 0 || (own?.length ?? 0) > 0;
}

/**
 * Removes an object, or marks it as being deleted when something holds it back. Deleting it again changes nothing.
 *
 * @param now RFC 3339
 */
export function deleteObject(
  store: Store,
  resource: string,
  object: KubeObject,
  now: string,
): { object: KubeObject; gone: boolean } {
  const { namespace, name, deletionTimestamp, generation } = object.metadata;
  if (!isHeld(object)) {
    return { object: store.remove(resource, objectKey(namespace, name)) ?? object, gone: true };
  }
  if (deletionTimestamp !== undefined) return { object, gone: false };
  const metadata = {
    ...object.metadata,
    ...(object.kind !== 'Namespace' && { deletionGracePeriodSeconds: 0 }),
    deletionTimestamp: now,
    ...(generation !== undefined && { generation: generation + 1 }),
  };
  const status = object.kind === 'Namespace' ? { status: { ...object.status, phase: 'Terminating' } } : {};
  return { object: store.put(resource, { ...object, metadata, ...status }), gone: false };
}
