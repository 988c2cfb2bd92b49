import { join } from 'node:path';
import type { Binary, ResolvedBinary } from './binaries.ts';
import { isRunning, logTail, startProcess } from './processes.ts';
import { writeState, type ClusterState } from './state.ts';
import { answers, waitFor } from './wait.ts';

/** A cluster on its way up. */
export type Starting = {
  folder: string;
  state: ClusterState;
  binaries: Map<Binary, ResolvedBinary>;
  /** Its processes end with this one. */
  bound: boolean;
};

/**
 * Starts a process of the cluster and records it, so that it is found and stopped whatever happens next.
 *
 * @throws Error when the command cannot be run.
 */
export async function start(
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

export function binaryOf(starting: Starting, name: Binary): ResolvedBinary {
  const binary = starting.binaries.get(name);
  if (!binary) throw new Error(`There is no binary of ${name}.`);
  return binary;
}

/** A check that fails, with the end of the log, once a process of the cluster has ended. */
export function stillRuns(starting: Starting, name: string): () => void {
  return () => {
    const record = starting.state.processes.find((process) => process.name === name);
    if (!record || !isRunning(record)) {
      throw new Error(`${name} has ended:\n${logTail(join(starting.folder, `${name}.log`))}`);
    }
  };
}

/** Waits for an address of a process that must stay alive meanwhile. */
export async function answered(starting: Starting, name: string, url: string): Promise<void> {
  await waitFor(name, () => answers(url), { seconds: 60, alive: stillRuns(starting, name) });
}
