import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Sluice as a user starts it: its own process, found by the address it prints. */
export interface SluiceProcess {
  url: string;
  pid: number;
  /** Everything it has written so far. */
  output(): string;
  /** Ends it with SIGTERM and answers its exit code. Throws with its output when that takes it too long, and kills it. */
  stop(): Promise<number | null>;
}

const launcher = fileURLToPath(new URL('../../bin/sluice', import.meta.url));

const servesWithin = 120_000;
const endsWithin = 30_000;

/**
 * Starts `sluice serve` on a free port and waits until it serves. Throws with its output when it ends before, or takes
 * too long; it is ended then.
 */
export async function startSluice(options: {
  kubeconfig?: string;
  arguments?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}): Promise<SluiceProcess> {
  const given = options.kubeconfig === undefined ? [] : ['--kubeconfig', options.kubeconfig];
  const child = spawn(process.execPath, [launcher, 'serve', '--port', '0', ...given, ...(options.arguments ?? [])], {
    env: { ...process.env, KUBECONFIG: '', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const endWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  let late: NodeJS.Timeout | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /Sluice serves (http:\/\/[^\s/]+)\//.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', (code) => reject(new Error(`sluice ended with ${code} before it served:\n${output}`)));
    late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`sluice did not serve within ${servesWithin} ms:\n${output}`));
    }, servesWithin);
  }).finally(() => clearTimeout(late));
  return {
    url,
    pid: child.pid as number,
    output: () => output,
    async stop() {
      process.off('exit', endWithParent);
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      try {
        const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(endsWithin) })) as [number | null];
        return code;
      } catch {
        child.kill('SIGKILL');
        throw new Error(`sluice had not ended ${endsWithin} ms after SIGTERM:\n${output}`);
      }
    },
  };
}

/** Waits until Sluice calls itself ready. Throws after `milliseconds` with what it waits for. */
export async function untilReady(url: string, milliseconds = 120_000): Promise<void> {
  const signal = AbortSignal.timeout(milliseconds);
  let body = '';
  while (!signal.aborted) {
    const answer = await fetch(`${url}/readyz`, { signal });
    body = await answer.text();
    if (answer.ok) return;
    // Asking without a breath would take the time that it needs.
    await pause(50);
  }
  throw new Error(`not ready after ${milliseconds} ms: ${body}`);
}
