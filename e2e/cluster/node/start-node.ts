import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeBinaries } from '../binaries.ts';
import type { TestCluster } from '../cluster.ts';
import { port } from '../control-plane.ts';
import { createObjects } from '../objects.ts';
import { startTime } from '../processes.ts';
import { binaryOf, start, stillRuns, type Starting } from '../starting.ts';
import { writeState, type NodeState } from '../state.ts';
import { waitFor } from '../wait.ts';
import {
  containerdConfiguration,
  imageRegistry,
  kubeletArguments,
  kubeletConfiguration,
  nodeName,
  pauseImage,
  podNetwork,
  proxyArguments,
  registryHosts,
  schedulerArguments,
  workloadImage,
} from './configuration.ts';
import { imageOf, type ImageOptions } from './image.ts';
import { controlGroupPrefix, makeControlGroup } from './control-groups.ts';
import { chooseNetwork, connectNode } from './network.ts';
import { apiServerEndpoints, dnsImage, dnsObjects, proxyBinding } from './objects.ts';
import type { NodeTools } from './tools.ts';

const run = promisify(execFile);

/** A cluster on its way up that gets a node. */
export type StartingNode = Starting & { tools: NodeTools };

/** An image of the binary at a path. */
export type ImageSource = Omit<ImageOptions, 'binary'> & { path: string };

/** A node that is not yet started, with names that no other on this machine has. */
export function newNode(): NodeState {
  const controlGroup = `${controlGroupPrefix}${randomBytes(4).toString('hex')}`;
  return { network: chooseNetwork(), pid: 0, controlGroup, controllers: {} };
}

const initScript = fileURLToPath(import.meta.resolve('./init.sh'));
const forwardScript = fileURLToPath(import.meta.resolve('./forward.ts'));

function nodeOf({ state }: Starting): NodeState {
  if (!state.node) throw new Error('This cluster has no node.');
  return state.node;
}

/** Parameters of `nsenter` that run a command inside of the node. */
function inside(starting: Starting, command: string, parameters: readonly string[]): string[] {
  const { pid } = nodeOf(starting);
  return ['--target', String(pid), '--mount', '--net', '--pid', '--', command, ...parameters];
}

function writeConfiguration(starting: StartingNode): void {
  const { folder, state, tools } = starting;
  const home = join(folder, 'node');
  const registry = join(home, 'registries', imageRegistry);
  for (const name of ['bin', 'networks', 'images']) mkdirSync(join(home, name), { recursive: true });
  mkdirSync(registry, { recursive: true });
  for (const name of nodeBinaries) symlinkSync(binaryOf(starting, name).path, join(home, 'bin', name));
  const { network, controlGroup } = nodeOf(starting);
  const registryUrl = `http://${network.gateway}:${port(state.ports, 'registry')}`;
  writeFileSync(join(home, 'containerd.toml'), containerdConfiguration(home, tools.runc));
  writeFileSync(join(registry, 'hosts.toml'), registryHosts(registryUrl));
  writeFileSync(join(home, 'networks', '10-pods.conflist'), JSON.stringify(podNetwork()));
  writeFileSync(join(home, 'resolv.conf'), '');
  const authority = join(folder, 'certificates', 'authority.crt');
  writeFileSync(join(home, 'kubelet.yaml'), kubeletConfiguration({ folder: home, authority, controlGroup }));
}

/** Starts the process that holds the node's namespaces, and connects them with the machine. */
async function startNamespaces(starting: StartingNode): Promise<void> {
  const { folder, state } = starting;
  const pidFile = join(folder, 'node', 'pid');
  const parameters = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
  await start(starting, 'node', { path: 'unshare' }, [...parameters, 'bash', initScript, pidFile]);
  const ready = async (): Promise<boolean> => existsSync(pidFile);
  await waitFor("the node's namespaces", ready, { seconds: 30, alive: stillRuns(starting, 'node') });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const node = nodeOf(starting);
  node.pid = pid;
  state.processes.push({ name: 'node-init', pid, startTime: startTime(pid) });
  writeState(folder, state);
  await connectNode(node.network, pid);
  const reachable = ['kube-apiserver', 'registry', 'git'].map((name) => String(port(state.ports, name)));
  await start(starting, 'node-forward', { path: process.execPath }, [
    forwardScript,
    node.network.gateway,
    ...reachable,
  ]);
}

