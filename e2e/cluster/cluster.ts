import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactFolder } from './artifacts.ts';
import { fluxCustomResources, type CustomResource } from './custom-resources.ts';
import { localUrl, port } from './control-plane.ts';
import { gitServer, type GitServer } from './git.ts';
import type { Identity } from './identities.ts';
import { removeControlGroup } from './node/control-groups.ts';
import { isFluxController } from './parts.ts';
import { isRunning, killProcesses, logTail, startProcess, stopProcesses } from './processes.ts';
import { registryAt, type Registry } from './registry.ts';
import { createRequester, RequestError } from './requests.ts';
import { clearStopped, readState, writeState, type ClusterState } from './state.ts';
import { waitFor } from './wait.ts';

/** A running cluster, started by this process or by another one. */
export type TestCluster = {
  name: string;
  /** State, kubeconfigs and logs. */
  folder: string;
  /** `https://127.0.0.1:<port>`. */
  server: string;
  fluxVersion: string;
  /** Version of each Flux controller that runs. */
  controllers: Record<string, string>;
  /** What does not run although it was wanted, and why. */
  missing: Record<string, string>;
  /** One JSON object per line, written before the request is answered. */
  auditLog: string;
  git: GitServer;
  registry: Registry;
  /** The artifact server, and the folder whose files it offers; undefined where that part does not run. */
  artifacts: { folder: string; port: number } | undefined;
  /** Path of an identity's kubeconfig. */
  kubeconfig(identity: Identity): string;
  /**
   * One raw call to the API server, as admin unless told otherwise. A text body is sent as it is.
   *
   * @throws RequestError at status 400 and above.
   */
  request: <T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
    identity?: Identity,
  ) => Promise<T>;
  /** Kills the API server without warning, and starts it again on the same port with the same data. */
  apiServer: { readonly pid: number; kill(): Promise<void>; start(): Promise<void> };
  /**
   * Compacts etcd up to now. A watch on an older version gets 410 from an API server that was started afterwards; a
   * running one still answers from its own cache.
   */
  compact(): Promise<void>;
  /** Installs the CRDs of a Flux version and waits until they are served. */
  installCustomResources(version: string): Promise<void>;
  /** Deletes the CRDs of a Flux version with all their objects; hangs on objects with a finalizer nobody removes. */
  removeCustomResources(version: string): Promise<void>;
  /** Ends every process of the cluster and removes everything but its logs. */
  stop(): Promise<void>;
};

type Request = TestCluster['request'];

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type Definition = { status?: { conditions?: { type: string; status: string }[] } };

async function isEstablished(request: Request, name: string): Promise<boolean> {
  const definition = await request<Definition>('GET', `${definitions}/${name}`);
  return (definition.status?.conditions ?? []).some(({ type, status }) => type === 'Established' && status === 'True');
}

async function isGone(request: Request, name: string): Promise<boolean> {
  try {
    await request('GET', `${definitions}/${name}`);
    return false;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return true;
    throw error;
  }
}

async function install(request: Request, resources: readonly CustomResource[]): Promise<void> {
  const parameters = 'fieldManager=sluice-test-cluster&force=true';
  await Promise.all(
    resources.map(({ name, text }) =>
      request('PATCH', `${definitions}/${name}?${parameters}`, text, 'application/apply-patch+yaml'),
    ),
  );
  await Promise.all(
    resources.map(({ name }) => waitFor(`CRD ${name}`, () => isEstablished(request, name), { seconds: 30 })),
  );
}

async function remove(request: Request, resources: readonly CustomResource[]): Promise<void> {
  await Promise.all(resources.map(({ name }) => request('DELETE', `${definitions}/${name}`)));
  await Promise.all(
    resources.map(({ name }) => waitFor(`the end of CRD ${name}`, () => isGone(request, name), { seconds: 60 })),
  );
}

async function etcdCall<T>(url: string, body: unknown): Promise<T> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function compact(etcd: string): Promise<void> {
  const key = Buffer.from('/registry').toString('base64');
  const { header } = await etcdCall<{ header: { revision: string } }>(`${etcd}/v3/kv/range`, { key });
  await etcdCall(`${etcd}/v3/kv/compaction`, { revision: header.revision, physical: true });
}

