import type { KubeObject } from '../../server/kube/object.ts';
import { controllerPod, controllerVersions } from './flux-controllers.ts';
import type { ControllerName } from './flux-controllers.ts';
import { uidOf } from './invent.ts';
import { metadataOf } from './metadata.ts';
import type { Before } from './time.ts';

/** The name of the Lease by which the replicas of a controller agree who is at work. */
export function leaseName(controller: ControllerName): string {
  return `${controller}-leader-election`;
}

/** A Lease counts microseconds. */
export function microTime(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}

/** The Leases of the Flux controllers, each held by its Pod. */
export function controllerLeases(before: Before): KubeObject[] {
  return (Object.keys(controllerVersions) as ControllerName[]).map((controller) => {
    const pod = controllerPod(controller);
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: metadataOf(before, 'Lease', { namespace: 'flux-system', name: leaseName(controller), age: '94d' }),
      spec: {
        acquireTime: microTime(new Date(before('6d'))),
        holderIdentity: `${pod}_${uidOf(`leader ${pod}`)}`,
        leaseDurationSeconds: 35,
        leaseTransitions: 3,
        renewTime: microTime(new Date(before('4s'))),
      },
    };
  });
}
