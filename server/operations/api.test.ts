import { request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { SluiceError } from '../errors.ts';
import type { WatchDefinition } from '../kube/cluster.ts';
import { definePlugin } from '../plugins/define.ts';
import { fakeCluster } from '../testing/fake-cluster.ts';
import { startRealApp } from '../testing/real-app.ts';
import type { RealApp } from '../testing/real-app.ts';
import { defineOperation } from './define.ts';
import type { Operation } from './define.ts';

const widgets: WatchDefinition = {
  group: 'example.com',
  resource: 'widgets',
  kind: 'Widget',
  namespaced: true,
  versions: ['v1'],
  summarize: () => undefined,
};

const target = z.strictObject({ namespace: z.string(), name: z.string(), fast: z.boolean().optional() });
const gates = new Map<string, PromiseWithResolvers<void>>();

const turn = defineOperation<z.infer<typeof target>, unknown>({
  name: 'widget.turn',
  summary: 'Turn a widget',
  type: 'action',
  http: { method: 'POST', path: '/widgets/:namespace/:name/turn' },
  input: target,
  output: z.object({ message: z.string() }),
  needs: ({ namespace, name }) => [{ verb: 'patch', group: 'example.com', resource: 'widgets', namespace, name }],
  subject: ({ namespace, name }) => ({ group: 'example.com', resource: 'widgets', kind: 'Widget', namespace, name }),
  check({ name }) {
    if (name === 'stuck') throw new SluiceError('refused', 'Widget apps/stuck is stuck.', { wayOut: 'Oil it.' });
  },
  exclusive: 'turning',
  timeoutMilliseconds: 10_000,
  async run({ name, fast }) {
    await gates.get(name)?.promise;
    if (name === 'broken') throw new SluiceError('failed', 'It broke.');
    return { message: fast === true ? 'Turned fast.' : 'Turned.' };
  },
});

const listInput = z.strictObject({ size: z.int().min(1).optional(), tags: z.array(z.string()).optional() });
const list = defineOperation<z.infer<typeof listInput>, unknown>({
  name: 'widget.list',
  summary: 'List widgets',
  type: 'query',
  http: { method: 'GET', path: '/widgets' },
  input: listInput,
  output: z.object({ size: z.int(), tags: z.array(z.string()) }),
  needs: () => [],
  timeoutMilliseconds: 10_000,
  run: async ({ size = 0, tags = [] }) => ({ size, tags }),
});

const plugin = definePlugin({
  name: 'widgets',
  title: 'Widgets',
  config: z.strictObject({}),
  setup: () => ({ watches: [widgets], operations: [turn, list] as unknown as readonly Operation<never, unknown>[] }),
});

let app: RealApp | undefined;

afterEach(async () => {
  for (const gate of gates.values()) gate.resolve();
  gates.clear();
  await app?.close();
  app = undefined;
});

type Allow = NonNullable<Parameters<typeof fakeCluster>[0]['allow']>;

async function start(allow: Allow = () => true, names = ['one']): Promise<RealApp> {
  app = await startRealApp({
    plugins: [plugin],
    clusters: (watches) => names.map((name) => fakeCluster({ name, watches, allow })),
  });
  return app;
}

interface Answer {
  status: number;
  headers: Headers;
  body: {
    success: boolean;
    data?: Record<string, unknown> & { id: string; items: unknown[] };
    error?: { code: string; message: string; field?: string; wayOut?: string; missing?: unknown[] };
  };
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${app?.url}/api/v1${path}`, init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

function post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return ask(path, {
    method: 'POST',
    headers: { ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test('a query takes its input from the query string, with the types it has', async () => {
  await start();
  expect((await ask('/widgets?size=3&tags=a')).body).toEqual({ success: true, data: { size: 3, tags: ['a'] } });
  expect((await ask('/widgets?tags=a&tags=b')).body.data).toEqual({ size: 0, tags: ['a', 'b'] });
});

test('invalid input is 400 with the field', async () => {
  await start();
  expect(await ask('/widgets?size=many')).toMatchObject({
    status: 400,
    body: { success: false, error: { code: 'invalid', field: 'size' } },
  });
  expect(await ask('/widgets?color=red')).toMatchObject({ status: 400, body: { error: { field: 'color' } } });
});

test('an action answers 202 with its run, which can be followed', async () => {
  await start();
  gates.set('shop', Promise.withResolvers());
  const started = await post('/widgets/apps/shop/turn', { fast: true });
  expect(started).toMatchObject({
    status: 202,
    body: { success: true, data: { state: 'running', operation: 'widget.turn' } },
  });
  const path = String(started.headers.get('location'));
  expect(path).toBe(`/api/v1/runs/${started.body.data?.id}`);
  gates.get('shop')?.resolve();
  await expect
    .poll(async () => (await ask(path.replace('/api/v1', ''))).body.data)
    .toMatchObject({ state: 'succeeded', message: 'Turned fast.' });
});

test('with wait an action answers when it has ended, a failed one as a failure', async () => {
  await start();
  expect(await post('/widgets/apps/shop/turn?wait=true')).toMatchObject({
    status: 200,
    body: { success: true, data: { state: 'succeeded', message: 'Turned.' } },
  });
  expect(await post('/widgets/apps/broken/turn?wait=true')).toMatchObject({
    status: 502,
    body: { success: false, error: { code: 'failed', message: 'It broke.' }, data: { state: 'failed' } },
  });
});

test('a refusal has its words and the way out; a second action on the object is refused', async () => {
  await start();
  expect(await post('/widgets/apps/stuck/turn')).toMatchObject({
    status: 422,
    body: { error: { code: 'refused', message: 'Widget apps/stuck is stuck.', wayOut: 'Oil it.' } },
  });
  gates.set('shop', Promise.withResolvers());
  expect((await post('/widgets/apps/shop/turn')).status).toBe(202);
  expect((await post('/widgets/apps/shop/turn')).status).toBe(422);
});

test('a missing right is 403 and names the right', async () => {
  await start((_, rule) => rule.verb !== 'patch');
  expect(await post('/widgets/apps/shop/turn')).toMatchObject({
    status: 403,
    body: {
      error: {
        code: 'forbidden',
        missing: [{ verb: 'patch', group: 'example.com', resource: 'widgets', namespace: 'apps' }],
      },
    },
  });
});

test('only a JSON object is taken as a body, and only a small one', async () => {
  await start();
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'fast=true' };
  expect(await ask('/widgets/apps/shop/turn', form)).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid' } },
  });
  const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"fast":' };
  expect((await ask('/widgets/apps/shop/turn', broken)).body.error?.message).toBe('The body is not valid JSON.');
  expect(await post('/widgets/apps/shop/turn', [1])).toMatchObject({ status: 400 });
  expect(await post('/widgets/apps/shop/turn', { fast: 'x'.repeat(70_000) })).toMatchObject({
    status: 413,
    body: { error: { code: 'too_large' } },
  });
});

test('what the path says cannot be said otherwise', async () => {
  await start();
  expect(await post('/widgets/apps/shop/turn', { name: 'other' })).toMatchObject({
    status: 400,
    body: { error: { field: 'name' } },
  });
  expect(await post('/widgets/apps/shop/turn?fast=true')).toMatchObject({
    status: 400,
    body: { error: { field: 'fast' } },
  });
});

test('an unknown path, run or cluster is 404 as JSON', async () => {
  await start();
  for (const path of ['/nothing', '/runs/x', '/clusters/two/widgets']) {
    expect(await ask(path)).toMatchObject({ status: 404, body: { success: false, error: { code: 'not_found' } } });
  }
});

test('each cluster has its own actions', async () => {
  await start(undefined, ['one', 'two']);
  expect((await post('/clusters/two/widgets/apps/shop/turn?wait=true')).body.data).toMatchObject({ cluster: 'two' });
  expect((await ask('/clusters/two/audit')).body.data?.items).toHaveLength(1);
  expect((await ask('/audit')).body.data?.items).toHaveLength(0);
});

test('runs and audit entries of objects one may not get do not exist', async () => {
  let hidden = false;
  await start((_, rule) => !hidden || rule.verb !== 'get' || rule.resource !== 'widgets');
  const run = await post('/widgets/apps/shop/turn?wait=true');
  expect((await ask('/audit')).body.data?.items).toMatchObject([{ operation: 'widget.turn', result: 'succeeded' }]);
  hidden = true;
  expect((await ask(`/runs/${run.body.data?.id}`)).status).toBe(404);
  expect((await ask('/audit')).body.data).toEqual({ items: [], total: 0 });
});

test('the OpenAPI document describes every operation', async () => {
  await start();
  const response = await fetch(`${app?.url}/api/v1/openapi.json`);
  const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, unknown>> };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/audit',
    '/runs/{id}',
    '/widgets',
    '/widgets/{namespace}/{name}/turn',
  ]);
  expect(document.paths['/widgets/{namespace}/{name}/turn']?.['post']).toMatchObject({
    operationId: 'widget.turn',
    parameters: [
      { name: 'namespace', in: 'path' },
      { name: 'name', in: 'path' },
      { name: 'wait', in: 'query' },
    ],
    requestBody: {
      content: {
        'application/json': { schema: { properties: { fast: { type: 'boolean' } }, additionalProperties: false } },
      },
    },
  });
});

/** A form as a browser sends it, its redirect not followed. */
function submit(
  path: string,
  fields: [string, string][],
  headers: Record<string, string> = {},
): Promise<{ status: number; location: string; text: string }> {
  const body = new URLSearchParams(fields).toString();
  const url = new URL(`${app?.url}${path}`);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'sec-fetch-site': 'same-origin',
          origin: url.origin,
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '', text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

test('a form starts the action and goes back to its page', async () => {
  const { services } = await start();
  const fields: [string, string][] = [
    ['namespace', 'apps'],
    ['name', 'shop'],
    ['fast', 'on'],
    ['back', '/audit?q=x'],
  ];
  expect(await submit('/actions/widget.turn', fields)).toMatchObject({ status: 303, location: '/audit?q=x' });
  await expect.poll(() => services.audit.entries()).toMatchObject([{ result: 'succeeded', message: 'Turned fast.' }]);
});

test('a form sent by script is answered 204, a refusal as a fragment with its status', async () => {
  await start();
  const htmx = { 'HX-Request': 'true' };
  expect((await submit('/actions/widget.turn', [['object', 'apps/shop']], htmx)).status).toBe(204);
  const refused = await submit('/actions/widget.turn', [['object', 'apps/stuck']], htmx);
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('Widget apps/stuck is stuck.');
  expect(refused.text).not.toContain('<html');
});

test('each picked object is a run of its own; refusals of some are told', async () => {
  const { services } = await start();
  const objects: [string, string][] = ['apps/a', 'apps/b', 'apps/a'].map((name) => ['object', name]);
  expect((await submit('/actions/widget.turn', objects)).status).toBe(303);
  expect(
    services.audit
      .entries()
      .map((entry) => entry.subject.name)
      .toSorted(),
  ).toEqual(['a', 'b']);
  const mixed = await submit('/actions/widget.turn', [
    ['object', 'apps/c'],
    ['object', 'apps/stuck'],
  ]);
  expect(mixed.status).toBe(422);
  expect(mixed.text).toContain('1 of 2 started, 1 refused. Widget apps/stuck is stuck.');
});

test('a form never leads to another site, and then does nothing', async () => {
  const { services } = await start();
  for (const back of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/..//evil.example',
  ]) {
    expect(
      (
        await submit('/actions/widget.turn', [
          ['object', 'apps/shop'],
          ['back', back],
        ])
      ).status,
    ).toBe(400);
  }
  expect(services.audit.entries()).toEqual([]);
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await submit('/actions/widget.turn', [['object', 'apps/shop']], foreign)).status).toBe(403);
  expect(services.audit.entries()).toEqual([]);
});

test('the message of an ended run is put away', async () => {
  const { services } = await start();
  const run = await post('/widgets/apps/broken/turn?wait=true');
  const id = String(run.body.data?.id);
  expect(
    (
      await submit('/actions/dismiss', [
        ['run', id],
        ['back', '/audit'],
      ])
    ).location,
  ).toBe('/audit');
  expect(services.runs.get(id)?.dismissed).toBe(true);
});
