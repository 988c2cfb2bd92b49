import type { KubeClient } from '../../server/kube/cluster.ts';
import { KubeError } from '../../server/kube/kube-error.ts';
import { resourcePath } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import type { Clock } from './clock.ts';
import { inform } from './informer.ts';

const deployments = { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true };
const rolloutTakes = 2_500;

interface DeploymentOptions {
  client: KubeClient;
  clock: Clock;
  signal: AbortSignal;
  logger?: { error(details: object, message: string): void };
}

/**
 * Lets Deployments that were well come to rest after a change, as whoever waits for a release expects. Those that were
 * not well stay as they are, and no pods are made. Resolves when it has seen all.
 */
export async function followDeployments({ client, clock, signal, logger }: DeploymentOptions): Promise<void> {
  async function settle({ metadata, spec }: KubeObject): Promise<void> {
    const replicas = spec?.['replicas'] ?? 1;
    const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
    const body = { status: { observedGeneration: metadata.generation, ...counts } };
    const path = resourcePath(deployments, metadata.namespace, metadata.name, 'status');
    try {
      await client.json({ method: 'PATCH', path, body, signal });
    } catch (error) {
      if (signal.aborted || (error instanceof KubeError && error.httpStatus === 404)) return;
      logger?.error({ error, name: metadata.name }, 'a simulated rollout failed');
    }
  }

  await inform({
    client,
    resource: deployments,
    selector: '',
    clock,
    signal,
    onChange(object, previous) {
      if (object === undefined || previous === undefined || !wasWell(previous)) return;
      if (previous.metadata.generation === object.metadata.generation) return;
      clock.after(rolloutTakes, () => void settle(object));
    },
    onError: (error) => logger?.error({ error }, 'the simulated rollouts lost their watch'),
  });
}

function wasWell({ metadata, spec, status }: KubeObject): boolean {
  const wanted = spec?.['replicas'] ?? 1;
  return status?.['observedGeneration'] === metadata.generation && (status?.['availableReplicas'] ?? 0) === wanted;
}
