import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { defineOperation } from './operations/define.ts';
import type { Operation } from './operations/define.ts';
import { definePlugin } from './plugins/define.ts';
import { fakeCluster } from './testing/fake-cluster.ts';
import { startRealApp } from './testing/real-app.ts';
import type { RealApp } from './testing/real-app.ts';

const gate = Promise.withResolvers<void>();
const wait = defineOperation<object, unknown>({
  name: 'thing.wait',
  summary: 'Wait',
  type: 'action',
  http: { method: 'POST', path: '/wait' },
  input: z.strictObject({}),
  output: z.object({ message: z.string() }),
  needs: () => [],
  subject: () => ({ group: 'g', resource: 'things', kind: 'Thing', namespace: 'a', name: 'b' }),
  timeoutMilliseconds: 60_000,
  async run() {
    await gate.promise;
    return { message: 'Waited.' };
  },
});

const plugin = definePlugin({
  name: 'things',
  title: 'Things',
  config: z.strictObject({}),
  setup: () => ({
    operations: [wait] as unknown as readonly Operation<never, unknown>[],
    watches: [
      { group: 'g', resource: 'things', kind: 'Thing', namespaced: true, versions: ['v1'], summarize: () => undefined },
    ],
  }),
});

let app: RealApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

const start = (config = {}): Promise<RealApp> =>
  startRealApp({ plugins: [plugin], clusters: (watches) => [fakeCluster({ watches })], config });

test('it is ready when its clusters are, and not any more while it ends; actions under way get to their end', async () => {
  app = await start();
  const { url, services } = app;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const { id } = await services.operations.start(
    'thing.wait',
    {},
    { cluster: services.clusters.default, identity: services.clusters.default.self },
  );
  const closed = app.close();
  app = undefined;
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  gate.resolve();
  await closed;
  expect(services.runs.get(id)).toMatchObject({ state: 'succeeded', message: 'Waited.' });
  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
});

test('connections that idle do not hold the end up', async () => {
  app = await start();
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  const ended = Promise.withResolvers<void>();
  socket.on('close', () => ended.resolve());
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise<void>((resolve) => socket.once('data', () => resolve()));
  await app.close();
  app = undefined;
  await ended.promise;
});

test('a request that never ends does not hold the end up', async () => {
  app = await start();
  const { port } = new URL(app.url);
  const socket = connect(Number(port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write(
    'POST /actions/dismiss HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n',
  );
  socket.write('Content-Length: 100\r\n\r\nrun');
  // The server has taken the connection up when it answers on another one that was opened later.
  await fetch(`${app.url}/healthz`);
  await app.close();
  app = undefined;
  await closed;
});

test('a port that is taken is an error that names it and the way out', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(start({ port })).rejects.toMatchObject({
    kind: 'failed',
    message: `The port ${port} on 127.0.0.1 is taken by another program.`,
    wayOut: expect.stringContaining('--port'),
  });
  await new Promise((resolve) => other.close(resolve));
});

test('an address of another machine is an error in words', async () => {
  await expect(start({ host: '192.0.2.1' })).rejects.toMatchObject({
    message: '192.0.2.1 is no address of this machine.',
  });
});
