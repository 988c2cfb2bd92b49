import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SluiceError } from '../errors.ts';
import { attachLive } from './live.ts';
import type { PageUpdate } from './live-room.ts';
import { gadget, gadgets, startGadgetApp } from './testing/gadget-app.ts';

type App = Awaited<ReturnType<typeof startGadgetApp>>;

interface OpenAnswer {
  ok: boolean;
  digest?: string;
  reload?: boolean;
  snapshot?: PageUpdate;
  message?: string;
}

let app: App;
let sockets: Socket[] = [];

beforeEach(async () => {
  app = await startGadgetApp({
    cluster: { objects: [gadget('one', 'ready', 'first'), gadget('two', 'failing', 'second')] },
  });
});
afterEach(async () => {
  for (const socket of sockets) socket.disconnect();
  sockets = [];
  await app.close();
});

async function connect(headers: Record<string, string> = {}): Promise<Socket> {
  const socket = io(app.url, { path: '/live/', transports: ['websocket'], extraHeaders: headers, reconnection: false });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

async function digestOf(path: string): Promise<string> {
  const html = await (await fetch(app.url + path)).text();
  return /data-digest="([^"]+)"/.exec(html)?.[1] ?? '';
}

async function open(socket: Socket, url: string, digest: string): Promise<OpenAnswer> {
  return (await socket.emitWithAck('open', { url, digest })) as OpenAnswer;
}

/** Everything a socket is sent, and a way to wait for what is looked for. */
function listen(socket: Socket) {
  const updates: PageUpdate[] = [];
  let reloads = 0;
  socket.on('update', (update: PageUpdate) => updates.push(update));
  socket.on('reload', () => (reloads += 1));
  const rows = () => updates.flatMap((update) => update.lists.flatMap((list) => list.rows));
  return {
    updates,
    rows,
    until: (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true), { timeout: 20_000, interval: 5 }),
    reloads: () => reloads,
  };
}

test('a page that shows what is so is sent nothing but what changes', async () => {
  const socket = await connect();
  const heard = listen(socket);
  const digest = await digestOf('/gadgets');
  expect(await open(socket, '/gadgets', digest)).toEqual({ ok: true, digest });
  app.cluster.set(gadget('two', 'ready', 'second'));
  await heard.until(() => heard.rows().length > 0);
  const [update] = heard.updates;
  expect(update?.from).toBe(digest);
  expect(heard.rows().map((row) => row.id)).toEqual(['gadget-two']);
  expect(heard.rows()[0]?.html).toContain('data-state="ready"');
  expect(update?.parts.map((part) => part.id)).toContain('gadget-counts');
  expect(update?.lists[0]?.order).toBeUndefined();
  const rail = () => heard.updates.flatMap((each) => each.parts).findLast((part) => part.id === 'rail-live');
  await heard.until(() => rail()?.html.includes('2 of 2 ready') === true);
  expect(heard.updates.at(-1)?.digest).toBe(await digestOf('/gadgets'));
});

test('rows that come and go move the others', async () => {
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets', await digestOf('/gadgets'));
  app.cluster.remove(gadget('two', 'failing'));
  app.cluster.set(gadget('zero', 'ready', 'before all'));
  await heard.until(() => heard.rows().some((row) => row.id === 'gadget-zero'));
  const lists = heard.updates.flatMap((update) => update.lists);
  expect(lists.flatMap((list) => list.removed)).toEqual(['gadget-two']);
  expect(lists.at(-1)?.order).toEqual(['gadget-zero', 'gadget-one']);
});

test('what changed between the request and the socket is made up for', async () => {
  const digest = await digestOf('/gadgets');
  app.cluster.set(gadget('two', 'ready', 'new words'));
  const answer = await open(await connect(), '/gadgets', digest);
  expect(answer.ok).toBe(true);
  expect(answer.snapshot?.lists[0]?.rows.map((row) => row.id).toSorted()).toEqual(['gadget-one', 'gadget-two']);
  expect(JSON.stringify(answer.snapshot)).toContain('new words');
  expect(answer.digest).toBe(await digestOf('/gadgets'));
});

test('a page that is made up differently by now is to be fetched again', async () => {
  const digest = await digestOf('/gadgets/a/later');
  app.cluster.set(gadget('later', 'ready'));
  expect(await open(await connect(), '/gadgets/a/later', digest)).toMatchObject({ ok: false, reload: true });
});

test('an object that is deleted, and one that comes into being, change their open page', async () => {
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets/a/one', await digestOf('/gadgets/a/one'));
  app.cluster.remove(gadget('one', 'ready'));
  await heard.until(() => heard.reloads() === 1);
  app.cluster.set(gadget('one', 'ready', 'again'));
  await heard.until(() => heard.reloads() === 2);
});

test('many browsers with one page open cost one load', async () => {
  const digest = await digestOf('/gadgets');
  const open20 = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = await connect();
      await open(socket, '/gadgets', digest);
      return listen(socket);
    }),
  );
  const before = app.loads.list;
  app.cluster.set(gadget('two', 'ready', 'second'));
  await Promise.all(open20.map((heard) => heard.until(() => heard.rows().length > 0)));
  expect(app.loads.list - before).toBe(1);
});

