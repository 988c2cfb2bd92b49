import { groupOf } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { referenceOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

/** The two controllers that know dependencies have different words for this. */
function notFound({ apiVersion, kind }: KubeObject, key: string, name: string): string {
  const cause = `${kind.toLowerCase()}s.${groupOf(apiVersion)} "${name}" not found`;
  return kind === 'HelmRelease'
    ? `unable to get '${key}' dependency: ${cause}`
    : `dependency '${key}' not found: ${cause}`;
}

/** Why an object has to wait for another of its kind, in the controllers' words; undefined when nothing is in its way. */
export function unreadyDependency(object: KubeObject, around: Surroundings): string | undefined {
  const wanted = object.spec?.['dependsOn'];
  if (!Array.isArray(wanted)) return undefined;
  for (const each of wanted) {
    const reference = referenceOf(each);
    if (reference === undefined) continue;
    const namespace = reference.namespace ?? object.metadata.namespace ?? '';
    const key = `${namespace}/${reference.name}`;
    const dependency = around.get(object.kind, namespace, reference.name);
    if (dependency === undefined) return notFound(object, key, reference.name);
    const observed = dependency.status?.['observedGeneration'] === dependency.metadata.generation;
    const isReady = conditionOf(dependency.status, 'Ready')?.status === 'True';
    if (!observed || !isReady) return `dependency '${key}' is not ready`;
  }
  return undefined;
}

/** Seconds until a waiting object looks again. */
export const dependencyRetry = 30;
