import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { NodeNetwork } from './node/network.ts';
import type { ProcessRecord } from './processes.ts';

/** A node's wire to the machine, and what its processes are found and cleared away by. */
export type NodeState = {
  network: NodeNetwork;
  /** The first process in its namespaces; 0 before it runs. */
  pid: number;
  /** Parent of every container's control group. */
  controlGroup: string;
  /** Version of each Flux controller that runs as a Deployment. */
  controllers: Record<string, string>;
};

/** What is known of a started cluster: enough for another process to use, watch and stop it. */
export type ClusterState = {
  name: string;
  fluxVersion: string;
  /** False until everything wanted has become ready. */
  complete: boolean;
  ports: Record<string, number>;
  /** Bearer token per user. */
  tokens: Record<string, string>;
  /** In the order they were started. */
  processes: ProcessRecord[];
  /** Wanted, but neither built by us nor found in `FLUX_CONTROLLERS_DIR`, or without a CRD to work on; with the reason. */
  missing: Record<string, string>;
  apiServer: { command: string; arguments: string[]; version: string };
  /** Where pods run, in a cluster with a node. */
  node?: NodeState;
};

const checkout = resolve(import.meta.dirname, '..', '..');

/** The state folder of a named cluster inside this checkout. */
export const clusterFolder = (name: string): string => join(checkout, '.cluster', name);

const stateFile = (folder: string): string => join(folder, 'state.json');

/** The state recorded in a folder, or undefined when no cluster was started there. */
export function readState(folder: string): ClusterState | undefined {
  if (!existsSync(stateFile(folder))) return undefined;
  return JSON.parse(readFileSync(stateFile(folder), 'utf8')) as ClusterState;
}

/** Written under another name first, so that a crash never leaves half a file. */
export function writeState(folder: string, state: ClusterState): void {
  const unfinished = `${stateFile(folder)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(unfinished, stateFile(folder));
}

/** Empties a folder, or makes it. */
export function clearFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

const kept = (name: string): boolean => name.endsWith('.log');

/** Removes everything but the logs, which say afterwards what happened. */
export function clearStopped(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!kept(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