test('a change is on its way at once, and a hundred a second do not flood', async () => {
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets', await digestOf('/gadgets'));
  const began = Date.now();
  for (let count = 0; count < 100; count += 1) {
    app.cluster.set(gadget('two', count % 2 === 0 ? 'ready' : 'failing', `second ${count}`));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await heard.until(() => heard.rows().some((row) => row.html.includes('second 99')));
  const seconds = (Date.now() - began) / 1_000;
  expect(heard.updates.length).toBeLessThanOrEqual(10 * seconds + 2);
});

test('another URL is another room; the left one is closed', async () => {
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets', await digestOf('/gadgets'));
  await open(socket, '/gadgets?q=one', await digestOf('/gadgets?q=one'));
  app.cluster.set(gadget('two', 'ready', 'unseen'));
  app.cluster.set(gadget('one', 'ready', 'seen'));
  await heard.until(() => heard.rows().some((row) => row.html.includes('seen')));
  expect(JSON.stringify(heard.rows())).not.toContain('unseen');
});

test('of addresses that one page opens with every breath most are passed over', async () => {
  const socket = await connect();
  const before = app.loads.list;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, count) => open(socket, `/gadgets?q=${count}`, 'old')),
  );
  expect(answers.at(-1)).toMatchObject({ ok: false, reload: true });
  expect(app.loads.list - before).toBeLessThan(25);
});

test('the loss of the API server and its return are seen', async () => {
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets', await digestOf('/gadgets'));
  app.cluster.loseConnection('Nothing answers.', new Date('2026-11-19T14:31:20Z'));
  const notices = () => heard.updates.flatMap((update) => update.parts.filter((part) => part.id === 'notices'));
  await heard.until(() => notices().some((part) => part.html.includes('Not live since 14:31:20.')));
  app.cluster.regainConnection();
  await heard.until(() => notices().at(-1)?.html.includes('data-reachable="yes"') === true);
});

test('the rail follows changes that are not the page’s', async () => {
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets/a/one', await digestOf('/gadgets/a/one'));
  app.cluster.set(gadget('three', 'failing'));
  await heard.until(() => heard.updates.some((update) => update.parts.some((part) => part.id === 'rail-live')));
  expect(heard.updates.flatMap((update) => update.parts.map((part) => part.id))).not.toContain('gadget-body');
});

test('rights that are lost take the page away', async () => {
  let allowed = true;
  await app.close();
  app = await startGadgetApp({ cluster: { objects: [gadget('one', 'ready')], allow: () => allowed } });
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets/a/one', await digestOf('/gadgets/a/one'));
  allowed = false;
  app.cluster.set(gadget('one', 'ready', 'secret words'));
  await heard.until(() => heard.reloads() === 1);
  expect(JSON.stringify(heard.updates)).not.toContain('secret words');
});

test('credentials of Sluice that fail leave the last facts on the page', async () => {
  await app.close();
  let failing = false;
  const allow = () => {
    if (failing) throw new SluiceError('bad_credentials', 'The plugin failed.');
    return true;
  };
  app = await startGadgetApp({
    config: { as: 'ada' },
    cluster: { objects: [gadget('one', 'ready', 'first')], allow },
  });
  const socket = await connect();
  const heard = listen(socket);
  await open(socket, '/gadgets/a/one', await digestOf('/gadgets/a/one'));
  failing = true;
  app.cluster.set(gadget('one', 'ready', 'second'));
  app.cluster.loseConnection('The plugin failed.', new Date('2026-11-19T14:31:20Z'), 'bad_credentials');
  const notices = () => heard.updates.flatMap((update) => update.parts.filter((part) => part.id === 'notices'));
  await heard.until(() => notices().some((part) => part.html.includes('Not live since 14:31:20.')));
  expect(heard.reloads()).toBe(0);
});

test('pages of other sites get no socket, and nonsense gets an answer', async () => {
  await expect(connect({ Origin: 'https://evil.example' })).rejects.toThrow('websocket error');
  await expect(connect({ Host: 'evil.example' })).rejects.toThrow('websocket error');
  const socket = await connect();
  for (const message of [undefined, 'x', { url: 'http://evil', digest: '' }, { url: '/gadgets' }]) {
    const answer = (await socket.emitWithAck('open', message)) as OpenAnswer;
    expect(answer).toMatchObject({ ok: false, message: 'This is not how a page tells what it shows.' });
  }
  expect(await open(socket, '/clusters/none/gadgets', '')).toMatchObject({ ok: false });
  expect(await open(socket, '/nowhere', '')).toMatchObject({ ok: false });
});

test('every collection state of what the page is about reaches it', async () => {
  const socket = await connect();
  await open(socket, '/gadgets', await digestOf('/gadgets'));
  const before = app.loads.list;
  app.cluster.become(gadgets, { state: 'absent' });
  await expect.poll(() => app.loads.list).toBeGreaterThan(before);
});

test('a page that is asked for by a socket that has gone meanwhile is not kept', async () => {
  const server = createServer();
  const live = attachLive(server, app.services);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connectHere = async () => {
    const socket = io(url, { path: '/live/', transports: ['websocket'], reconnection: false });
    sockets.push(socket);
    await new Promise<void>((resolve) => void socket.once('connect', resolve));
    return socket;
  };
  const gate = Promise.withResolvers<void>();
  const { access } = app.cluster;
  const { scope } = access;
  access.scope = async (...question) => {
    await gate.promise;
    return scope(...question);
  };
  const going = await connectHere();
  const heldUp = (rooms: number) =>
    vi.waitFor(() => expect(live.rooms()).toBe(rooms), { timeout: 20_000, interval: 5 });
  going.emit('open', { url: '/gadgets?q=one', digest: '' }, () => undefined);
  await heldUp(1);
  // The second one waits for the first, which it has left.
  going.emit('open', { url: '/gadgets?q=two', digest: '' }, () => undefined);
  await heldUp(0);
  going.disconnect();
  await vi.waitFor(() => expect(live.connections()).toBe(0), { timeout: 20_000, interval: 5 });
  gate.resolve();
  await open(await connectHere(), '/gadgets', '');
  expect(live.rooms()).toBe(1);
  await live.close();
});
