import type { KubeClient } from '../../server/kube/cluster.ts';
import { KubeError } from '../../server/kube/kube-error.ts';
import { resourcePath } from '../../server/kube/object.ts';
import { controllerVersions } from '../company/flux-controllers.ts';
import type { ControllerName } from '../company/flux-controllers.ts';
import { leaseName, microTime } from '../company/leases.ts';
import type { Clock } from './clock.ts';

const leases = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', resource: 'leases', namespaced: true };
const renewEvery = 10_000;

interface LeaseOptions {
  client: KubeClient;
  clock: Clock;
  signal: AbortSignal;
  logger?: { error(details: object, message: string): void };
}

/** Renews the Leases of the controllers as long as they are at work. Returns what stops it. */
export function keepLeases({ client, clock, signal, logger }: LeaseOptions): () => void {
  async function renew(controller: ControllerName): Promise<void> {
    const path = resourcePath(leases, 'flux-system', leaseName(controller));
    try {
      await client.json({ method: 'PATCH', path, body: { spec: { renewTime: microTime(clock.now()) } }, signal });
    } catch (error) {
      // A cluster without Leases has controllers that need no leader.
      if (signal.aborted || (error instanceof KubeError && error.httpStatus === 404)) return;
      logger?.error({ error, controller }, 'a simulated controller could not renew its lease');
    }
  }

  let cancel: () => void;
  function next(): void {
    cancel = clock.after(renewEvery, () => {
      if (signal.aborted) return;
      for (const controller of Object.keys(controllerVersions) as ControllerName[]) void renew(controller);
      next();
    });
  }
  next();
  return () => cancel();
}
