import { startSandboxApi } from './api/server.ts';
import type { SandboxApi, SandboxApiOptions } from './api/server.ts';
import { company } from './company/index.ts';
import { people, rights } from './company/rights.ts';
import { bulk } from './company/scale.ts';

export interface SandboxOptions {
  /** A free one by default. */
  port?: number;
  /** So many objects more, that no controller touches. */
  scale?: number;
  clock?: () => Date;
  logger?: NonNullable<SandboxApiOptions['logger']>;
}

/** A running demo cluster: the API, the company in it, and its controllers. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The administrator's kubeconfig, YAML. `api.kubeconfig(name)` gives those of viewer, tenant, deployer and nobody. */
  kubeconfig: string;
  api: SandboxApi;
  close(): Promise<void>;
}

/** Starts the embedded cluster in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = () => new Date(), scale = 0 } = options;
  const api = await startSandboxApi({
    clock,
    users: people,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  });
  const now = clock();
  api.load([...company({ now }), ...rights(), ...bulk(scale, { now })]);
  return { url: api.url, kubeconfig: api.kubeconfig(), api, close: () => api.close() };
}
