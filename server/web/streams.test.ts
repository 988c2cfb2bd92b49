import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { SluiceError } from '../errors.ts';
import type { AccessRule } from '../errors.ts';
import { definePlugin } from '../plugins/define.ts';
import { fakeCluster } from '../testing/fake-cluster.ts';
import { startRealApp } from '../testing/real-app.ts';
import type { RealApp } from '../testing/real-app.ts';
import { defineStream } from './stream.ts';

interface Item {
  id: string;
  state: string;
  at: string;
  text: string;
  reason: string;
  count: number;
  by: string;
  object: { href: string; icon: string; kind: string; namespace: string; name: string };
  firstAt: string;
}

function item(text: string): Item {
  const object = { href: '', icon: 'k-config', kind: 'Gadget', namespace: 'a', name: 'one' };
  return {
    id: 'x',
    state: 'info',
    at: '2026-01-01T00:00:00Z',
    text,
    reason: '',
    count: 1,
    by: '',
    object,
    firstAt: '',
  };
}

let app: RealApp;
let sockets: Socket[] = [];
let allowed = true;
let opened: { wish: string; signal: AbortSignal }[] = [];

const counting = defineStream<{ wish: string }, Item>({
  name: 'test.counting',
  input: z.strictObject({ wish: z.enum(['ends', 'fails', 'goes on']) }),
  needs: () => [{ verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'a' }],
  template: 'flux/events-row.njk',
  async *open({ wish }, { signal }) {
    opened.push({ wish, signal });
    yield [item('first'), item('clone of https://user:s3cret@git.example.com failed')];
    if (wish === 'fails') throw new SluiceError('failed', 'The source dried up.');
    if (wish === 'goes on') await new Promise((resolve) => signal.addEventListener('abort', resolve));
  },
});

const plugin = definePlugin({
  name: 'streaming',
  title: 'Streaming',
  config: z.strictObject({}),
  setup: () => ({ streams: [counting] }),
});

beforeEach(async () => {
  allowed = true;
  opened = [];
  const allow = (_identity: unknown, _rule: AccessRule) => allowed;
  app = await startRealApp({ plugins: [plugin], clusters: (watches) => [fakeCluster({ watches, allow })] });
});
afterEach(async () => {
  for (const socket of sockets) socket.disconnect();
  sockets = [];
  await app.close();
});

async function connect() {
  const socket = io(app.url, { path: '/live/', transports: ['websocket'], reconnection: false });
  sockets.push(socket);
  const news: { id: string; html: string; dropped: number }[] = [];
  const ends: { id: string; message?: string }[] = [];
  socket.on('stream', (each: (typeof news)[number], confirm: () => void) => {
    news.push(each);
    confirm();
  });
  socket.on('stream-end', (end: (typeof ends)[number]) => ends.push(end));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const open = async (wish: string, url = '/here') =>
    (await socket.emitWithAck('stream', { id: 's1', url, name: 'test.counting', input: { wish } })) as {
      ok: boolean;
      message?: string;
    };
  return { socket, news, ends, open };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

test('items come rendered and masked, and the end is told', async () => {
  const { open, news, ends } = await connect();
  expect(await open('ends')).toEqual({ ok: true });
  await until(() => expect(ends).toEqual([{ id: 's1' }]));
  const html = news.map((each) => each.html).join('');
  expect(html).toContain('first');
  expect(html).toContain('https://***@git.example.com');
  expect(html).not.toContain('s3cret');
});

test('a stream that fails says why', async () => {
  const { open, ends } = await connect();
  await open('fails');
  await until(() => expect(ends).toEqual([{ id: 's1', message: 'The source dried up.' }]));
});

test('who lacks the right gets none of it, and is told the right', async () => {
  allowed = false;
  const { open } = await connect();
  const answer = await open('goes on');
  expect(answer.ok).toBe(false);
  expect(answer.message).toContain('get on pods/log in a');
  expect(opened).toHaveLength(0);
});

test('wrong input, an unknown stream and a message without shape are refused', async () => {
  const { open, socket } = await connect();
  expect(await open('something else')).toMatchObject({ ok: false });
  const ask = (message: unknown) => socket.emitWithAck('stream', message) as Promise<{ ok: boolean }>;
  expect(await ask({ id: 'a', url: '/', name: 'test.nothing', input: {} })).toMatchObject({ ok: false });
  expect(await ask('what')).toMatchObject({ ok: false });
  expect(opened).toHaveLength(0);
});

test('it ends when the page is left, when it is closed, and when the socket goes', async () => {
  const { open, socket } = await connect();
  await open('goes on', '/here');
  expect(opened[0]?.signal.aborted).toBe(false);
  await socket.emitWithAck('open', { url: '/elsewhere', digest: '' });
  await until(() => expect(opened[0]?.signal.aborted).toBe(true));
  await open('goes on', '/elsewhere');
  socket.emit('stream-close', 's1');
  await until(() => expect(opened[1]?.signal.aborted).toBe(true));
  await open('goes on', '/elsewhere');
  await socket.emitWithAck('open', { url: '/elsewhere', digest: '' });
  expect(opened[2]?.signal.aborted).toBe(false);
  socket.disconnect();
  await until(() => expect(opened[2]?.signal.aborted).toBe(true));
});

test('a page has a few streams at most', async () => {
  const { socket } = await connect();
  const open = (id: string) =>
    socket.emitWithAck('stream', { id, url: '/', name: 'test.counting', input: { wish: 'goes on' } }) as Promise<{
      ok: boolean;
    }>;
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(open));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(4);
});
