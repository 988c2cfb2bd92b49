import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveBinary, type Progress } from './build.ts';
import type { Binary, ResolvedBinary } from './binaries.ts';
import { createAuthority, createServerCertificate, createSigningKey, type Authority } from './certificates.ts';
import { apiServerReady, clusterFrom, isComplete, type TestCluster } from './cluster.ts';
import {
  apiServerArguments,
  auditPolicy,
  controllerManagerArguments,
  etcdArguments,
  fluxControllerArguments,
  localUrl,
  port,
  portNames,
} from './control-plane.ts';
import { defaultFluxVersion } from './custom-resources.ts';
import { identities, identityGroups, kubeconfigText, rbacObjects, tokenLine } from './identities.ts';
import { withLock } from './lock.ts';
import { fluxControllers, isFluxController, selectParts, type FluxController, type Part } from './parts.ts';
import { freePorts } from './ports.ts';
import { isRunning, logTail, startProcess, stopProcesses } from './processes.ts';
import { registryConfiguration } from './registry.ts';
import { createObject } from './objects.ts';
import { RequestError } from './requests.ts';
import { clearFolder, clusterFolder, clearStopped, readState, writeState, type ClusterState } from './state.ts';
import { answers, waitFor } from './wait.ts';

export { attachCluster, type TestCluster } from './cluster.ts';

export type StartOptions = {
  /** Names the state folder and the kubeconfigs' cluster; `default` unless given. */
  name?: string;
  /** State folder; `.cluster/<name>` of the checkout unless given. */
  folder?: string;
  /** Whose CRDs are installed, as `2.9.4`; `none` for a cluster without Flux. */
  fluxVersion?: string;
  /** The parts to run beside etcd and kube-apiserver; all unless given. */
  only?: readonly string[];
  /** Outlive this process. Otherwise every process of the cluster ends with it, however it ends. */
  detached?: boolean;
  /** Told about builds and other things that take long. */
  progress?: Progress;
};

type Starting = {
  folder: string;
  state: ClusterState;
  binaries: Map<Binary, ResolvedBinary>;
  bound: boolean;
};

/** API groups in the one version that a controller speaks. Without it the controller ends at once. */
const neededApis: Partial<Record<FluxController, string>> = {
  'image-automation-controller': 'image.toolkit.fluxcd.io/v1',
  'image-reflector-controller': 'image.toolkit.fluxcd.io/v1',
  'source-watcher': 'source.extensions.fluxcd.io/v1beta1',
};

async function resolveBinaries(
  parts: readonly Part[],
  options: StartOptions,
): Promise<{ binaries: Map<Binary, ResolvedBinary>; missing: Record<string, string> }> {
  const wanted: Binary[] = ['etcd', 'kube-apiserver', ...parts.filter((part) => part !== 'git')];
  const binaries = new Map<Binary, ResolvedBinary>();
  const missing: Record<string, string> = {};
  for (const name of wanted) {
    const binary = await resolveBinary(name, options.progress ?? (() => undefined));
    if (binary) binaries.set(name, binary);
    else missing[name] = 'no Go module builds it here, and FLUX_CONTROLLERS_DIR holds none';
  }
  return { binaries, missing };
}

function writeCertificates(folder: string): Authority {
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates, { recursive: true, mode: 0o700 });
  const authority = createAuthority('sluice test cluster');
  const names = ['localhost', '127.0.0.1', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '10.96.0.1'];
  const server = createServerCertificate(authority, names);
  writeFileSync(join(certificates, 'authority.crt'), authority.certificate);
  writeFileSync(join(certificates, 'server.crt'), server.certificate);
  writeFileSync(join(certificates, 'server.key'), server.key, { mode: 0o600 });
  writeFileSync(join(certificates, 'service-accounts.key'), createSigningKey(), { mode: 0o600 });
  return authority;
}

/** Users of the processes themselves: each its own, so that the audit log tells them from the suites. */
const processUsers = ['kube-controller-manager', ...fluxControllers] as const;

