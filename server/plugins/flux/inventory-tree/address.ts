import { SluiceError } from '../../../errors.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Address } from '../../../kube/object-reader.ts';

const segments = {
  group: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  version: /^v[0-9a-z]{1,30}$/,
  plural: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  namespace: /^(_|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/,
} as const;

/**
 * The address that a path names. A version that is not served any more leads to the one that is.
 * Throws invalid for a path that no object can have, not_found for a resource that is not served.
 */
export function addressOf(cluster: Cluster, params: Readonly<Record<string, string>>): Address {
  for (const [field, pattern] of Object.entries(segments)) {
    if (pattern.test(params[field] ?? '')) continue;
    throw new SluiceError('invalid', `“${(params[field] ?? '').slice(0, 60)}” is not a ${field} of Kubernetes.`, {
      field,
    });
  }
  const { version = '', plural = '', namespace = '_', name = '' } = params;
  // Names are as free as their kind lets them be (`system:node`), but never lead out of their collection.
  if (name === '' || name.length > 253 || /[/%]|^\.{1,2}$/.test(name))
    throw new SluiceError('invalid', `“${name.slice(0, 60)}” is not the name of an object.`, { field: 'name' });
  const group = params['group'] === 'core' ? '' : (params['group'] ?? '');
  const resource =
    cluster.served({ group, resource: plural }, [version]) ?? cluster.served({ group, resource: plural });
  if (resource === undefined) {
    if (!cluster.reachable.ok) throw new SluiceError(cluster.reachable.kind, cluster.reachable.problem);
    const called = group === '' ? plural : `${plural}.${group}`;
    throw new SluiceError('not_found', `The cluster ${cluster.name} does not serve ${called}.`);
  }
  if (resource.namespaced !== (namespace !== '_')) {
    const words = resource.namespaced ? 'needs a namespace' : 'has no namespace: write _ in its place';
    throw new SluiceError('invalid', `A ${resource.kind} ${words}.`, { field: 'namespace' });
  }
  return { resource, namespace: resource.namespaced ? namespace : undefined, name };
}
