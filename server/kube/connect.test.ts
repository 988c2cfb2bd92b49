import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AccessRule } from '../errors.ts';
import type { Change, Cluster, WatchDefinition } from './cluster.ts';
import { connectCluster, type ConnectOptions } from './connect.ts';
import { kubeconfigCredentials, tokenCredentials } from './credentials.ts';
import type { KubeObject } from './object.ts';
import { KubeApi } from './testing/kube-api.ts';
import type { ResourceApi } from './testing/resource-api.ts';
import { visible } from './visible.ts';

const logger = pino({ level: 'silent' });
const group = 'example.org';

function definition(resource: string, kind: string, more: Partial<WatchDefinition> = {}): WatchDefinition {
  const summarize = (object: KubeObject) => object.apiVersion;
  return { group, resource, kind, namespaced: true, versions: ['v2', 'v1'], summarize, ...more };
}

const things = definition('things', 'Thing');
const boxes = definition('boxes', 'Box');

let api: KubeApi;
let thingsApi: ResourceApi;
let cluster: Cluster;

beforeEach(async () => {
  api = new KubeApi();
  thingsApi = api.serve(group, 'v1', 'things', 'Thing');
  thingsApi.put('one', 'apps');
  thingsApi.put('two', 'infra');
  await api.listen();
});

afterEach(async () => {
  await cluster.close();
  await api.close();
});

function connect(options: Partial<ConnectOptions> = {}): Cluster {
  const credentials = tokenCredentials({ server: api.url, token: 't' });
  cluster = connectCluster({ name: 'test', credentials, watches: [things], logger, ...options });
  return cluster;
}

const soon = { timeout: 20_000 };
const state = (of: WatchDefinition = things) => cluster.collection(of).state;
const becomes = (wanted: string, of: WatchDefinition = things) =>
  vi.waitFor(() => expect(state(of)).toBe(wanted), soon);
const keys = (of: WatchDefinition = things) => [...cluster.collection(of).entries()].map((entry) => entry.key).sort();

test('connects in the background and is ready when everything required is read, absent or refused', async () => {
  connect({ watches: [things, boxes], note: 'a note' });
  expect(cluster.ready()).toEqual({ ok: false, waitingFor: ['Thing', 'Box'] });
  expect(state()).toBe('unknown');
  expect(cluster.reachable.ok).toBe(false);
  await vi.waitFor(() => expect(cluster.ready()).toEqual({ ok: true, waitingFor: [] }), soon);
  expect(state(boxes)).toBe('absent');
  expect(keys()).toEqual(['apps/one', 'infra/two']);
  expect(cluster).toMatchObject({
    name: 'test',
    note: 'a note',
    version: 'v1.36.3',
    self: { name: 'sluice', groups: ['robots'] },
    reachable: { ok: true },
  });
  expect(cluster.served(things)).toEqual({ group, version: 'v1', resource: 'things', kind: 'Thing', namespaced: true });
  expect(cluster.servedKind(group, 'Thing')?.resource).toBe('things');
  expect(cluster.servedKind(group, 'Other')).toBeUndefined();
});

test('finds the same with the discovery of older API servers', async () => {
  await api.close();
  api = new KubeApi({ classicDiscovery: true });
  api.serve(group, 'v1', 'things', 'Thing').put('one', 'apps');
  api.serve(group, 'v2', 'things', 'Thing').put('one', 'apps');
  await api.listen();
  connect();
  await becomes('live');
  expect(cluster.collection(things).served?.version).toBe('v2');
  expect(cluster.served(things, ['v1'])?.version).toBe('v1');
  expect(cluster.servedKind(group, 'Thing')?.version).toBe('v2');
});

test('tells of changes of any collection', async () => {
  connect();
  await becomes('live');
  const changes: Change[] = [];
  cluster.onChange(() => {
    throw new Error('broken listener');
  });
  cluster.onChange((change) => changes.push(change));
  thingsApi.put('three', 'apps');
  await vi.waitFor(
    () => expect(changes.map((change) => [change.type, change.entry?.key])).toEqual([['added', 'apps/three']]),
    soon,
  );
});

test('serves while the API server is away: says so, and recovers by itself', async () => {
  const { port } = new URL(api.url);
  await api.close();
  connect();
  await vi.waitFor(
    () => expect(cluster.reachable).toMatchObject({ ok: false, problem: expect.stringContaining('refused') as string }),
    soon,
  );
  expect((await visible(cluster, things, cluster.self)).problems).toMatchObject([{ kind: 'unreachable' }]);
  await api.listen(Number(port));
  await becomes('live');

  const closing = new Date();
  await api.close();
  await becomes('stale');
  expect(keys()).toEqual(['apps/one', 'infra/two']);
  await vi.waitFor(() => expect(cluster.reachable.ok).toBe(false), soon);
  // As old as its last answer: silence is noticed late.
  expect((cluster.reachable as { since: Date }).since.getTime()).toBeLessThanOrEqual(closing.getTime());
  const seen = await visible(cluster, things, cluster.self);
  expect(seen.problems).toMatchObject([{ kind: 'stale', since: expect.any(Date) as Date }]);
  expect([...seen.entries]).toHaveLength(2);

  thingsApi.remove('one', 'apps');
  await api.listen(Number(port));
  await vi.waitFor(() => expect([state(), cluster.reachable.ok, keys()]).toEqual(['live', true, ['infra/two']]), soon);
});

