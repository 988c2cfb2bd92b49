import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestCluster } from './cluster.ts';
import {
  apiServerArguments,
  auditPolicy,
  etcdArguments,
  fluxControllerArguments,
  localUrl,
  port,
} from './control-plane.ts';
import type { FluxController } from './parts.ts';
import { registryConfiguration } from './registry.ts';
import { RequestError } from './requests.ts';
import { answered, binaryOf, start, type Starting } from './starting.ts';
import { waitFor } from './wait.ts';

/** API groups in the one version that a controller speaks. Without it the controller ends at once. */
const neededApis: Partial<Record<FluxController, string>> = {
  'image-automation-controller': 'image.toolkit.fluxcd.io/v1',
  'image-reflector-controller': 'image.toolkit.fluxcd.io/v1',
  'source-watcher': 'source.extensions.fluxcd.io/v1beta1',
};

/** `egress` names the file that says how the API server reaches Services and pods; straight unless given. */
export async function startControlPlane(starting: Starting, egress?: string): Promise<void> {
  const { folder, state } = starting;
  await start(starting, 'etcd', binaryOf(starting, 'etcd'), etcdArguments(folder, state.ports));
  await answered(starting, 'etcd', `${localUrl(state.ports, 'etcd')}/health`);
  writeFileSync(join(folder, 'audit-policy.json'), JSON.stringify(auditPolicy));
  const server = binaryOf(starting, 'kube-apiserver');
  const parameters = apiServerArguments(folder, state.ports, { node: state.node !== undefined, egress });
  state.apiServer = { command: server.path, arguments: parameters, version: server.version };
  await start(starting, 'kube-apiserver', server, parameters);
}

export async function startRegistry(starting: Starting): Promise<void> {
  const { folder, state } = starting;
  const configuration = join(folder, 'registry.yaml');
  writeFileSync(configuration, registryConfiguration(join(folder, 'registry'), port(state.ports, 'registry')));
  const environment = { OTEL_TRACES_EXPORTER: 'none' };
  await start(starting, 'registry', binaryOf(starting, 'registry'), ['serve', configuration], environment);
  await answered(starting, 'registry', `${localUrl(state.ports, 'registry')}/v2/`);
}

export async function startGit(starting: Starting): Promise<void> {
  const { folder, state } = starting;
  const repositories = join(folder, 'git');
  mkdirSync(repositories, { recursive: true });
  const script = fileURLToPath(import.meta.resolve('./git-server.ts'));
  const parameters = [script, repositories, String(port(state.ports, 'git'))];
  await start(starting, 'git', { path: process.execPath }, parameters);
  const url = localUrl(state.ports, 'git');
  const listening = (): Promise<boolean> => fetch(url).then((response) => response.arrayBuffer().then(() => true));
  await waitFor('the Git server', listening, { seconds: 20 });
}

async function isServed(cluster: TestCluster, api: string): Promise<boolean> {
  try {
    await cluster.request('GET', `/apis/${api}`);
    return true;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return false;
    throw error;
  }
}

/** Those of the wanted controllers whose API the cluster serves. The others are recorded as missing. */
export async function servedControllers(
  { state }: Starting,
  cluster: TestCluster,
  wanted: readonly FluxController[],
): Promise<FluxController[]> {
  const served: FluxController[] = [];
  for (const name of wanted) {
    const api = neededApis[name];
    if (!api || (await isServed(cluster, api))) served.push(name);
    else state.missing[name] = `Flux ${state.fluxVersion} does not serve ${api}`;
  }
  return served;
}

/** Starts Flux controllers as processes beside the API server and waits until they are ready. */
export async function startFluxControllers(starting: Starting, names: readonly FluxController[]): Promise<void> {
  const { folder, state } = starting;
  const events = names.includes('notification-controller');
  for (const name of names) {
    const home = join(folder, 'controllers', name);
    mkdirSync(home, { recursive: true });
    mkdirSync(join(folder, 'controllers', 'storage'), { recursive: true });
    const parameters = fluxControllerArguments(name, { folder, ports: state.ports, events });
    await start(starting, name, binaryOf(starting, name), parameters, {
      KUBECONFIG: join(folder, 'controllers', `${name}.kubeconfig`),
      RUNTIME_NAMESPACE: 'flux-system',
      HOME: home,
      TMPDIR: home,
    });
  }
  await Promise.all(names.map((name) => answered(starting, name, `${localUrl(state.ports, `${name}-health`)}/readyz`)));
}
