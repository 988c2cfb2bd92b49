import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPluginReader } from './exec-plugin.ts';
import type { ExecPlugin } from './exec-plugin.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugin-'));
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function script(text: string, more: Partial<ExecPlugin> = {}): ExecPlugin {
  return { command: 'sh', args: ['-c', text], ...more };
}

function printing(status: object): string {
  return `echo run >> ${folder}/runs; echo '${JSON.stringify({ kind: 'ExecCredential', status })}'`;
}

function runs(): number {
  return readFileSync(join(folder, 'runs'), 'utf8').split('\n').length - 1;
}

/** However long a plugin takes, for its reader no time passes until a test says so. */
function stopTheClock(): number {
  const now = Date.now();
  vi.useFakeTimers({ now, toFake: ['Date'] });
  return now;
}

test('what expires is kept until shortly before, and then asked for anew', async () => {
  const now = stopTheClock();
  const read = createPluginReader(
    script(printing({ token: 'one', expirationTimestamp: new Date(now + 60_000).toISOString() })),
  );
  expect(await read()).toEqual({ token: 'one', certificate: undefined, key: undefined });
  vi.useFakeTimers({ now: now + 45_000, toFake: ['Date'] });
  await read();
  expect(runs()).toBe(1);
  vi.useFakeTimers({ now: now + 51_000, toFake: ['Date'] });
  await read();
  expect(runs()).toBe(2);
});

test('what lives for seconds only is used for half of them', async () => {
  const now = stopTheClock();
  const read = createPluginReader(
    script(printing({ token: 'one', expirationTimestamp: new Date(now + 8_000).toISOString() })),
  );
  await read();
  vi.useFakeTimers({ now: now + 2_000, toFake: ['Date'] });
  await read();
  expect(runs()).toBe(1);
  vi.useFakeTimers({ now: now + 5_000, toFake: ['Date'] });
  await read();
  expect(runs()).toBe(2);
});

test('a certificate with its key serves as well as a token', async () => {
  const read = createPluginReader(script(printing({ clientCertificateData: 'PEM', clientKeyData: 'KEY' })));
  expect(await read()).toEqual({ token: undefined, certificate: 'PEM', key: 'KEY' });
});

test('a plugin gets its own environment, and no open standard input to wait at', async () => {
  const read = createPluginReader(
    script('cat; echo "{\\"status\\":{\\"token\\":\\"$WHO\\"}}"', { env: [{ name: 'WHO', value: 'ada' }] }),
  );
  expect((await read()).token).toBe('ada');
});

test('a plugin that hangs is ended with what it started', async () => {
  const read = createPluginReader(script(`sleep 300 & echo $! > ${folder}/child; wait`), 60_000);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const failure = read().catch((error: unknown) => error);
  await expect.poll(started).toMatch(/^\d+\n$/);
  vi.advanceTimersByTime(60_000);
  expect(await failure).toMatchObject({
    kind: 'bad_credentials',
    message: 'the plugin sh did not answer within 60 seconds',
  });
  // Without a parent that waits for it, an ended process may stay listed as a zombie.
  await expect.poll(() => statusOf(started().trim())).toBeOneOf(['Z', undefined]);
});

/** The pid of what the plugin has started; empty until it has. */
function started(): string {
  const file = join(folder, 'child');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function statusOf(pid: string): string | undefined {
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

test.each([
  ['is not there', { command: '/nowhere/plugin' }, 'the plugin /nowhere/plugin is not there'],
  ['is not installed', { command: 'no-such-plugin' }, 'the plugin no-such-plugin is not on the PATH of Sluice'],
  ['may not be run', { command: '/etc/passwd' }, 'the plugin /etc/passwd may not be run by the user Sluice runs as'],
  ['fails silently', script('exit 3'), 'the plugin sh failed (exit code 3) without a word'],
  ['is killed', script('kill -9 $$'), 'the plugin sh failed (SIGKILL) without a word'],
  ['prints no JSON', script('echo s3cret'), 'the plugin sh did not print an ExecCredential as JSON'],
  ['prints null', script('echo null'), 'the plugin sh printed neither a token nor a certificate with its key'],
  ['prints nothing of use', script(`echo '{"status":{}}'`), 'printed neither a token nor a certificate with its key'],
  [
    'prints what has ended',
    script(`echo '{"status":{"token":"x","expirationTimestamp":"2001-01-01T00:00:00Z"}}'`),
    'the plugin sh printed credentials that ended at 2001-01-01T00:00:00.000Z',
  ],
  [
    'prints no time',
    script(`echo '{"status":{"token":"x","expirationTimestamp":"soon"}}'`),
    'the plugin sh printed an expirationTimestamp that is no time',
  ],
  ['prints without end', script('yes'), 'the plugin sh printed more than any credential is long'],
  [
    'wants to ask',
    script('true', { interactiveMode: 'Always' }),
    'the plugin sh wants a terminal to ask at (interactiveMode: Always), and there is none',
  ],
])('a plugin that %s is named with the reason', async (_, plugin, message) => {
  const error: unknown = await createPluginReader(plugin)().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'bad_credentials', message: expect.stringContaining(message) as string });
  expect((error as Error).message).not.toContain('s3cret');
});

test('a plugin that failed is asked again after seconds, not by every request', async () => {
  const now = stopTheClock();
  const read = createPluginReader(script(`echo run >> ${folder}/runs; exit 1`));
  await expect(read()).rejects.toThrow('exit code 1');
  await expect(read()).rejects.toThrow('exit code 1');
  expect(runs()).toBe(1);
  vi.useFakeTimers({ now: now + 60_000, toFake: ['Date'] });
  await expect(read()).rejects.toThrow('exit code 1');
  expect(runs()).toBe(2);
});

test('the kubeconfig’s hint how to install a plugin is the way out', async () => {
  const read = createPluginReader({ command: 'no-such-plugin', installHint: 'Install it from the cloud’s page.\n' });
  await expect(read()).rejects.toMatchObject({ wayOut: 'Install it from the cloud’s page.' });
});
