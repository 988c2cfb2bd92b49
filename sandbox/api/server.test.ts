import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import type { KubeObject } from '../../server/kube/object.ts';
import { startSandboxApi, type SandboxApi } from './server.ts';

const source = '/apis/source.toolkit.fluxcd.io/v1';
const repositories = `${source}/namespaces/team/gitrepositories`;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

let api: SandboxApi;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-01-01T00:00:00Z');
  api = await startSandboxApi({ users: [{ name: 'nobody' }], clock: () => now });
  api.load([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', uid: '', resourceVersion: '' } }]);
});

afterEach(() => api.close());

interface Answer {
  code: number;
  body: KubeObject & { items: KubeObject[]; message: string; reason: string };
}

async function send(method: string, path: string, body?: unknown, type = 'application/json', user = 'admin') {
  const response = await fetch(api.url + path, {
    method,
    headers: { authorization: `Bearer ${api.token(user)}`, 'content-type': type },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answered: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  return { code: response.status, body: answered } as Answer;
}

const patch = (path: string, body: unknown) => send('PATCH', path, body, 'application/merge-patch+json');

function repository(name: string, more: object = {}): KubeObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace: 'team', uid: '', resourceVersion: '', ...more },
    spec: { interval: '1m', url: 'https://example.com/apps' },
  };
}

interface Event {
  type: string;
  object: KubeObject & { code?: number };
}

/** Opens a watch; `next` waits for the next event. */
async function watch(path: string) {
  const headers = { authorization: `Bearer ${api.adminToken}` };
  const response = await fetch(api.url + path, { headers });
  const lines = createInterface({ input: Readable.fromWeb(response.body as never) })[Symbol.asyncIterator]();
  return {
    code: response.status,
    next: async () => {
      const { value, done } = await lines.next();
      return done ? undefined : (JSON.parse(value) as Event);
    },
  };
}

const versionOf = async () => (await send('GET', repositories)).body.metadata.resourceVersion;

test('a kubeconfig for each user', async () => {
  const config = parse(api.kubeconfig('nobody')) as { users: { user: { token: string } }[]; clusters: object[] };
  expect(config.clusters).toEqual([{ name: 'sandbox', cluster: { server: api.url } }]);
  expect(config.users[0]?.user.token).toBe(api.token('nobody'));
  expect(() => api.kubeconfig('stranger')).toThrow('no user stranger');
  expect((await send('GET', repositories, undefined, undefined, 'nobody')).code).toBe(403);
});

