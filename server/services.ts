import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Cluster, WatchDefinition } from './kube/cluster.ts';
import type { Identity } from './kube/identity.ts';
import type { Audit } from './operations/audit.ts';
import { createAudit } from './operations/audit-in-memory.ts';
import { createOperations } from './operations/registry.ts';
import type { Operations } from './operations/registry.ts';
import { createRuns } from './operations/runs-in-memory.ts';
import type { Runs } from './operations/run.ts';
import type { Plugin } from './plugins/define.ts';
import { createPluginHost } from './plugins/registry.ts';
import type { PluginHost } from './plugins/registry.ts';

/** The clusters that are shown. */
export interface Clusters {
  list(): readonly Cluster[];
  readonly default: Cluster;
  get(name: string): Cluster | undefined;
}

/** All parts of the running server, made once and handed to whoever needs them. */
export interface Services {
  config: Config;
  logger: Logger;
  clusters: Clusters;
  plugins: PluginHost;
  runs: Runs;
  audit: Audit;
  operations: Operations;
  /**
   * Who asks a cluster: for now the identity of its own credentials, which has another name in every cluster, or the one
   * given by --as.
   */
  identityOf(request: IncomingMessage, cluster: Cluster): Identity;
  startedAt: Date;
  /** The server is about to end: it is not ready any more and takes no actions. */
  draining(): boolean;
}

interface ServicesOptions {
  config: Config;
  logger: Logger;
  plugins: readonly Plugin[];
  /** Opens the clusters with what the plugins want to be watched. Returns at once; connections come up by themselves. */
  connect(watches: readonly WatchDefinition[]): Promise<readonly Cluster[]>;
}

/** Services and their end. */
export interface RunningServices extends Services {
  /** No new actions; those under way get the time, then are told to stop, and a second more to be written down. */
  drain(milliseconds: number): Promise<void>;
  /** Closes plugins and clusters. */
  close(): Promise<void>;
}

/** The clusters by name; the first one is the default. Throws when there is none. */
export function clustersOf(list: readonly Cluster[]): Clusters {
  const [first] = list;
  if (first === undefined) throw new Error('There is no cluster to show.');
  return { list: () => list, default: first, get: (name) => list.find((cluster) => cluster.name === name) };
}

const eventsGet = 1_000;

/** Builds everything the server consists of, nothing of it global. */
export async function createServices({ config, logger, plugins, connect }: ServicesOptions): Promise<RunningServices> {
  let draining = false;
  const audit = createAudit({ logger });
  const runs = createRuns();
  const host = createPluginHost({ plugins, config, logger, runs, audit });
  const clusters = clustersOf(await connect(host.watches));
  const operations = createOperations({ operations: host.operations, runs, audit, logger, draining: () => draining });

  function identityOf(_request: IncomingMessage, { self }: Cluster): Identity {
    if (config.as === undefined) return { name: self.name, groups: self.groups };
    return { name: config.as, groups: config.asGroup, impersonate: { user: config.as, groups: config.asGroup } };
  }

  return {
    config,
    logger,
    clusters,
    plugins: host,
    runs,
    audit,
    operations,
    identityOf,
    startedAt: new Date(),
    draining: () => draining,
    async drain(milliseconds) {
      draining = true;
      await runs.drain(milliseconds);
      // The Events about what has just ended are an extra: an API server that does not answer keeps nobody waiting.
      await Promise.race([operations.settled(), pause(eventsGet, undefined, { ref: false })]);
    },
    async close() {
      await host.close();
      await Promise.all(clusters.list().map((cluster) => cluster.close()));
    },
  };
}
