import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process and when it began, so that a pid given to somebody else later is never mistaken for it. */
export type ProcessIdentity = { pid: number; startTime: string };

export type ProcessRecord = ProcessIdentity & { name: string; version?: string };

export type ProcessOptions = {
  name: string;
  command: string;
  arguments: readonly string[];
  environment?: Record<string, string>;
  logFile: string;
  /** Die with this process, however it ends; otherwise outlive it. */
  bound: boolean;
  version?: string;
};

/**
 * From the text of `/proc/<pid>/stat`: when the process started (in ticks since boot) and whether it has ended. A
 * killed one whose other threads still run has not: they hold its ports.
 */
export function parseStat(stat: string): { ticks: string; ended: boolean } | undefined {
  // The command's name stands in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, threads, ticks] = [fields[0], fields[17], fields[19]];
  if (!state || !ticks) return undefined;
  return { ticks, ended: state === 'X' || (state === 'Z' && Number(threads) <= 1) };
}

let bootIdentity: string | undefined;

function bootId(): string {
  bootIdentity ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return bootIdentity;
}

/** When a process began, as a text that no other process of the same pid ever shares; empty when it does not run. */
export function startTime(pid: number): string {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat && !stat.ended ? `${bootId()}-${stat.ticks}` : '';
  } catch {
    return '';
  }
}

export const isRunning = (identity: ProcessIdentity): boolean =>
  identity.startTime !== '' && startTime(identity.pid) === identity.startTime;

/**
 * Starts a process with its output appended to a log file.
 *
 * A bound process gets the kernel's parent-death signal (`setpriv --pdeathsig`), so it ends with the thread that
 * started it even when that is killed without a chance to clean up.
 *
 * @throws Error when the command cannot be run.
 */
export async function startProcess(options: ProcessOptions): Promise<ProcessRecord> {
  const log = openSync(options.logFile, 'a');
  const [command, prefix] = options.bound
    ? ['setpriv', ['--pdeathsig', 'KILL', options.command]]
    : [options.command, []];
  const child = spawn(command, [...prefix, ...options.arguments], {
    stdio: ['ignore', log, log],
    detached: !options.bound,
    env: { ...process.env, ...options.environment },
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`Cannot start ${options.name}: ${error.message}`)));
  });
  child.unref();
  const pid = child.pid as number;
  return {
    name: options.name,
    pid,
    startTime: startTime(pid),
    ...(options.version !== undefined && { version: options.version }),
  };
}

function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function ended(identities: readonly ProcessIdentity[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (identities.some(isRunning)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/** Ends processes at once, without letting them finish anything. */
export async function killProcesses(identities: readonly ProcessIdentity[]): Promise<void> {
  for (const identity of identities) signal(identity, 'SIGKILL');
  if (!(await ended(identities, 10_000))) throw new Error('A killed process does not go away.');
}

/** Asks processes to end, and kills those that have not after two seconds. */
export async function stopProcesses(identities: readonly ProcessIdentity[]): Promise<void> {
  for (const identity of identities) signal(identity, 'SIGTERM');
  if (!(await ended(identities, 2000))) await killProcesses(identities);
}

/** The end of a process's log, for an error that must say why it did not start. */
export const logTail = (logFile: string): string =>
  existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : '';