test('an API server that is not ready yet is waited for', async () => {
  api.readyz = 500;
  connect();
  await vi.waitFor(
    () => expect(api.seen.filter((request) => request.path === '/readyz').length).toBeGreaterThan(1),
    soon,
  );
  expect(state()).toBe('unknown');
  expect(thingsApi.lists).toEqual([]);
  // What is asked of it meanwhile fails at once, and is not sent.
  await expect(cluster.client.json({ path: '/version' })).rejects.toMatchObject({ kind: 'unreachable' });
  expect(api.seen.some((request) => request.path === '/version')).toBe(false);
  api.readyz = 200;
  await becomes('live');
  expect(await cluster.client.json({ path: '/version' })).toEqual({ gitVersion: 'v1.36.3' });
});

test('a definition that appears is read, one that goes is absent, and back', async () => {
  connect({ watches: [things, boxes] });
  await becomes('absent', boxes);
  const boxesApi = api.serve(group, 'v2', 'boxes', 'Box');
  boxesApi.put('box');
  await becomes('live', boxes);
  expect(keys(boxes)).toEqual(['apps/box']);
  api.withdraw(boxesApi);
  await becomes('absent', boxes);
  expect(keys(boxes)).toEqual([]);
  expect(cluster.collection(boxes).asOf).toBeUndefined();
  api.serve(group, 'v2', 'boxes', 'Box').put('again');
  await becomes('live', boxes);
  expect(keys(boxes)).toEqual(['apps/again']);
});

test('the newest understood version is read; a switch changes the objects in place', async () => {
  connect();
  await becomes('live');
  const changes: string[] = [];
  cluster.onChange((change) => change.type !== 'state' && changes.push(change.type));
  const next = api.serve(group, 'v2', 'things', 'Thing');
  next.put('one', 'apps');
  next.put('two', 'infra');
  await vi.waitFor(() => expect(cluster.collection(things).served?.version).toBe('v2'), soon);
  await becomes('live');
  await vi.waitFor(() => expect(cluster.collection(things).get('apps', 'one')?.summary).toBe('example.org/v2'), soon);
  expect(changes).toEqual(['modified', 'modified']);
});

test('versions that are not understood are absent', async () => {
  connect({ watches: [{ ...things, versions: ['v9'] }] });
  await becomes('absent');
});

function onlyIn(...namespaces: string[]): (rule: AccessRule) => boolean {
  return (rule) => rule.resource !== 'things' || namespaces.includes(rule.namespace ?? '');
}

test('where the whole may not be listed it reads the configured namespaces that may', async () => {
  api.allow = onlyIn('apps');
  connect({ namespaces: ['apps', 'infra'] });
  await becomes('live');
  expect(keys()).toEqual(['apps/one']);
  expect(cluster.collection(things).onlyNamespaces).toEqual(['apps']);
  thingsApi.put('three', 'apps');
  thingsApi.put('hidden', 'infra');
  await vi.waitFor(() => expect(keys()).toEqual(['apps/one', 'apps/three']), soon);
  expect((await visible(cluster, things, cluster.self)).problems[0]).toMatchObject({
    kind: 'forbidden',
    message: 'Sluice may list Things only in apps.',
  });
});

test('else all namespaces that it can list', async () => {
  const namespaces = api.serve('', 'v1', 'namespaces', 'Namespace', false);
  namespaces.put('apps', '');
  namespaces.put('infra', '');
  api.allow = onlyIn('infra');
  connect();
  await becomes('live');
  expect(keys()).toEqual(['infra/two']);
});

test('else the namespace of the kubeconfig’s context', async () => {
  api.allow = (rule) => rule.resource !== 'namespaces' && onlyIn('apps')(rule);
  const text = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: api.url } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'apps' } }],
    'current-context': 'x',
  });
  connect({ credentials: kubeconfigCredentials({ text }) });
  await becomes('live');
  expect(keys()).toEqual(['apps/one']);
});

test('what may be listed nowhere is forbidden, with the rights that are missing', async () => {
  api.allow = onlyIn();
  connect({ namespaces: ['apps'] });
  await becomes('forbidden');
  expect(cluster.ready().ok).toBe(true);
  expect(cluster.collection(things).problem).toBe('cannot list things');
  expect((await visible(cluster, things, cluster.self)).problems[0]).toMatchObject({
    kind: 'forbidden',
    missing: ['get', 'list', 'watch'].map((verb) => ({ verb, group, resource: 'things' })),
  });
  const asker = { name: 'ada', groups: [], impersonate: { user: 'ada', groups: [] } };
  expect((await visible(cluster, things, asker)).problems[0]).toMatchObject({ lacking: cluster.self });
});

test('a page view of somebody known causes no request', async () => {
  connect();
  await becomes('live');
  const asker = { name: 'ada', groups: [], impersonate: { user: 'ada', groups: ['a', 'b'] } };
  await visible(cluster, things, asker);
  const before = api.seen.length;
  for (let view = 0; view < 20; view += 1) {
    expect([...(await visible(cluster, things, asker)).entries]).toHaveLength(2);
  }
  expect(api.seen.length).toBe(before);
});

test('credentials that are refused are told as Sluice’s own, and when they are good again it comes back', async () => {
  let token = 'old';
  const credentials = tokenCredentials({ server: api.url, token });
  connect({ credentials: { ...credentials, authorize: async () => ({ headers: { authorization: token }, tls: {} }) } });
  await becomes('live');
  api.accepts = 'new';
  thingsApi.cut();
  await vi.waitFor(() => expect(cluster.reachable).toMatchObject({ ok: false, kind: 'bad_credentials' }), soon);
  expect([...(await visible(cluster, things, cluster.self)).entries]).toHaveLength(2);
  token = 'new';
  await becomes('live');
  await vi.waitFor(() => expect(cluster.reachable.ok).toBe(true), soon);
});

test('a resource that nobody declared is a mistake', () => {
  connect();
  expect(() => cluster.collection({ group: '', resource: 'pods' })).toThrow('pods. is not watched');
});
