import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Logger } from 'pino';
import type { LoadedConfig } from './config.ts';
import { connectCluster } from './kube/connect.ts';
import { inClusterCredentials, kubeconfigCredentials } from './kube/credentials.ts';
import { readKubeconfig } from './kube/kubeconfig.ts';
import type { Cluster, WatchDefinition } from './kube/cluster.ts';

/** Where a cluster comes from. */
type Source =
  | { type: 'demo'; story: string | undefined; scale: number | undefined }
  | { type: 'in-cluster' }
  | { type: 'kubeconfig'; files: readonly string[] | undefined; context: string | undefined };

interface Choice {
  name: string | undefined;
  note: string | undefined;
  source: Source;
  /** How it came to be chosen, to follow "because": `--kubeconfig names it`. */
  because: string;
}

export interface ConnectionSurroundings {
  loaded: LoadedConfig;
  environment: Readonly<Record<string, string | undefined>>;
  homeDirectory: string;
}

const otherwise = 'Choose otherwise with --kubeconfig FILE, --context NAME or --demo.';
const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function filesOf(kubeconfig: string): string[] {
  return kubeconfig.split(delimiter).filter((path) => path !== '');
}

/** Which clusters to show, and why. Nothing is opened yet. */
export function chooseClusters({ loaded, environment, homeDirectory }: ConnectionSurroundings): Choice[] {
  const { config, origins } = loaded;
  if (config.demo) {
    return [
      {
        name: undefined,
        note: undefined,
        source: { type: 'demo', story: config.story, scale: config.scale },
        because: `${origins['demo']} asks for it`,
      },
    ];
  }
  const standing = join(homeDirectory, '.kube', 'config');
  const files = config.kubeconfig === undefined ? undefined : filesOf(config.kubeconfig);
  if (config.clusters.length > 0) {
    return config.clusters.map((cluster) => ({
      name: cluster.name,
      note: cluster.note,
      source: {
        type: 'kubeconfig',
        files: cluster.kubeconfig === undefined ? (files ?? [standing]) : filesOf(cluster.kubeconfig),
        context: cluster.context,
      },
      because: `${origins['clusters']} lists it`,
    }));
  }
  const { context } = config;
  if (files !== undefined) {
    const because = `${origins['kubeconfig']} names ${files.join(' and ')}`;
    return [{ name: undefined, note: undefined, source: { type: 'kubeconfig', files, context }, because }];
  }
  if (context !== undefined || existsSync(standing)) {
    const because = `${standing} is there`;
    return [{ name: undefined, note: undefined, source: { type: 'kubeconfig', files: [standing], context }, because }];
  }
  if (environment['KUBERNETES_SERVICE_HOST'] !== undefined && isReadable(serviceAccountToken)) {
    return [{ name: undefined, note: undefined, source: { type: 'in-cluster' }, because: 'Sluice runs in it' }];
  }
  return [
    {
      name: undefined,
      note: undefined,
      source: { type: 'demo', story: undefined, scale: undefined },
      because: `there is no KUBECONFIG, no ${standing} and no cluster around it`,
    },
  ];
}

/** The clusters that were opened, and what to say about the choice. */
interface OpenedClusters {
  clusters: readonly Cluster[];
  /** One line: which cluster, how it was chosen, and how to choose otherwise. */
  explanation: string;
}

interface OpenOptions extends ConnectionSurroundings {
  watches: readonly WatchDefinition[];
  logger: Logger;
}

async function openOne(choice: Choice, { loaded, watches, logger }: OpenOptions): Promise<Cluster> {
  const { source } = choice;
  const namespaces = loaded.config.namespaces.length === 0 ? {} : { namespaces: loaded.config.namespaces };
  if (source.type === 'demo') {
    // Only who looks at the demo loads it: it is as large as the rest of the server.
    const { startDemoCluster } = await import('../sandbox/demo.ts');
    return startDemoCluster({ watches, logger, story: source.story, scale: source.scale });
  }
  const from = source.type === 'kubeconfig' ? { files: source.files, context: source.context } : undefined;
  const credentials = from === undefined ? inClusterCredentials() : kubeconfigCredentials(from);
  const ownName = from === undefined ? 'in-cluster' : readKubeconfig(from).config.getCurrentContext();
  return connectCluster({
    name: choice.name ?? ownName,
    ...(choice.note === undefined ? {} : { note: choice.note }),
    credentials,
    watches,
    ...namespaces,
    logger,
  });
}

function explain(choices: readonly Choice[], clusters: readonly Cluster[]): string {
  const [first] = choices;
  const [cluster] = clusters;
  if (first === undefined || cluster === undefined) return otherwise;
  const others = clusters.length === 1 ? '' : ` and ${clusters.length - 1} more`;
  const what =
    first.source.type === 'demo'
      ? 'Shows the embedded demo cluster'
      : `Shows the cluster ${cluster.name}${others} (${cluster.client.server})`;
  return `${what}, because ${first.because}. ${otherwise}`;
}

/**
 * Opens the clusters that configuration and surroundings name. A kubeconfig that cannot be used throws; an API server
 * that does not answer does not: it is shown as unreachable and comes up by itself.
 */
export async function openClusters(options: OpenOptions): Promise<OpenedClusters> {
  const choices = chooseClusters(options);
  const clusters: Cluster[] = [];
  try {
    for (const choice of choices) clusters.push(await openOne(choice, options));
  } catch (error) {
    await Promise.all(clusters.map((cluster) => cluster.close()));
    throw error;
  }
  return { clusters, explanation: explain(choices, clusters) };
}