function writeCredentials(folder: string, state: ClusterState, authority: Authority): void {
  const lines: string[] = [];
  const write = (user: string, path: string, groups: readonly string[]): void => {
    const token = randomBytes(24).toString('hex');
    state.tokens[user] = token;
    lines.push(tokenLine(user, token, groups));
    const text = kubeconfigText({
      cluster: state.name,
      server: `https://127.0.0.1:${port(state.ports, 'kube-apiserver')}`,
      certificateAuthority: authority.certificate,
      user,
      token,
    });
    writeFileSync(path, text, { mode: 0o600 });
  };
  mkdirSync(join(folder, 'controllers'), { recursive: true });
  for (const identity of identities) write(identity, join(folder, `${identity}.kubeconfig`), identityGroups(identity));
  for (const user of processUsers) {
    write(user, join(folder, 'controllers', `${user}.kubeconfig`), ['system:masters']);
  }
  writeFileSync(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

async function start(
  starting: Starting,
  name: string,
  command: { path: string; version?: string },
  parameters: readonly string[],
  environment: Record<string, string> = {},
): Promise<void> {
  const { folder, state, bound } = starting;
  const record = await startProcess({
    name,
    command: command.path,
    arguments: parameters,
    environment,
    logFile: join(folder, `${name}.log`),
    bound,
    ...(command.version !== undefined && { version: command.version }),
  });
  state.processes.push(record);
  writeState(folder, state);
}

function binaryOf(starting: Starting, name: Binary): ResolvedBinary {
  const binary = starting.binaries.get(name);
  if (!binary) throw new Error(`There is no binary of ${name}.`);
  return binary;
}

/** Waits for an address of a process that must stay alive meanwhile. */
async function answered(starting: Starting, name: string, url: string): Promise<void> {
  const alive = (): void => {
    const record = starting.state.processes.find((process) => process.name === name);
    if (!record || !isRunning(record)) {
      throw new Error(`${name} has ended:\n${logTail(join(starting.folder, `${name}.log`))}`);
    }
  };
  await waitFor(name, () => answers(url), { seconds: 60, alive });
}

async function startControlPlane(starting: Starting): Promise<void> {
  const { folder, state } = starting;
  await start(starting, 'etcd', binaryOf(starting, 'etcd'), etcdArguments(folder, state.ports));
  await answered(starting, 'etcd', `${localUrl(state.ports, 'etcd')}/health`);
  writeFileSync(join(folder, 'audit-policy.json'), JSON.stringify(auditPolicy));
  const server = binaryOf(starting, 'kube-apiserver');
  const parameters = apiServerArguments(folder, state.ports);
  state.apiServer = { command: server.path, arguments: parameters, version: server.version };
  await start(starting, 'kube-apiserver', server, parameters);
}

async function startRegistry(starting: Starting): Promise<void> {
  const { folder, state } = starting;
  const configuration = join(folder, 'registry.yaml');
  writeFileSync(configuration, registryConfiguration(join(folder, 'registry'), port(state.ports, 'registry')));
  const environment = { OTEL_TRACES_EXPORTER: 'none' };
  await start(starting, 'registry', binaryOf(starting, 'registry'), ['serve', configuration], environment);
  await answered(starting, 'registry', `${localUrl(state.ports, 'registry')}/v2/`);
}

async function startGit(starting: Starting): Promise<void> {
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

async function startFluxControllers(
  starting: Starting,
  cluster: TestCluster,
  wanted: readonly FluxController[],
): Promise<void> {
  const { folder, state } = starting;
  const events = wanted.includes('notification-controller');
  const running: FluxController[] = [];
  for (const name of wanted) {
    const api = neededApis[name];
    if (api && !(await isServed(cluster, api))) {
      state.missing[name] = `Flux ${state.fluxVersion} does not serve ${api}`;
      continue;
    }
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
    running.push(name);
  }
  await Promise.all(
    running.map((name) => answered(starting, name, `${localUrl(state.ports, `${name}-health`)}/readyz`)),
  );
}

async function startAll(starting: Starting, parts: readonly Part[], fluxVersion: string): Promise<TestCluster> {
  const { folder, state, bound } = starting;
  const has = (part: Part): boolean => parts.includes(part);
  await Promise.all([
    startControlPlane(starting),
    has('registry') ? startRegistry(starting) : undefined,
    has('git') ? startGit(starting) : undefined,
  ]);
  const cluster = clusterFrom(folder, state, { bound });
  await apiServerReady(folder, state, cluster.request);
  for (const object of rbacObjects()) await createObject(cluster.request, object);
  await cluster.installCustomResources(fluxVersion);
  if (has('kube-controller-manager')) {
    const manager = binaryOf(starting, 'kube-controller-manager');
    await start(starting, 'kube-controller-manager', manager, controllerManagerArguments(folder));
  }
  if (fluxVersion !== 'none') {
    const wanted = parts.filter(isFluxController).filter((name) => starting.binaries.has(name));
    await startFluxControllers(starting, cluster, wanted);
  }
  state.complete = true;
  writeState(folder, state);
  return clusterFrom(folder, state, { bound });
}

async function startIn(folder: string, name: string, options: StartOptions): Promise<TestCluster> {
  const parts = selectParts(options.only);
  const fluxVersion = options.fluxVersion ?? defaultFluxVersion;
  const previous = readState(folder);
  if (previous && isComplete(previous)) throw new Error(`The cluster "${name}" runs already (${folder}).`);
  if (previous) await stopProcesses(previous.processes);

  const { binaries, missing } = await resolveBinaries(parts, options);
  clearFolder(folder);
  const state: ClusterState = {
    name,
    fluxVersion,
    complete: false,
    ports: await freePorts(portNames(fluxControllers)),
    tokens: {},
    processes: [],
    missing,
    apiServer: { command: '', arguments: [], version: '' },
  };
  writeCredentials(folder, state, writeCertificates(folder));
  const starting: Starting = { folder, state, binaries, bound: !options.detached };
  try {
    return await startAll(starting, parts, fluxVersion);
  } catch (error) {
    await stopProcesses(state.processes);
    clearStopped(folder);
    throw error;
  }
}

/**
 * Builds what is missing and starts a cluster of its own: etcd, kube-apiserver, the CRDs of one Flux version, the
 * identities' rights, and the parts asked for.
 *
 * @throws Error when a cluster of that name runs already, a part is unknown, or a process does not become ready (with
 * the end of its log).
 */
export async function startCluster(options: StartOptions = {}): Promise<TestCluster> {
  const name = options.name ?? 'default';
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name))
    throw new Error(`A cluster's name is lower case letters, digits and "-": ${name}`);
  const folder = options.folder ?? clusterFolder(name);
  return withLock(`${folder}.lock`, { waitSeconds: 5 }, () => startIn(folder, name, options));
}
