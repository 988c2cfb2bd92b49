import type { KubeObject } from '../server/kube/object.ts';

/**
 * Services with an address, which an API server gives them when they are made and what waits for a Service looks for. It
 * is not part of the data: a real API server, given the same data, has addresses of its own.
 */
export function withClusterIPs(objects: readonly KubeObject[]): KubeObject[] {
  let next = 10;
  return objects.map((object) => {
    if (object.kind !== 'Service' || object.apiVersion !== 'v1') return object;
    next += 1;
    const clusterIP = `10.96.${Math.floor(next / 250)}.${(next % 250) + 1}`;
    return { ...object, spec: { clusterIP, clusterIPs: [clusterIP], ...object.spec } };
  });
}