test('loaded objects keep their status and have a life of their own', async () => {
  api.load([{ ...repository('loaded'), status: { observedGeneration: 1 } }]);
  const { body } = await send('GET', `${repositories}/loaded`);
  expect(body.status).toEqual({ observedGeneration: 1 });
  expect(body.metadata).toMatchObject({ generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' });
  expect(() => api.load([{ ...repository('odd'), kind: 'Unknown' }])).toThrow('serves no Unknown');
});

test('the generation counts the wish alone', async () => {
  api.load([repository('one')]);
  const generation = async (path: string, body: unknown) => (await patch(path, body)).body.metadata.generation;
  expect(await generation(`${repositories}/one`, { metadata: { labels: { a: 'b' } } })).toBe(1);
  expect(await generation(`${repositories}/one/status`, { status: { observedGeneration: 1 } })).toBe(1);
  expect(await generation(`${repositories}/one`, { spec: { suspend: true } })).toBe(2);
  expect(await generation(`${repositories}/one`, { spec: { suspend: true } })).toBe(2);
});

test('a watch goes on from a version, ends with a bookmark, and misses nothing', async () => {
  const version = await versionOf();
  await send('POST', repositories, repository('one'));
  const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${version}`;
  // However long the requests take, the watch has not had its time before the clock is moved.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { next } = await watch(`${repositories}?${query}&timeoutSeconds=60`);
  expect(await next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
  await patch(`${repositories}/one`, { spec: { suspend: true } });
  expect(await next()).toMatchObject({ type: 'MODIFIED', object: { spec: { suspend: true } } });
  await send('DELETE', `${repositories}/one`);
  const deleted = await next();
  expect(deleted?.type).toBe('DELETED');
  vi.advanceTimersByTime(60_000);
  const bookmark = await next();
  expect(bookmark?.type).toBe('BOOKMARK');
  expect(bookmark?.object.metadata.resourceVersion).toBe(deleted?.object.metadata.resourceVersion);
  expect(await next()).toBeUndefined();
});

test('objects enter and leave a selection', async () => {
  const version = await versionOf();
  await send('POST', repositories, repository('one'));
  for (const colour of ['red', 'blue', null]) await patch(`${repositories}/one`, { metadata: { labels: { colour } } });
  const query = `watch=true&labelSelector=colour%3Dred&timeoutSeconds=1&resourceVersion=${version}`;
  const { next } = await watch(`${repositories}?${query}`);
  expect(await next()).toMatchObject({ type: 'ADDED', object: { metadata: { labels: { colour: 'red' } } } });
  expect(await next()).toMatchObject({ type: 'DELETED' });
  expect(await next()).toBeUndefined();
});

test('what it does not know it refuses as an API server does', async () => {
  api.load([repository('one')]);
  const one = `${repositories}/one`;
  expect((await send('GET', '/nothing')).code).toBe(404);
  expect((await send('GET', '/api/v1/things')).body.message).toBe('the server could not find the requested resource');
  expect((await send('GET', '/api/v1/%zz')).code).toBe(400);
  expect((await send('HEAD', '/api/v1/configmaps')).code).toBe(405);
  expect((await send('POST', `${one}/status`, {})).body.message).toContain('create is not supported on resources');
  expect((await send('PATCH', `${repositories}/`, {})).body.message).toBe('name must be provided');
  expect((await send('POST', repositories, { ...repository('two', { labels: { a: 1 } }) })).body.message).toContain(
    'cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
  );
  expect((await send('PATCH', `${one}?force=true`, {})).body.message).toContain('for non-apply patch');
  expect((await send('DELETE', `${one}?propagationPolicy=x&dryRun=y`)).body.message).toMatch(
    /dryRun.*propagationPolicy/,
  );
  expect((await send('GET', `${repositories}/`)).code).toBe(200);
  expect((await send('GET', `${repositories}?labelSelector=,`)).code).toBe(400);
  expect((await send('DELETE', `${repositories}/missing`, null)).code).toBe(404);
  expect((await send('POST', `${repositories}/ignored`, repository('three'))).body.metadata.name).toBe('three');
  expect((await send('PATCH', one, [], 'application/json-patch+json')).code).toBe(415);
  expect((await send('PUT', one, repository('one', { resourceVersion: '1' }))).body.reason).toBe('Conflict');
  expect((await send('POST', repositories, { ...repository('two'), spec: {} })).code).toBe(422);
  const accept = (type: string, authorization = `Bearer ${api.adminToken}`) =>
    fetch(api.url + one, { headers: { accept: type, authorization } });
  expect((await accept('application/vnd.kubernetes.protobuf')).status).toBe(406);
  expect((await accept('application/json;as=Table;v=v1;g=meta.k8s.io,application/json')).status).toBe(200);
  expect((await accept('*/*', 'Bearer wrong')).status).toBe(401);
  expect((await accept('*/*', '')).status).toBe(403);
});

test('what is too large is refused again and again, and holds nothing up that comes after it', async () => {
  const large = { ...repository('large'), spec: { ignore: 'x'.repeat(5_000_000) } };
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await send('POST', repositories, large)).toMatchObject({ code: 413 });
    expect((await send('GET', repositories)).code).toBe(200);
  }
});

test('a watch on a forgotten version ends with 410', async () => {
  const version = await versionOf();
  await send('POST', repositories, repository('one'));
  api.compact();
  const { code, next } = await watch(`${repositories}?watch=true&resourceVersion=${version}`);
  expect(code).toBe(200);
  expect(await next()).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  expect(await next()).toBeUndefined();
});

test('a page of a forgotten list is 410, and its token leads to the rest of today', async () => {
  api.load(['a', 'b', 'c'].map((name) => repository(name)));
  const first = await send('GET', `${repositories}?limit=1`);
  expect(first.body.metadata['remainingItemCount']).toBe(2);
  await send('DELETE', `${repositories}/b`);
  const next = (token: unknown) => send('GET', `${repositories}?limit=5&continue=${String(token)}`);
  const names = (answer: Answer) => answer.body.items.map((item) => item.metadata.name);
  expect(names(await next(first.body.metadata['continue']))).toEqual(['b', 'c']);
  api.compact();
  const expired = await next(first.body.metadata['continue']);
  expect(expired).toMatchObject({ code: 410, body: { reason: 'Expired' } });
  expect(names(await next(expired.body.metadata['continue']))).toEqual(['c']);
});

test('cut watches end, and so does the watch of a resource that goes', async () => {
  const cut = await watch(`${repositories}?watch=true`);
  api.dropWatches();
  await expect(cut.next()).rejects.toThrow('terminated');
  api.load([repository('one', { finalizers: ['finalizers.fluxcd.io'] })]);
  const open = await watch(`${repositories}?watch=true`);
  expect((await open.next())?.type).toBe('ADDED');
  api.removeResource('gitrepositories.source.toolkit.fluxcd.io');
  expect((await open.next())?.type).toBe('DELETED');
  expect(await open.next()).toBeUndefined();
  expect((await send('GET', repositories)).code).toBe(404);
});

test('a resource comes and goes with its definition, after its last object', async () => {
  const gone = `${definitions}/gitrepositories.source.toolkit.fluxcd.io`;
  const { body: definition } = await send('GET', gone);
  api.load([repository('held', { finalizers: ['finalizers.fluxcd.io'] })]);
  expect((await send('DELETE', gone)).body.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
  expect((await send('GET', `${repositories}/held`)).body.metadata.deletionTimestamp).toBeDefined();
  await patch(`${repositories}/held`, { metadata: { finalizers: null } });
  expect((await send('GET', repositories)).code).toBe(404);
  expect((await send('GET', gone)).code).toBe(404);

  const { resourceVersion: _version, uid: _uid, ...metadata } = definition.metadata;
  expect((await send('POST', definitions, { ...definition, metadata })).code).toBe(201);
  expect((await send('GET', repositories)).body.items).toEqual([]);
  api.addResource({
    group: 'example.com',
    version: 'v1',
    plural: 'things',
    singular: 'thing',
    kind: 'Thing',
    namespaced: false,
    status: true,
    generation: true,
    custom: true,
  });
  expect((await send('GET', '/apis/example.com/v1/things')).body.kind).toBe('ThingList');
});

test('a namespace takes its objects along', async () => {
  api.load([repository('free'), repository('held', { finalizers: ['finalizers.fluxcd.io'] })]);
  await send('DELETE', '/api/v1/namespaces/team');
  expect((await send('GET', '/api/v1/namespaces/team')).body.status).toEqual({ phase: 'Terminating' });
  expect((await send('GET', `${repositories}/free`)).code).toBe(404);
  const refused = await send('POST', repositories, repository('late'));
  expect(refused.body.message).toContain('because it is being terminated');
  await patch(`${repositories}/held`, { metadata: { finalizers: null } });
  expect((await send('GET', '/api/v1/namespaces/team')).code).toBe(404);
});

test('what is owned goes with its owner, unless it is orphaned', async () => {
  const owned = (name: string, uid: string) =>
    repository(name, { ownerReferences: [{ apiVersion: 'v1', kind: 'GitRepository', name: 'x', uid }] });
  api.load([repository('owner', { uid: 'first' }), owned('child', 'first')]);
  api.load([repository('parent', { uid: 'second' }), owned('orphan', 'second')]);
  await send('DELETE', `${repositories}/owner`);
  await send('DELETE', `${repositories}/parent?propagationPolicy=Orphan`);
  expect((await send('GET', `${repositories}/child`)).code).toBe(404);
  expect((await send('GET', `${repositories}/orphan`)).body.metadata.ownerReferences).toBeUndefined();
});

test('events are forgotten an hour after they were written', async () => {
  const event = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'team' },
    involvedObject: { kind: 'GitRepository', name: 'one', namespace: 'team' },
  });
  const events = '/api/v1/namespaces/team/events';
  await send('POST', events, event('old'));
  now = new Date('2026-01-01T00:30:00Z');
  await send('POST', events, event('young'));
  now = new Date('2026-01-01T01:10:00Z');
  await send('POST', events, event('new'));
  const { body } = await send('GET', events);
  expect(body.items.map((item) => item.metadata.name)).toEqual(['new', 'young']);
});

test('logs of a container: tail, since, previous, follow', async () => {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace: 'team', uid: '', resourceVersion: '' },
    spec: { containers: [{ name: 'app' }], nodeName: 'node-1' },
  };
  api.load([pod]);
  const container = { namespace: 'team', pod: 'pod', container: 'app' };
  const log = async (query: string) => (await send('GET', `/api/v1/namespaces/team/pods/pod/log?${query}`)).body;
  expect(await log('previous=true')).toMatchObject({
    message: 'previous terminated container "app" in pod "pod" not found',
  });
  api.writeLog({ ...container, line: 'before' });
  api.restartLog(container);
  api.writeLog({ ...container, line: 'one', time: new Date('2025-12-31T23:00:00Z') });
  api.writeLog({ ...container, line: 'two' });
  expect(await log('')).toBe('one\ntwo\n');
  expect(await log('tailLines=1')).toBe('two\n');
  expect(await log('sinceSeconds=60&timestamps=true')).toBe('2026-01-01T00:00:00.000Z two\n');
  expect(await log('previous=true')).toBe('before\n');
  expect(await log('container=other')).toMatchObject({ message: 'container other is not valid for pod pod' });

  const headers = { authorization: `Bearer ${api.adminToken}` };
  const response = await fetch(`${api.url}/api/v1/namespaces/team/pods/pod/log?follow=true&tailLines=1`, { headers });
  const lines = createInterface({ input: Readable.fromWeb(response.body as never) })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('two');
  api.writeLog({ ...container, line: 'three' });
  expect((await lines.next()).value).toBe('three');
  await send('DELETE', '/api/v1/namespaces/team/pods/pod');
  expect((await lines.next()).done).toBe(true);
});

test('faults on request', async () => {
  api.setFault(({ method, url }) => {
    if (method === 'DELETE') return 'drop';
    if (!url.startsWith(source)) return undefined;
    return { code: 429, reason: 'TooManyRequests', message: 'slow down', retryAfterSeconds: 2 };
  });
  expect(await send('GET', repositories)).toMatchObject({ code: 429, body: { message: 'slow down' } });
  await expect(send('DELETE', `${repositories}/one`)).rejects.toThrow('fetch failed');
  expect((await send('GET', '/version')).code).toBe(200);
  api.setFault(undefined);
  expect((await send('GET', repositories)).code).toBe(200);
});

test('ten thousand objects are loaded and listed', async () => {
  api.load(Array.from({ length: 10_000 }, (_, index) => repository(`r${index}`)));
  const { body } = await send('GET', `${source}/gitrepositories?limit=500`);
  expect(body.items).toHaveLength(500);
  expect(body.metadata['remainingItemCount']).toBe(9_500);
});
