import { tmpdir } from 'node:os';
import { loadConfig } from '../config.ts';
import type { Config } from '../config.ts';
import type { Cluster, WatchDefinition } from '../kube/cluster.ts';
import { createLogger } from '../logger.ts';
import { serveServices } from '../main.ts';
import { builtInPlugins } from '../plugins/built-in.ts';
import type { Plugin } from '../plugins/define.ts';
import { createServices } from '../services.ts';
import type { RunningServices } from '../services.ts';

interface RealAppOptions {
  /** The clusters to show, made with what the plugins want to be watched. The first one is the default. */
  clusters: readonly Cluster[] | ((watches: readonly WatchDefinition[]) => readonly Cluster[]);
  plugins?: readonly Plugin[];
  config?: Partial<Config>;
}

/** The whole server on a free port of this machine, over the given clusters; silent, and nothing read from outside. */
export interface RealApp {
  /** Without a slash at its end: `http://127.0.0.1:40123`. */
  url: string;
  services: RunningServices;
  close(): Promise<void>;
}

export async function startRealApp({ clusters, plugins = builtInPlugins, config }: RealAppOptions): Promise<RealApp> {
  const flags = { port: ['0'], 'log-level': ['silent'] };
  // The system's folder for temporary files holds no sluice.yaml of ours.
  const loaded = loadConfig({ flags, environment: {}, directory: `${tmpdir()}/sluice-without-file`, plugins });
  const effective = { ...loaded.config, ...config };
  const services = await createServices({
    config: effective,
    logger: createLogger(effective),
    plugins,
    connect: async (watches) => (typeof clusters === 'function' ? clusters(watches) : clusters),
  });
  const { url, close } = await serveServices(services);
  return { url: url.replace(/\/$/, ''), services, close };
}
