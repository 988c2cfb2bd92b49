import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findProgram, runProgram } from './program.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-program-'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function script(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const limits = { env: { PATH: '/usr/bin:/bin' }, timeoutMilliseconds: 50_000, maxOutputBytes: 10_000 };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Where nobody waits for orphans, one that has ended keeps its number.
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('finds a program on PATH with its version, and none where there is none', async () => {
  const path = script('helmet', 'echo "version.BuildInfo{Version:\\"v4.3.1\\", GoVersion:\\"go1.26.8\\"}"');
  vi.stubEnv('PATH', `relative:${folder}`);
  expect(await findProgram('helmet')).toEqual({ path, version: 'v4.3.1' });
  expect(await findProgram('by-hand', script('by-hand', 'echo "(devel)"'))).toMatchObject({ version: 'unknown' });
  expect(await findProgram('not-there')).toBeUndefined();
});

test('a configured program must be there and tell its version', async () => {
  await expect(findProgram('helm', join(folder, 'none'))).rejects.toMatchObject({
    kind: 'failed',
    wayOut: 'Correct tools.helm: it takes an absolute path.',
  });
  await expect(findProgram('helm', script('mute', 'echo no idea >&2; exit 1'))).rejects.toThrow(
    'does not tell its version: no idea',
  );
});

test('a program gets its arguments as they are, its input and nothing of our environment', async () => {
  vi.stubEnv('SECRET_OF_OURS', 'x');
  const path = script('echoes', 'cat; echo "[$1]"; env; echo oops >&2; exit 3');
  const lines: string[] = [];
  const result = await runProgram(path, ['$(id); "a b"'], {
    ...limits,
    input: 'given\n',
    onErrorLine: (line) => lines.push(line),
  });
  expect(result.code).toBe(3);
  expect(result.stdout).toContain('given\n[$(id); "a b"]');
  expect(result.stdout).not.toContain('SECRET_OF_OURS');
  expect(result.stderr).toBe('oops\n');
  expect(lines).toEqual(['oops']);
});

test('a program that takes too long is ended with all that it started', async () => {
  const path = script('slow', 'sleep 300 & echo $! > "$0.pid"; wait');
  const started = (): string => (existsSync(`${path}.pid`) ? readFileSync(`${path}.pid`, 'utf8') : '');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const failure = runProgram(path, [], limits).catch((error: unknown) => error);
  await expect.poll(started).toMatch(/^\d+\n$/);
  vi.advanceTimersByTime(limits.timeoutMilliseconds);
  expect(await failure).toMatchObject({ kind: 'timed_out' });
  await expect.poll(() => isAlive(Number(started()))).toBe(false);
});

test('a program that prints without end is stopped', async () => {
  await expect(runProgram(script('loud', 'while :; do echo aaaaaaaaaa; done'), [], limits)).rejects.toMatchObject({
    kind: 'too_large',
  });
});

test.skipIf(process.platform !== 'linux')('a program that takes memory without end is stopped', async () => {
  const growing = runProgram(script('grows', 'exec tail /dev/zero'), [], {
    ...limits,
    maxMemoryBytes: 64 * 1024 * 1024,
  });
  await expect(growing).rejects.toMatchObject({
    kind: 'too_large',
    message: expect.stringContaining('64 MB') as unknown,
  });
});

test('whoever asked can stop it, and hears the reason; what cannot be started says so', async () => {
  const abort = new AbortController();
  const path = script('waits', 'echo ready >&2; sleep 300');
  const reason = new Error('enough');
  const run = runProgram(path, [], { ...limits, signal: abort.signal, onErrorLine: () => abort.abort(reason) });
  await expect(run).rejects.toBe(reason);
  await expect(runProgram(join(folder, 'none'), [], limits)).rejects.toMatchObject({ kind: 'failed' });
});

test('what a program leaves behind does not keep its answer back', async () => {
  const { code, stdout } = await runProgram(script('leaves', 'sleep 300 & echo done'), [], limits);
  expect([code, stdout]).toEqual([0, 'done\n']);
});
