import { startArtifacts, writeEgress } from './artifacts.ts';
import { resolveBinary, type Progress } from './build.ts';
import { nodeBinaries, type Binary, type ResolvedBinary } from './binaries.ts';
import { apiServerReady, clusterFrom, isComplete, type TestCluster } from './cluster.ts';
import { controllerManagerArguments, portNames } from './control-plane.ts';
import { writeCertificates, writeCredentials } from './credentials.ts';
import { defaultFluxVersion } from './custom-resources.ts';
import { rbacObjects } from './identities.ts';
import { withLock } from './lock.ts';
import { whyNoNode } from './node/check.ts';
import { removeControlGroup, removeLeftControlGroups } from './node/control-groups.ts';
import { fluxImages, installFlux } from './node/flux.ts';
import { joinNode, newNode, startContainers } from './node/start-node.ts';
import { nodeTools } from './node/tools.ts';
import { createObject } from './objects.ts';
import { fluxControllers, isBuilt, isFluxController, selectParts, type Part } from './parts.ts';
import { freePorts } from './ports.ts';
import { stopProcesses } from './processes.ts';
import { servedControllers, startControlPlane, startFluxControllers, startGit, startRegistry } from './start-parts.ts';
import { binaryOf, start, type Starting } from './starting.ts';
import { clearFolder, clusterFolder, clearStopped, readState, writeState, type ClusterState } from './state.ts';

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
  /** With a node: every workload controller runs, pods run, and the Flux controllers run as Deployments. */
  node?: boolean;
  /** Outlive this process. Otherwise every process of the cluster ends with it, however it ends. */
  detached?: boolean;
  /** Told about builds and other things that take long. */
  progress?: Progress;
};

async function resolveBinaries(
  parts: readonly Part[],
  options: StartOptions,
): Promise<{ binaries: Map<Binary, ResolvedBinary>; missing: Record<string, string> }> {
  const wanted: Binary[] = ['etcd', 'kube-apiserver', ...parts.filter(isBuilt)];
  if (options.node) wanted.push(...nodeBinaries);
  const binaries = new Map<Binary, ResolvedBinary>();
  const missing: Record<string, string> = {};
  for (const name of wanted) {
    const binary = await resolveBinary(name, options.progress ?? (() => undefined));
    if (binary) binaries.set(name, binary);
    else missing[name] = 'no Go module builds it here, and FLUX_CONTROLLERS_DIR holds none';
  }
  return { binaries, missing };
}

async function startAll(
  starting: Starting,
  parts: readonly Part[],
  fluxVersion: string,
  progress: Progress,
): Promise<TestCluster> {
  const { folder, state, bound } = starting;
  const has = (part: Part): boolean => parts.includes(part);
  const controllers = fluxVersion === 'none' ? [] : parts.filter(isFluxController);
  const built = controllers.filter((name) => starting.binaries.has(name));
  const node = state.node && { ...starting, tools: await nodeTools(progress) };
  const containers = node && startContainers(node, fluxImages(built.map((name) => binaryOf(starting, name))));
  // Waited for below; a failure before that is the failure of the whole start.
  containers?.catch(() => undefined);
  await Promise.all([
    startControlPlane(starting, has('artifacts') ? writeEgress(starting) : undefined),
    has('registry') ? startRegistry(starting) : undefined,
    has('git') ? startGit(starting) : undefined,
    has('artifacts') ? startArtifacts(starting) : undefined,
  ]);
  const cluster = clusterFrom(folder, state, { bound });
  await apiServerReady(folder, state, cluster.request);
  for (const object of rbacObjects()) await createObject(cluster.request, object);
  await cluster.installCustomResources(fluxVersion);
  if (has('kube-controller-manager')) {
    const manager = binaryOf(starting, 'kube-controller-manager');
    await start(starting, 'kube-controller-manager', manager, controllerManagerArguments(folder, node !== undefined));
  }
  const served = await servedControllers(starting, cluster, built);
  if (node) {
    await containers;
    await joinNode(node, cluster);
    await installFlux(starting, cluster, served);
  } else {
    await startFluxControllers(starting, served);
  }
  state.complete = true;
  writeState(folder, state);
  return clusterFrom(folder, state, { bound });
}

async function startIn(folder: string, name: string, options: StartOptions): Promise<TestCluster> {
  const progress = options.progress ?? (() => undefined);
  // With a node there are real pods behind Services, and they are reached straight.
  const parts = selectParts(options.only).filter((part) => part !== 'artifacts' || !options.node);
  if (options.node && !parts.includes('kube-controller-manager')) parts.unshift('kube-controller-manager');
  const fluxVersion = options.fluxVersion ?? defaultFluxVersion;
  const previous = readState(folder);
  if (previous && isComplete(previous)) throw new Error(`The cluster "${name}" runs already (${folder}).`);
  if (previous) await stopProcesses(previous.processes);
  if (previous?.node) removeControlGroup(previous.node.controlGroup);
  if (options.node) {
    const reason = await whyNoNode(folder, progress);
    if (reason) throw new Error(`No node can run here: ${reason}.`);
    removeLeftControlGroups();
  }

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
    ...(options.node && { node: newNode() }),
  };
  writeCredentials(folder, state, writeCertificates(folder, state));
  const starting: Starting = { folder, state, binaries, bound: !options.detached };
  try {
    return await startAll(starting, parts, fluxVersion, progress);
  } catch (error) {
    await stopProcesses(state.processes);
    if (state.node) removeControlGroup(state.node.controlGroup);
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
