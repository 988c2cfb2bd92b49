import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { isRunning, parseStat, startProcess, startTime, stopProcesses } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'processes-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const onLinux = process.platform === 'linux';
const canBind = existsSync('/usr/bin/setpriv');

const statOf = (state: string, threads: number): string =>
  `42 (a) b (c) ${state} 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 ${threads} 0 987654 0 0`;

test('a command with spaces and parentheses in its name does not shift the fields', () => {
  expect(parseStat(statOf('S', 12))).toEqual({ ticks: '987654', ended: false });
});

test('a zombie has ended only when no other thread of it is left', () => {
  expect(parseStat(statOf('Z', 3))?.ended).toBe(false);
  expect(parseStat(statOf('Z', 1))?.ended).toBe(true);
});

test.skipIf(!onLinux)('a process is recognised by pid and start time together', () => {
  const started = startTime(process.pid);
  expect(isRunning({ pid: process.pid, startTime: started })).toBe(true);
  expect(isRunning({ pid: process.pid, startTime: `${started}0` })).toBe(false);
});

test.skipIf(!onLinux)('a started process writes to its log and ends when stopped', async () => {
  const logFile = join(folder, 'shell.log');
  const record = await startProcess({
    name: 'shell',
    command: 'sh',
    arguments: ['-c', 'echo "hello $WHO"; exec sleep 60'],
    environment: { WHO: 'there' },
    logFile,
    bound: false,
  });
  onTestFinished(() => stopProcesses([record]));
  await expect.poll(() => readFileSync(logFile, 'utf8')).toBe('hello there\n');
  expect(isRunning(record)).toBe(true);
  await stopProcesses([record]);
  expect(isRunning(record)).toBe(false);
});

test.skipIf(!canBind)('a bound process ends with the process that started it, even a killed one', async () => {
  const script = `
    import { startProcess } from ${JSON.stringify(join(import.meta.dirname, 'processes.ts'))};
    const options = { name: 'sleep', command: 'sleep', arguments: ['60'], logFile: ${JSON.stringify(join(folder, 'sleep.log'))}, bound: true };
    console.log(JSON.stringify(await startProcess(options)));
    setInterval(() => undefined, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const record = JSON.parse(line.toString()) as { pid: number; startTime: string };
  expect(isRunning(record)).toBe(true);
  // Before it is the program, it has yet to ask the kernel to end it.
  await expect.poll(() => readFileSync(`/proc/${record.pid}/comm`, 'utf8')).toBe('sleep\n');
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(record)).toBe(false);
});

test('a command that does not exist is named', async () => {
  const options = {
    name: 'ghost',
    command: '/nowhere/ghost',
    arguments: [],
    logFile: join(folder, 'ghost.log'),
    bound: false,
  };
  await expect(startProcess(options)).rejects.toThrow('Cannot start ghost');
});
