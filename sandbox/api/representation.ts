import type { KubeObject } from '../../server/kube/object.ts';
import { groupVersion, type ResourceDefinition } from './resources.ts';

/** Whether the asker wants whole objects, or of each its metadata alone (`as=PartialObjectMetadata`). */
export type Representation = 'object' | 'metadata';

const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };

/** An object as the version asked for shows it. */
export function inVersion(definition: ResourceDefinition, object: KubeObject): KubeObject {
  const apiVersion = groupVersion(definition);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** One object as it is answered, alone or in a watch. */
export function shown(definition: ResourceDefinition, object: KubeObject, as: Representation): object {
  return as === 'metadata' ? { ...partial, metadata: object.metadata } : inVersion(definition, object);
}

/** An object as an item of a list: built-in kinds leave out what the list already says. */
function itemOf(definition: ResourceDefinition, object: KubeObject, as: Representation): object {
  if (definition.custom || as === 'metadata') return shown(definition, object, as);
  const { apiVersion: _apiVersion, kind: _kind, ...item } = object;
  return item;
}

/** A list of objects as it is answered. */
export function shownList(
  definition: ResourceDefinition,
  metadata: object,
  objects: readonly KubeObject[],
  as: Representation,
): object {
  const whole = { kind: `${definition.kind}List`, apiVersion: groupVersion(definition) };
  const named = as === 'metadata' ? { kind: 'PartialObjectMetadataList', apiVersion: partial.apiVersion } : whole;
  return { ...named, metadata, items: objects.map((object) => itemOf(definition, object, as)) };
}
