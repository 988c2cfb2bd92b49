import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient, type StreamingClient } from './client.ts';
import { tokenCredentials } from './credentials.ts';
import { reflect, type Reflector } from './reflector.ts';
import { createStore, type Store } from './store.ts';
import { ResourceApi } from './testing/resource-api.ts';
import { scriptedApi, type ScriptedApi } from './testing/scripted-api.ts';

const path = '/apis/example.org/v1/things';
/** Long enough for a machine that has much else to do. */
const patience = { timeout: 20_000 };
const logger = pino({ level: 'silent' });

let things: ResourceApi;
let api: ScriptedApi;
let client: StreamingClient;
let store: Store;
let reflector: Reflector;
let failures: string[];
let current: number;

beforeEach(async () => {
  things = new ResourceApi(path, 'example.org/v1', 'Thing');
  api = await scriptedApi((request, response) => void things.answer(request, response));
  client = createClient(tokenCredentials({ server: api.url, token: 't' }));
  const definition = { group: 'example.org', resource: 'things', kind: 'Thing', namespaced: true, versions: ['v1'] };
  store = createStore({ ...definition, summarize: (object) => object.metadata.resourceVersion }, logger);
  failures = [];
  current = 0;
});

afterEach(async () => {
  reflector.stop();
  await client.close();
  await api.close();
});

function start(): void {
  reflector = reflect({
    client,
    path,
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    logger,
    keeper: {
      put: (object) => store.put(object),
      remove: (object) => store.remove(object),
      retain: (keys) => store.retain(keys),
      current: () => {
        current += 1;
      },
      failed: (error) => failures.push(error.kind),
    },
  });
}

const names = () => [...store.collection.entries()].map((entry) => entry.object.metadata.name).sort();
const seen = (...expected: string[]) => vi.waitFor(() => expect(names()).toEqual(expected), patience);
const watching = () => vi.waitFor(() => expect(things.openWatches).toBe(1), patience);

test('reads a list of many pages, then watches from its version with bookmarks', async () => {
  for (let index = 0; index < 1_200; index += 1) things.put(`thing-${index}`);
  start();
  await watching();
  expect(store.collection.size).toBe(1_200);
  expect(things.lists).toHaveLength(3);
  expect(store.collection.get('apps', 'thing-7')?.object).toMatchObject({
    apiVersion: 'example.org/v1',
    kind: 'Thing',
  });
  const query = things.watches[0]?.query;
  expect(query?.get('resourceVersion')).toBe(String(things.version));
  expect(query?.get('allowWatchBookmarks')).toBe('true');
});

test('follows what is added, changed and removed', async () => {
  things.put('a');
  start();
  await watching();
  things.put('b');
  things.put('a', 'apps', { changed: true });
  await vi.waitFor(() => expect(store.collection.get('apps', 'a')?.object.spec).toEqual({ changed: true }), patience);
  await seen('a', 'b');
  things.remove('a');
  await seen('b');
  expect(things.lists).toHaveLength(1);
});

test('resumes after a cut socket without listing again, and misses nothing', async () => {
  things.put('a');
  start();
  await watching();
  things.cut();
  things.put('b');
  things.remove('a');
  await seen('b');
  expect(things.lists).toHaveLength(1);
  expect(failures).toEqual([]);
});

test('resumes from a bookmark', async () => {
  things.put('a');
  start();
  await watching();
  things.version += 50;
  const resourceVersion = String(things.version);
  const repeated = setInterval(() => things.send('BOOKMARK', { metadata: { resourceVersion } }), 5);
  await vi.waitFor(() => {
    reflector.reconnect();
    expect(things.watches.at(-1)?.query.get('resourceVersion')).toBe(resourceVersion);
  }, patience);
  clearInterval(repeated);
  expect(things.lists).toHaveLength(1);
});

test('lists anew when its version is gone', async () => {
  things.put('a');
  start();
  await watching();
  things.oldest = things.version + 3;
  things.cut();
  things.put('b');
  things.remove('a');
  things.put('c');
  await seen('b', 'c');
  await watching();
  expect(things.lists).toHaveLength(2);
});

test('an error of the watch other than 410 is resumed from, and listed anew when it comes again and again', async () => {
  things.put('a');
  start();
  await watching();
  const error = { kind: 'Status', code: 500, message: 'etcdserver: no leader' };
  things.send('ERROR', error);
  await vi.waitFor(() => expect(things.watches.length).toBe(2), patience);
  expect(things.lists).toHaveLength(1);
  const again = setInterval(() => things.send('ERROR', error), 10);
  await vi.waitFor(() => expect(things.lists.length).toBe(2), patience);
  clearInterval(again);
});

test('a version that goes back in time belongs to another history: lists anew', async () => {
  things.put('a');
  start();
  await watching();
  things.goBackTo(10);
  things.put('restored');
  await seen('restored');
});

test('tells that it fails, keeps trying, and is current again when it can', async () => {
  things.put('a');
  start();
  await watching();
  things.failWith = 503;
  things.cut();
  await vi.waitFor(() => expect(failures).toContain('unreachable'), patience);
  expect(names()).toEqual(['a']);
  const before = current;
  things.failWith = undefined;
  await vi.waitFor(() => expect(current).toBeGreaterThan(before), patience);
});

test('reconnect does not wait for the backoff', async () => {
  things.failWith = 403;
  start();
  await vi.waitFor(() => expect(failures).toEqual(['forbidden']), patience);
  things.failWith = undefined;
  things.put('a');
  reflector.reconnect();
  await seen('a');
});

test('reconnect opens the watch anew', async () => {
  start();
  await watching();
  reflector.reconnect();
  await vi.waitFor(() => expect(things.watches.length).toBe(2), patience);
  await watching();
  things.put('a');
  await seen('a');
  expect(things.lists).toHaveLength(1);
});

test('a refusal in the middle is not believed at once', async () => {
  things.put('a');
  start();
  await watching();
  things.failWith = 403;
  things.cut();
  await vi.waitFor(() => expect(things.watches.length).toBe(2), patience);
  expect(failures).toEqual([]);
  things.failWith = undefined;
  await watching();
  expect(failures).toEqual([]);
  expect(things.lists).toHaveLength(1);
});

test('stop ends the watch and every further request', async () => {
  start();
  await watching();
  reflector.stop();
  await vi.waitFor(() => expect(things.openWatches).toBe(0), patience);
  things.put('late');
  expect(names()).toEqual([]);
  expect(things.watches).toHaveLength(1);
});
