import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Sluice as a user starts it: its own process, found by the address it prints. */
export interface SluiceProcess {
  url: string;
  pid: number;
  /** Everything it has written so far. */
  output(): string;
  /** Ends it with SIGTERM and answers its exit code. */
  stop(): Promise<number | null>;
}

const launcher = fileURLToPath(new URL('../../bin/sluice', import.meta.url));

/** Starts `sluice serve` on a free port and waits until it serves. Throws with its output when it ends before. */
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
  const url = await new Promise<string>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /Sluice serves (http:\/\/[^\s/]+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', (code) => reject(new Error(`sluice ended with ${code} before it served:\n${output}`)));
  });
  return {
    url,
    pid: child.pid as number,
    output: () => output,
    async stop() {
      process.off('exit', endWithParent);
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

/** Waits until Sluice calls itself ready. Throws after `milliseconds` with what it waits for. */
export async function untilReady(url: string, milliseconds = 30_000): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    const body = await answer.text();
    if (answer.ok) return;
    if (Date.now() > end) throw new Error(`not ready after ${milliseconds} ms: ${body}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
