import { controllerPod } from '../../sandbox/company/flux-controllers.ts';
import type { KubeObject } from './requests.ts';

/**
 * What leads the company's source-controller Service to the artifact server: the API server's proxy goes to pods only, at an
 * address that the pod's status has. No controller makes endpoints here.
 */
export function artifactEndpoints(objects: readonly KubeObject[], port: number): KubeObject {
  const namespace = 'flux-system';
  const name = controllerPod('source-controller');
  const pod = objects.find(({ kind, metadata }) => kind === 'Pod' && metadata.name === name);
  const ip = (pod?.['status'] as { podIP: string } | undefined)?.podIP;
  if (ip === undefined) throw new Error(`There is no pod ${namespace}/${name} with an address.`);
  const targetRef = { kind: 'Pod', namespace, name };
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { namespace, name: 'source-controller' },
    subsets: [{ addresses: [{ ip, targetRef }], ports: [{ name: 'http', port, protocol: 'TCP' }] }],
  };
}
