import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { SluiceError } from '../errors.ts';

/** An external program as it was found. */
export interface Program {
  /** Absolute. */
  path: string;
  /** `v4.3.1`, from what the program says of itself; `unknown` when it names none, as one built by hand. */
  version: string;
}

/** What a program is run with. Nothing of Sluice's own environment reaches it but what `env` names. */
export interface ProgramRun {
  cwd?: string;
  env: Readonly<Record<string, string>>;
  /** Written to its standard input, which is empty otherwise. */
  input?: string | Buffer;
  timeoutMilliseconds: number;
  /** Of standard output and of standard error, each. */
  maxOutputBytes: number;
  /** It is killed when it holds more, where the machine tells (Linux). */
  maxMemoryBytes?: number;
  signal?: AbortSignal;
  /** Called with each line of standard error as it comes: how far it is. */
  onErrorLine?(line: string): void;
}

/** How a program ended. `code` is undefined when a signal ended it that was not ours. */
export interface ProgramResult {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** How each program is asked for its version; `version` alone for those not named. */
const versionArguments: Readonly<Record<string, readonly string[]>> = { kubectl: ['version', '--client'] };
/** A program that is installed, replaced or taken away while Sluice runs is noticed after this time. */
const keptMilliseconds = 60_000;
/** What was asked to end gets this long to tidy up; then it is killed with all it started. */
const graceMilliseconds = 5_000;
/** How often is looked how much memory a program holds. */
const memoryMilliseconds = 100;

const found = new Map<string, { until: number; answer: Promise<Program | undefined> }>();
const running = new Set<ChildProcess>();

// A program must not outlive Sluice, however Sluice ends.
process.once('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL');
});

/**
 * Finds a program: where `configured` says, else on PATH. Undefined when PATH has none; the answer is kept for a minute.
 * Throws `failed` when the configured one is missing, or when what was found does not tell its version.
 */
export function findProgram(name: string, configured?: string): Promise<Program | undefined> {
  const key = JSON.stringify([name, configured, process.env['PATH']]);
  const known = found.get(key);
  if (known !== undefined && known.until > Date.now()) return known.answer;
  const answer = find(name, configured);
  found.set(key, { until: Date.now() + keptMilliseconds, answer });
  answer.catch(() => found.delete(key));
  return answer;
}

async function find(name: string, configured: string | undefined): Promise<Program | undefined> {
  if (configured !== undefined) {
    if (isAbsolute(configured) && (await isExecutable(configured))) return withVersion(name, configured);
    throw new SluiceError('failed', `The configured ${name} ${configured} is no program that can be run.`, {
      wayOut: `Correct tools.${name}: it takes an absolute path.`,
    });
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (isAbsolute(path) && (await isExecutable(path))) return withVersion(name, path);
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function withVersion(name: string, path: string): Promise<Program> {
  const parameters = versionArguments[name] ?? ['version'];
  const { code, stdout, stderr } = await runProgram(path, parameters, {
    // Some programs make folders at home even to tell their version.
    env: { HOME: '/nonexistent', PATH: '' },
    timeoutMilliseconds: 20_000,
    maxOutputBytes: 64 * 1024,
  });
  if (code === 0) return { path, version: /\bv\d+\.\d+[\w.-]*/.exec(stdout)?.[0] ?? 'unknown' };
  const said = stderr.trim().split('\n')[0] ?? '';
  throw new SluiceError('failed', `${path} does not tell its version${said === '' ? '' : `: ${said}`}.`);
}

/**
 * Runs a program to its end, without a shell, in a process group of its own. Throws `timed_out` when it takes longer
 * than it may, `too_large` when it prints or holds more, `failed` when it cannot be started, and the reason of `signal` when that
 * is aborted; in each of these cases the program and all that it started have ended by then.
 */
export async function runProgram(path: string, parameters: readonly string[], run: ProgramRun): Promise<ProgramResult> {
  run.signal?.throwIfAborted();
  const child = spawn(path, parameters, {
    cwd: run.cwd,
    env: { ...run.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = Promise.withResolvers<number | undefined>();
  let stoppedBy: unknown;
  let killing: NodeJS.Timeout | undefined;

  function stop(reason: unknown): void {
    if (stoppedBy !== undefined) return;
    stoppedBy = reason;
    killGroup(child, 'SIGTERM');
    killing = setTimeout(() => killGroup(child, 'SIGKILL'), graceMilliseconds);
  }

  child.once('error', (cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'it, or the folder to run it in, is not there' : cause.message;
    ended.reject(new SluiceError('failed', `${path} cannot be started: ${why}.`, { cause }));
  });
  child.once('exit', () => {
    // What it left behind would keep the pipes open.
    if (!child.stdout.closed) setTimeout(() => killGroup(child, 'SIGKILL'), 500).unref();
  });
  child.once('close', (code) => ended.resolve(code ?? undefined));
  child.stdin.on('error', () => {
    // It did not want its input. How it ended says whether that matters.
  });
  child.stdin.end(run.input ?? '');

  const tooMuch = () => stop(new SluiceError('too_large', `${path} printed more than ${run.maxOutputBytes} bytes.`));
  const stdout = collect(child.stdout, run.maxOutputBytes, tooMuch);
  const stderr = collect(child.stderr, run.maxOutputBytes, tooMuch, run.onErrorLine?.bind(run));
  const seconds = Math.round(run.timeoutMilliseconds / 100) / 10;
  const timer = setTimeout(
    () => stop(new SluiceError('timed_out', `${path} had not ended after ${seconds} seconds.`)),
    run.timeoutMilliseconds,
  );
  async function lookAtMemory(most: number): Promise<void> {
    if ((await memoryOf(child)) <= most || !running.has(child)) return;
    stop(new SluiceError('too_large', `${path} took more than ${Math.round(most / (1024 * 1024))} MB of memory.`));
    // It would take more while it tidies up.
    killGroup(child, 'SIGKILL');
  }

  const { maxMemoryBytes } = run;
  const watching =
    maxMemoryBytes === undefined ? undefined : setInterval(() => void lookAtMemory(maxMemoryBytes), memoryMilliseconds);
  const aborted = (): void => stop(run.signal?.reason);
  run.signal?.addEventListener('abort', aborted, { once: true });
  try {
    const code = await ended.promise;
    if (stoppedBy !== undefined) throw stoppedBy;
    return { code, stdout: stdout(), stderr: stderr() };
  } finally {
    running.delete(child);
    clearTimeout(timer);
    clearTimeout(killing);
    clearInterval(watching);
    run.signal?.removeEventListener('abort', aborted);
  }
}

/** How much memory a program holds, in bytes; 0 where nobody tells. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // It has ended, or this is no Linux.
    return 0;
  }
}

/** Gathers a stream up to its bound; the answer gives the text so far. */
function collect(
  stream: NodeJS.ReadableStream,
  most: number,
  tooMuch: () => void,
  onLine?: (line: string) => void,
): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  let open = '';
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) {
      tooMuch();
      return;
    }
    chunks.push(chunk);
    if (onLine === undefined) return;
    const lines = (open + chunk.toString('utf8')).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Everything of the group has ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
