import { tokenCredentials } from '../server/kube/credentials.ts';
import { startSandboxApi } from './api/server.ts';
import type { FileServer } from './api/service-proxy.ts';
import type { SandboxApi, SandboxApiOptions } from './api/server.ts';
import { writeAppLogs } from './company/app-logs.ts';
import { withClusterIPs } from './cluster-ips.ts';
import { company } from './company/index.ts';
import { pastLog } from './company/past-log.ts';
import { people, rights } from './company/rights.ts';
import { bulk } from './company/scale.ts';
import { wallClock } from './controllers/clock.ts';
import type { Clock } from './controllers/clock.ts';
import { startControllers } from './controllers/index.ts';
import type { World } from './controllers/world.ts';
import { createArtifactStorage, storeArtifacts } from './storage/artifact-storage.ts';
import { withChangesByHand } from './storage/by-hand.ts';
import type { StoryName } from './story/index.ts';

interface SandboxOptions {
  /** What happens by itself: `calm` by default, `still` for tests. */
  story?: StoryName;
  /** What chance is drawn from; the same seed and clock tell the same story. */
  seed?: number;
  /** A free one by default. */
  port?: number;
  /** So many objects more, that no controller touches. */
  scale?: number;
  /** `false`: the API and the company alone, and nobody to look after it. */
  controllers?: boolean;
  clock?: Clock;
  logger?: NonNullable<SandboxApiOptions['logger']>;
}

/** A running demo cluster: the API, the company in it, and its controllers. */
interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The administrator's kubeconfig, YAML. `api.kubeconfig(name)` gives those of viewer, tenant, deployer and nobody. */
  kubeconfig: string;
  api: SandboxApi;
  /** What lies outside the cluster: to push commits, to let things fail and heal. Undefined without controllers. */
  world: World | undefined;
  close(): Promise<void>;
}

/** Starts the embedded cluster in this process. Its controllers work as clients of its API, as real ones do. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = wallClock, scale = 0, logger, story = 'calm', seed = 1 } = options;
  const servers = new Map<string, FileServer>();
  const api = await startSandboxApi({
    clock: () => clock.now(),
    users: people,
    servers,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(logger === undefined ? {} : { logger }),
  });
  try {
    const now = clock.now();
    const objects = company({ now });
    const storage = createArtifactStorage(objects);
    await storeArtifacts(objects, storage);
    servers.set('flux-system/source-controller:80', (path) => storage.files.get(path));
    api.load([...withClusterIPs(withChangesByHand(objects, now)), ...rights(), ...bulk(scale, { now })]);
    for (const line of pastLog(objects)) api.writeLog(line);
    writeAppLogs(objects, now, api);
    const controllers =
      options.controllers === false
        ? undefined
        : await startControllers({
            credentials: tokenCredentials({ server: api.url, token: api.adminToken }),
            story,
            seed,
            clock,
            writeLog: api.writeLog,
            keepArtifact: storage.keep,
            heldBack: storage.heldBack,
            ...(logger === undefined ? {} : { logger }),
          });
    return {
      url: api.url,
      kubeconfig: api.kubeconfig(),
      api,
      world: controllers?.world,
      async close() {
        await controllers?.close();
        await api.close();
      },
    };
  } catch (error) {
    await api.close();
    throw error;
  }
}
