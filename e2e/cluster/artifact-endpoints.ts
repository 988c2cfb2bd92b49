import type { KubeObject } from './requests.ts';

/**
 * What leads a Service to the artifact server, on the port that the Service calls `http`: the API server's proxy goes to pods
 * only, at an address that the pod's status has. No controller makes endpoints here.
 */
export function artifactEndpoints(
  service: { namespace: string; name: string },
  pod: { name: string; ip: string },
  port: number,
): KubeObject {
  const { namespace } = service;
  const addresses = [{ ip: pod.ip, targetRef: { kind: 'Pod', namespace, name: pod.name } }];
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: service,
    subsets: [{ addresses, ports: [{ name: 'http', port, protocol: 'TCP' }] }],
  };
}