function control(starting: StartingNode, parameters: readonly string[]): Promise<unknown> {
  const { path } = binaryOf(starting, 'ctr');
  return run('nsenter', inside(starting, path, ['--namespace', 'k8s.io', ...parameters]), { timeout: 120_000 });
}

async function startInside(
  starting: StartingNode,
  name: (typeof nodeBinaries)[number],
  parameters: readonly string[],
): Promise<void> {
  const { tools, folder } = starting;
  const { path, version } = binaryOf(starting, name);
  await start(starting, name, { path: 'nsenter', version }, inside(starting, path, parameters), {
    ...tools.environment,
    PATH: `${join(folder, 'node', 'bin')}:${tools.folder}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin`,
  });
}

async function importImage(starting: StartingNode, image: ImageSource): Promise<void> {
  const file = join(starting.folder, 'node', 'images', `${image.program}.tar`);
  writeFileSync(file, imageOf({ ...image, binary: readFileSync(image.path) }));
  await control(starting, ['images', 'import', '--local', file]);
}

function imagesOf(starting: StartingNode): ImageSource[] {
  const workload = binaryOf(starting, 'workload');
  const dns = binaryOf(starting, 'coredns');
  return [
    { names: [pauseImage, workloadImage], program: 'workload', path: workload.path },
    { names: [dnsImage(dns.version)], program: 'coredns', path: dns.path },
  ];
}

/**
 * Makes the node's namespaces and starts containerd in them, with the images of what is to run. Needs nothing of the
 * control plane but its ports.
 *
 * @throws Error when a part does not become ready, with the end of its log.
 */
export async function startContainers(starting: StartingNode, fluxImages: readonly ImageSource[]): Promise<void> {
  writeConfiguration(starting);
  makeControlGroup(nodeOf(starting).controlGroup);
  await startNamespaces(starting);
  await startInside(starting, 'containerd', ['--config', join(starting.folder, 'node', 'containerd.toml')]);
  const serves = (): Promise<boolean> => control(starting, ['plugins', 'ls', '-q']).then(() => true);
  await waitFor('containerd', serves, { seconds: 60, alive: stillRuns(starting, 'containerd') });
  for (const image of [...imagesOf(starting), ...fluxImages]) await importImage(starting, image);
}

type Condition = { type: string; status: string; message?: string };

async function nodeReady(cluster: TestCluster): Promise<boolean> {
  const { status } = await cluster.request<{ status: { conditions?: Condition[] } }>(
    'GET',
    `/api/v1/nodes/${nodeName}`,
  );
  const ready = (status.conditions ?? []).find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return true;
  throw new Error(ready?.message ?? 'it has not registered');
}

/**
 * Starts what makes pods run (scheduler, kubelet, kube-proxy, DNS) and waits for the node to be ready.
 *
 * @throws Error when a part does not become ready, with the end of its log.
 */
export async function joinNode(starting: StartingNode, cluster: TestCluster): Promise<void> {
  const { folder, state } = starting;
  const { network } = nodeOf(starting);
  const home = join(folder, 'node');
  await createObjects(cluster.request, [
    apiServerEndpoints(network, port(state.ports, 'kube-apiserver')),
    proxyBinding(),
    ...dnsObjects(binaryOf(starting, 'coredns').version),
  ]);
  await startInside(starting, 'kubelet', kubeletArguments(home, network));
  await startInside(starting, 'kube-proxy', proxyArguments(home));
  await start(starting, 'kube-scheduler', binaryOf(starting, 'kube-scheduler'), schedulerArguments(folder));
  const alive = (): void => ['containerd', 'kubelet', 'kube-scheduler'].forEach((name) => stillRuns(starting, name)());
  await waitFor('the node', () => nodeReady(cluster), { seconds: 120, alive });
}
