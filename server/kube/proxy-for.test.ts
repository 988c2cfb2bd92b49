import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { fakeCluster } from '../testing/fake-cluster.ts';
import { createClient } from './client.ts';
import { tokenCredentials } from './credentials.ts';
import type { Identity } from './identity.ts';
import { openProxyFor } from './proxy-for.ts';
import { scriptedApi, type Script } from './testing/scripted-api.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const ada: Identity = { name: 'ada', groups: ['dev'], impersonate: { user: 'ada', groups: ['dev', 'a,b'] } };

async function start(script: Script, identity = ada) {
  const api = await scriptedApi(script);
  const client = createClient(tokenCredentials({ server: `${api.url}/k8s`, token: 'sluices-own' }));
  const proxy = await openProxyFor({ client }, identity);
  closing.push(
    () => api.close(),
    () => client.close(),
    () => proxy.close(),
  );
  return { api, proxy };
}

/** As a path that no URL parser has put in order. */
async function statusOf(server: string, path: string): Promise<number | undefined> {
  const { hostname, port, pathname } = new URL(server);
  const asked = request({ hostname, port, path: `${pathname}${path}` }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('a request goes on as the asker with our own credentials, whatever the program says of itself', async () => {
  const { api, proxy } = await start(({ body }) => ({ got: body }));
  const response = await fetch(`${proxy.server}/apis/apps/v1/deployments?fieldManager=helm&force=true`, {
    method: 'PATCH',
    headers: {
      authorization: 'Bearer of-the-program',
      'impersonate-user': 'root',
      'impersonate-group': 'system:masters',
      'content-type': 'application/apply-patch+yaml',
      accept: 'application/json',
    },
    body: '{"spec":{}}',
  });
  expect(await response.json()).toEqual({ got: { spec: {} } });
  const [seen] = api.seen;
  expect(seen).toMatchObject({ method: 'PATCH', path: '/k8s/apis/apps/v1/deployments' });
  expect(seen?.query.get('fieldManager')).toBe('helm');
  expect(seen?.headers).toMatchObject({
    authorization: 'Bearer sluices-own',
    'impersonate-user': 'ada',
    'user-agent': 'sluice-proxy',
    'content-type': 'application/apply-patch+yaml',
  });
  const groups = seen?.rawHeaders.filter((_, index, all) => all[index - 1]?.toLowerCase() === 'impersonate-group');
  expect(groups).toEqual(['dev', 'a,b']);
});

test('without the secret, and on paths that climb, nothing is asked', async () => {
  const { api, proxy } = await start(() => ({}));
  const { origin } = new URL(proxy.server);
  expect((await fetch(`${origin}/api/v1/secrets`)).status).toBe(403);
  expect((await fetch(`${proxy.server.slice(0, -1)}x/api`)).status).toBe(403);
  expect((await fetch(`${proxy.server}x/api`)).status).toBe(403);
  for (const path of ['/../secrets', '/api/%2e%2E/secrets', '/api/x%2f../secrets', '/api/..'])
    expect(await statusOf(proxy.server, path)).toBe(400);
  expect((await fetch(`${proxy.server}/api`, { method: 'OPTIONS' })).status).toBe(400);
  expect(api.seen).toEqual([]);
});

test('refusals come back as they are, and a dead API server as a Status', async () => {
  const cluster = fakeCluster({ watches: [], allow: () => false });
  const proxy = await openProxyFor(cluster, ada);
  closing.push(() => proxy.close());
  const response = await fetch(`${proxy.server}/api/v1/namespaces/shop/secrets`);
  expect(response.status).toBe(404);
  cluster.answer(() => {
    throw new Error('socket hang up');
  });
  const dead = await fetch(`${proxy.server}/version`);
  expect(dead.status).toBe(502);
  expect(await dead.json()).toMatchObject({ kind: 'Status', code: 502 });
});

test('a watch comes line by line, and closing ends it', async () => {
  const { proxy } = await start((_request, response) => void response.write('{"type":"ADDED"}\n'));
  const response = await fetch(`${proxy.server}/api/v1/pods?watch=true`);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('{"type":"ADDED"}\n');
  await proxy.close();
  await expect(reader?.read()).rejects.toThrow('terminated');
  await expect(fetch(`${proxy.server}/version`)).rejects.toThrow('fetch failed');
});
