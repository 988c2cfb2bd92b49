import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';

const executable = fileURLToPath(new URL('../bin/sluice', import.meta.url));

/** Makes the launcher start Node.js as an old one has to: as a child, not in its own place. */
const withoutExecve = ['--import', 'data:text/javascript,process.execve=undefined'];

/** Whole processes: on a machine with other work to do each takes its time. */
const patience = 90_000;

/** All of them keep their compiled modules here; compiling anew would take most of the time. */
const caches = mkdtempSync(join(tmpdir(), 'sluice-cli-caches-'));
let home = '';
const children = new Set<ChildProcess>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
});

afterAll(() => rmSync(caches, { recursive: true, maxRetries: 20 }));

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  // One that is being killed may still write.
  rmSync(home, { recursive: true, maxRetries: 20 });
});

interface Started {
  child: ChildProcess;
  /** Both outputs so far. */
  text(): string;
  ended: Promise<{ code: number | null; text: string }>;
}

function start(words: readonly string[], nodeFlags: readonly string[] = [], homeFolder = home): Started {
  const env = {
    PATH: process.env['PATH'],
    HOME: homeFolder,
    ...(homeFolder === home ? { XDG_CACHE_HOME: caches } : {}),
  };
  const child = spawn(process.execPath, [...nodeFlags, executable, ...words], { cwd: home, env });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, text });
    });
  });
  return { child, text: () => text, ended };
}

async function urlOf({ text }: Started): Promise<string> {
  await expect.poll(text, { timeout: patience }).toMatch(/Sluice serves http:\S+/);
  return /Sluice serves (http:\S+)/.exec(text())?.[1] ?? '';
}

test('the version is that of the package', async () => {
  expect(await start(['version']).ended).toEqual({ code: 0, text: expect.stringMatching(/^sluice \d+\.\d+\.\d+\n$/) });
});

test.each(['/proc', '/dev/null', '/no/such/home'])(
  'a home in which nothing can be kept, %s, is no hindrance',
  async (at) => {
    expect((await start(['version'], [], at).ended).code).toBe(0);
  },
);

test('a wrong word is usage: exit code 2', async () => {
  const { code, text } = await start(['--prot', '1']).ended;
  expect(code).toBe(2);
  expect(text).toContain('did you mean --port?');
});

test('a wrong configuration is told as a whole: exit code 2', async () => {
  writeFileSync(join(home, 'sluice.yaml'), 'port: x\nhots: y\n');
  const { code, text } = await start([]).ended;
  expect(code).toBe(2);
  expect(text).toContain('sluice.yaml, line 1: port must be');
  expect(text).toContain('sluice.yaml, line 2: there is no option hots; did you mean host?');
});

test('the effective configuration is printed', async () => {
  const { code, text } = await start(['config', '--port', '7']).ended;
  expect(code).toBe(0);
  expect(text).toContain('# port: --port\nport: 7\n');
});

test('a kubeconfig that is not there does not fall back to the demo: exit code 2, the path in the message', async () => {
  const { code, text } = await start(['--kubeconfig', '/nowhere/config', '--port', '0']).ended;
  expect(code).toBe(2);
  expect(text).toContain('/nowhere/config');
  expect(text).not.toContain('Sluice serves');
});

test('a port that is taken: exit code 1 and the way out', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, text } = await start(['--demo', '--port', String(port)]).ended;
  await new Promise((resolve) => other.close(resolve));
  expect(code).toBe(1);
  expect(text).toContain(`The port ${port} on 127.0.0.1 is taken by another program.`);
  expect(text).not.toContain('Sluice serves');
});

test.each([
  ['in its own place', []],
  ['as a child', withoutExecve],
])('started %s it serves the demo, says how it chose it, and ends with 0 on SIGTERM', async (_, nodeFlags) => {
  const started = start(['--port', '0'], nodeFlags);
  const url = await urlOf(started);
  expect(started.text()).toContain(`because there is no KUBECONFIG, no ${home}/.kube/config and no cluster around it`);
  expect((await fetch(`${url}healthz`)).status).toBe(200);
  started.child.kill('SIGTERM');
  expect((await started.ended).code).toBe(0);
});

test('what the launcher set for Node.js does not reach the programs it starts', async () => {
  const plugin = join(home, 'plugin');
  writeFileSync(plugin, `#!/bin/sh\nenv > "${home}/seen"\necho '{"status":{"token":"x"}}'\n`, { mode: 0o755 });
  const kubeconfig = join(home, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'away',
      contexts: [{ name: 'away', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }],
      users: [{ name: 'u', user: { exec: { command: plugin } } }],
    }),
  );
  await urlOf(start(['--kubeconfig', kubeconfig, '--port', '0']));
  await expect
    .poll(() => existsSync(join(home, 'seen')) && readFileSync(join(home, 'seen'), 'utf8'))
    .toContain('HOME=');
  expect(readFileSync(join(home, 'seen'), 'utf8')).not.toMatch(/MALLOC_|NODE_COMPILE_CACHE|SLUICE_/);
});

test('an API server that does not answer: it serves and says so', async () => {
  const kubeconfig = join(home, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'away',
      contexts: [{ name: 'away', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:9' } }],
      users: [{ name: 'u', user: { token: 'x' } }],
    }),
  );
  const started = start(['--kubeconfig', kubeconfig, '--port', '0']);
  const url = await urlOf(started);
  expect(started.text()).toContain('Shows the cluster away (http://127.0.0.1:9)');
  expect((await fetch(`${url}readyz`)).status).toBe(503);
  expect(await (await fetch(`${url}bootstrap`)).text()).toContain('127.0.0.1:9');
  started.child.kill('SIGTERM');
  expect((await started.ended).code).toBe(0);
});
