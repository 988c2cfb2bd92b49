import type { Logger } from 'pino';
import type { Cluster, WatchDefinition } from '../server/kube/cluster.ts';
import { connectCluster } from '../server/kube/connect.ts';
import { kubeconfigCredentials } from '../server/kube/credentials.ts';
import { startSandbox } from './start.ts';
import { storyNamed } from './story/index.ts';

interface DemoOptions {
  watches: readonly WatchDefinition[];
  logger: Logger;
  /** `calm` by default. */
  story?: string | undefined;
  /** So many Flux objects more, to see how Sluice is with many; none by default. */
  scale?: number | undefined;
}

const note = 'Demo cluster: invented data, simulated controllers. Nothing here is real, and nothing is kept.';

/**
 * Starts the embedded cluster and connects to it as its administrator, over HTTP as to any other. Closing the cluster
 * ends both. Throws invalid for a story that nobody knows.
 */
export async function startDemoCluster({ watches, logger, story = 'calm', scale = 0 }: DemoOptions): Promise<Cluster> {
  const sandbox = await startSandbox({ story: storyNamed(story), scale, logger });
  try {
    const credentials = kubeconfigCredentials({ text: sandbox.kubeconfig });
    const cluster = connectCluster({ name: 'demo', note, credentials, watches, logger });
    const disconnect = cluster.close.bind(cluster);
    return Object.assign(cluster, {
      close: async () => {
        await disconnect();
        await sandbox.close();
      },
    });
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}
