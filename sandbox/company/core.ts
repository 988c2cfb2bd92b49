import type { KubeObject } from '../../server/kube/object.ts';
import { metadataOf } from './metadata.ts';
import type { Before } from './time.ts';

export function namespaceObject(before: Before, name: string, labels: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: metadataOf(before, 'Namespace', {
      name,
      age: '200d',
      labels: { 'kubernetes.io/metadata.name': name, ...labels },
    }),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

/** A Secret's value that says that it is an invented one. */
export function dummyValue(key: string): string {
  return `dummy-${key}-not-a-secret`;
}

/** A Secret whose every value says that it is an invented one. */
export function dummySecret(before: Before, namespace: string, name: string, keys: readonly string[]): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(before, 'Secret', { namespace, name }),
    type: 'Opaque',
    data: Object.fromEntries(keys.map((key) => [key, Buffer.from(dummyValue(key)).toString('base64')])),
  };
}

export function configMap(before: Before, namespace: string, name: string, data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(before, 'ConfigMap', { namespace, name }), data };
}
