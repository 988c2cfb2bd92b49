import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { attachCluster, startCluster, type TestCluster } from './index.ts';
import { fluxVersions } from './custom-resources.ts';
import { isComplete } from './cluster.ts';
import { identities } from './identities.ts';
import { removeControlGroup } from './node/control-groups.ts';
import { nodeName } from './node/configuration.ts';
import { parts } from './parts.ts';
import { isRunning, stopProcesses } from './processes.ts';
import { scaleObjects } from './scale.ts';
import { seed } from './seed.ts';
import { clearStopped, clusterFolder, readState } from './state.ts';

const usage = `Usage: node e2e/cluster/cli.ts <up|down|status|seed> [options]

  up       build what is missing, start a cluster, print how to use it
  down     stop exactly what up started
  status   what runs
  seed     fill the cluster with a company, or with thousands of objects

  --name NAME      which cluster (default: default)
  --folder FOLDER  where its state lives (default: .cluster/NAME)
  --flux VERSION   up: whose CRDs: ${fluxVersions.join(', ')} or another version there is, or none
  --only A,B       up: only these parts: ${parts.join(', ')},
                   controllers (all of Flux), none (the API server alone)
  --node           up: with a node on which pods run (needs root)
  --scale N        seed: N thousand generated Flux objects instead of the company

FLUX_CONTROLLERS_DIR names a folder of ready-made controllers, which come first.`;

// `| head` closes the pipe early.
process.stdout.on('error', () => process.exit());

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function describe(cluster: TestCluster): void {
  print(`Cluster "${cluster.name}" on ${cluster.server}, CRDs of Flux ${cluster.fluxVersion}`);
  const processes = readState(cluster.folder)?.processes.filter(isRunning) ?? [];
  for (const { name, pid, version } of processes) {
    print(`  ${name.padEnd(28)} ${(version ?? '').padEnd(10)} pid ${pid}`);
  }
  const node = readState(cluster.folder)?.node;
  for (const [name, version] of Object.entries(node?.controllers ?? {})) {
    print(`  ${name.padEnd(28)} ${version.padEnd(10)} as a Deployment in flux-system`);
  }
  for (const [name, reason] of Object.entries(cluster.missing)) print(`  ${name.padEnd(28)} not run: ${reason}`);
  if (processes.some((process) => process.name === 'git')) print(`  Git server                   ${cluster.git.url}`);
  if (processes.some((process) => process.name === 'registry'))
    print(`  OCI registry                 ${cluster.registry.url}`);
  if (node) print(`  node ${nodeName.padEnd(23)} ${node.network.address}, control group ${node.controlGroup}`);
  print(`  logs, audit.log              ${cluster.folder}`);
  print('');
  for (const identity of identities) {
    print(`  ${identity === 'admin' ? 'Use it:' : '   or:  '} export KUBECONFIG=${cluster.kubeconfig(identity)}`);
  }
}

async function up(
  name: string,
  folder: string,
  options: { flux?: string; only?: string; node?: boolean },
): Promise<void> {
  const state = readState(folder);
  const running = state && isComplete(state) ? attachCluster(folder) : undefined;
  if (running) {
    print('It runs already.');
    return describe(running);
  }
  const started = performance.now();
  const cluster = await startCluster({
    name,
    folder,
    detached: true,
    progress: print,
    ...(options.node && { node: true }),
    ...(options.flux !== undefined && { fluxVersion: options.flux }),
    ...(options.only !== undefined && { only: options.only.split(',').filter(Boolean) }),
  });
  print(`ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  describe(cluster);
}

async function seedCluster(name: string, folder: string, scale: string | undefined): Promise<void> {
  const cluster = attachCluster(folder);
  if (!cluster) throw new Error(`No cluster "${name}" runs (${folder}). Start one with: npm run cluster:up`);
  if (readState(folder)?.node && scale === undefined)
    throw new Error('A cluster with a node runs what it is given: the company is for one without.');
  const thousands = scale === undefined ? undefined : Number(scale);
  if (thousands !== undefined && !(thousands > 0 && thousands <= 200))
    throw new Error('--scale takes a number of thousands up to 200.');
  const started = performance.now();
  // Only here, so that a cluster can be stopped whatever state the company is in.
  const { seedCompany } = await import('./seed-company.ts');
  const result =
    thousands === undefined
      ? await seedCompany(cluster)
      : await seed(cluster, scaleObjects(Math.round(thousands * 1000)));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(`${result.created} of ${result.wanted} objects in ${seconds} s`);
  for (const kind of result.skipped) print(`  left out, not served here: ${kind}`);
  for (const failure of result.failed.slice(0, 20)) print(`  failed: ${failure}`);
  if (result.failed.length > 0) process.exitCode = 1;
}

async function down(name: string, folder: string): Promise<void> {
  const state = readState(folder);
  if (!state) return print(`No cluster "${name}" was started (${folder}).`);
  const running = state.processes.filter(isRunning);
  await stopProcesses(running.toReversed());
  if (state.node) removeControlGroup(state.node.controlGroup);
  clearStopped(folder);
  print(`Stopped ${running.length} of ${state.processes.length} processes of cluster "${name}". Logs: ${folder}`);
}

function status(name: string, folder: string): void {
  const state = readState(folder);
  if (!state) {
    print(`No cluster "${name}" was started (${folder}).`);
    process.exitCode = 1;
    return;
  }
  const cluster = attachCluster(folder);
  if (cluster) describe(cluster);
  if (!state.complete)
    print(`Cluster "${name}" was not started to the end. Start it anew with up, or clear it away with down.`);
  const ended = state.processes.filter((process) => !isRunning(process));
  for (const { name: process, pid } of ended) print(`  ended: ${process} (pid ${pid})`);
  if (ended.length > 0 || !state.complete) process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'default' },
      folder: { type: 'string' },
      flux: { type: 'string' },
      only: { type: 'string' },
      scale: { type: 'string' },
      node: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const folder = values.folder ? resolve(values.folder) : clusterFolder(values.name);
  const command = positionals[0];
  if (values.help) return print(usage);
  if (command === 'up') return up(values.name, folder, values);
  if (command === 'down') return down(values.name, folder);
  if (command === 'seed') return seedCluster(values.name, folder, values.scale);
  if (command === 'status') return status(values.name, folder);
  process.stderr.write(`${usage}\n`);
  process.exitCode = 2;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