/** Waits until the API server answers; an API server that has ended is reported with the end of its log. */
export async function apiServerReady(folder: string, state: ClusterState, request: Request): Promise<void> {
  const alive = (): void => {
    const record = state.processes.find(({ name }) => name === 'kube-apiserver');
    if (!record || !isRunning(record)) {
      throw new Error(`kube-apiserver has ended:\n${logTail(join(folder, 'kube-apiserver.log'))}`);
    }
  };
  await waitFor('the API server', async () => (await request<string>('GET', '/readyz')) === 'ok', {
    seconds: 60,
    alive,
  });
}

function apiServerControl(folder: string, state: ClusterState, request: Request, bound: boolean) {
  const record = () => {
    const found = state.processes.find(({ name }) => name === 'kube-apiserver');
    if (!found) throw new Error('The API server was never started.');
    return found;
  };
  return {
    get pid() {
      return record().pid;
    },
    kill: () => killProcesses([record()]),
    async start() {
      const old = record();
      if (isRunning(old)) throw new Error(`The API server runs already (pid ${old.pid}).`);
      const { command, arguments: parameters, version } = state.apiServer;
      const logFile = join(folder, 'kube-apiserver.log');
      const next = { name: 'kube-apiserver', command, arguments: parameters, logFile, bound, version };
      state.processes[state.processes.indexOf(old)] = await startProcess(next);
      writeState(folder, state);
      await apiServerReady(folder, state, request);
    },
  };
}

/** The cluster that a state describes. `bound` processes die with this one. */
export function clusterFrom(folder: string, state: ClusterState, options: { bound: boolean }): TestCluster {
  const server = `https://127.0.0.1:${port(state.ports, 'kube-apiserver')}`;
  const requester = createRequester(server, readFileSync(join(folder, 'certificates', 'authority.crt'), 'utf8'));
  const request = <T>(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
    identity: Identity = 'admin',
  ): Promise<T> => {
    const token = state.tokens[identity] ?? '';
    return requester.send({ method, path, body, contentType, token }) as Promise<T>;
  };
  const controllers = state.processes
    .filter(({ name }) => isFluxController(name))
    .map(({ name, version }): [string, string] => [name, version ?? '']);
  // What pods reach as well.
  const host = state.node?.network.gateway ?? '127.0.0.1';

  return {
    name: state.name,
    folder,
    server,
    fluxVersion: state.fluxVersion,
    controllers: { ...Object.fromEntries(controllers), ...state.node?.controllers },
    missing: state.missing,
    auditLog: join(folder, 'audit.log'),
    git: gitServer(join(folder, 'git'), `http://${host}:${port(state.ports, 'git')}`),
    artifacts: state.processes.some((process) => process.name === 'artifacts')
      ? { folder: artifactFolder(folder), port: port(state.ports, 'artifacts') }
      : undefined,
    registry: registryAt(`${host}:${port(state.ports, 'registry')}`),
    kubeconfig: (identity) => join(folder, `${identity}.kubeconfig`),
    request,
    apiServer: apiServerControl(folder, state, request, options.bound),
    compact: () => compact(localUrl(state.ports, 'etcd')),
    installCustomResources: async (version) => install(request, await fluxCustomResources(version)),
    removeCustomResources: async (version) => remove(request, await fluxCustomResources(version)),
    async stop() {
      requester.close();
      await stopProcesses(state.processes.toReversed());
      if (state.node) removeControlGroup(state.node.controlGroup);
      clearStopped(folder);
    },
  };
}

/** True when a cluster was started to the end and all of it still runs. */
export const isComplete = (state: ClusterState): boolean => state.complete && state.processes.every(isRunning);

/** The cluster another process started in this folder, or undefined when none runs there. */
export function attachCluster(folder: string): TestCluster | undefined {
  const state = readState(folder);
  if (!state?.complete || !state.processes.some(isRunning)) return undefined;
  return clusterFrom(folder, state, { bound: false });
}
