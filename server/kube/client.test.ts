import { afterEach, expect, test } from 'vitest';
import { createAuthority, createServerCertificate } from '../../e2e/cluster/certificates.ts';
import { createClient } from './client.ts';
import { kubeconfigCredentials, tokenCredentials, type Credentials } from './credentials.ts';
import type { Identity } from './identity.ts';
import { refuse, scriptedApi, type Script, type ScriptedApi } from './testing/scripted-api.ts';

const secret = 'tok3n-of-nobodys-business';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function apiAndClient(script: Script, credentials?: (api: ScriptedApi) => Credentials) {
  const api = await scriptedApi(script);
  const client = createClient(credentials?.(api) ?? tokenCredentials({ server: api.url, token: secret }));
  closing.push(
    () => api.close(),
    () => client.close(),
  );
  return { api, client };
}

function headerLines(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

const ada: Identity = {
  name: 'ada',
  groups: ['developers', 'on,call'],
  impersonate: { user: 'adä', groups: ['developers', 'on,call'] },
};

test('sends the token, the query and a body, and reads JSON', async () => {
  const { api, client } = await apiAndClient((request) => ({ got: request.body }));
  const body = { spec: { suspend: true } };
  const query = { fieldManager: 'sluice' };
  expect(await client.json({ method: 'PATCH', path: '/api/v1/x', query, body })).toEqual({ got: body });
  expect(api.seen[0]).toMatchObject({ method: 'PATCH', path: '/api/v1/x' });
  expect(api.seen[0]?.query.get('fieldManager')).toBe('sluice');
  expect(api.seen[0]?.headers).toMatchObject({
    authorization: `Bearer ${secret}`,
    'content-type': 'application/merge-patch+json',
  });
});

test('sends each impersonated group in a header line of its own, names as UTF-8', async () => {
  const { api, client } = await apiAndClient(() => ({}));
  await client.json({ path: '/version', as: ada });
  const raw = api.seen[0]?.rawHeaders ?? [];
  expect(headerLines(raw, 'impersonate-group')).toEqual(['developers', 'on,call']);
  expect(Buffer.from(headerLines(raw, 'impersonate-user')[0] ?? '', 'latin1').toString('utf8')).toBe('adä');
});

test('sends no impersonation headers for an identity that is the credentials’ own', async () => {
  const { api, client } = await apiAndClient(() => ({}));
  await client.json({ path: '/version', as: { name: 'me', groups: ['a'] } });
  expect(api.seen[0]?.rawHeaders.join(' ').toLowerCase()).not.toContain('impersonate');
});

test('reads bytes as they are, and no more of them than it may', async () => {
  const { client } = await apiAndClient((_request, response) => {
    response.end(Buffer.from([0, 255, 128, 10]));
  });
  expect([...(await client.bytes({ path: '/file', mostBytes: 4 }))]).toEqual([0, 255, 128, 10]);
  await expect(client.bytes({ path: '/file', mostBytes: 3 })).rejects.toMatchObject({ kind: 'too_large' });
});

test('speaks HTTP/1.1 to a server that offers HTTP/2, where repeated headers would be joined', async () => {
  const authority = createAuthority('test');
  const { certificate: cert, key } = createServerCertificate(authority, ['127.0.0.1']);
  const { createSecureServer } = await import('node:http2');
  const seen: { version: string; groups: string[] }[] = [];
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    seen.push({ version: request.httpVersion, groups: headerLines(request.rawHeaders, 'impersonate-group') });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const url = `https://127.0.0.1:${port}`;
  const client = createClient(tokenCredentials({ server: url, token: secret, ca: authority.certificate }));
  closing.push(
    async () => void server.close(),
    () => client.close(),
  );
  await client.json({ path: '/version', as: ada });
  expect(seen).toEqual([{ version: '1.1', groups: ['developers', 'on,call'] }]);
});

test('a path goes out as it is, below the server’s own path', async () => {
  const { api, client } = await apiAndClient(
    () => ({}),
    ({ url }) => tokenCredentials({ server: `${url}/k8s/clusters/c1/`, token: secret }),
  );
  await client.json({ path: '/api/v1/namespaces/../secrets' });
  expect(api.seen[0]?.path).toBe('/k8s/clusters/c1/api/v1/namespaces/../secrets');
});

test.each([
  [400, 'invalid'],
  [401, 'bad_credentials'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [409, 'conflict'],
  [410, 'conflict'],
  [413, 'too_large'],
  [422, 'invalid'],
  [429, 'unreachable'],
  [500, 'unreachable'],
  [503, 'unreachable'],
])('the status %i is %s', async (httpStatus, kind) => {
  const { client } = await apiAndClient((_request, response) =>
    refuse(response, httpStatus, { reason: 'Why', message: 'm' }),
  );
  await expect(client.json({ path: '/api/v1/x' })).rejects.toMatchObject({ name: 'KubeError', httpStatus, kind });
});

test('a refusal names the right that is missing', async () => {
  const { client } = await apiAndClient((_request, response) => refuse(response, 403, { message: 'no' }));
  const path = '/apis/apps/v1/namespaces/web/deployments/shop/scale';
  await expect(client.json({ method: 'PATCH', path, body: {} })).rejects.toMatchObject({
    missing: [
      { verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'web', name: 'shop' },
    ],
  });
});

test.each([
  'users "ada" is forbidden: User "sluice" cannot impersonate resource "users" in API group "" at the cluster scope',
  'pods is forbidden: User "sluice" cannot impersonate-on:user-info:list resource "pods" in API group "" at the cluster scope',
])('a refused impersonation is Sluice’s lack of a right, not the asker’s: %s', async (message) => {
  const { client } = await apiAndClient((_request, response) => refuse(response, 403, { message }));
  await expect(client.json({ path: '/api/v1/pods', as: ada })).rejects.toMatchObject({
    message: `Sluice may not act as ada: ${message}`,
    missing: [{ verb: 'impersonate', group: '', resource: 'users' }],
  });
});

test('who gave no credentials is told so, when the API server knows them as nobody', async () => {
  const message = 'forbidden: User "system:anonymous" cannot get path "/apis"';
  const { client } = await apiAndClient((_request, response) => refuse(response, 403, { message }));
  await expect(client.json({ path: '/apis' })).rejects.toMatchObject({
    kind: 'forbidden',
    message: expect.stringMatching(
      /holds no credentials, so the API server knows Sluice as nobody: forbidden/,
    ) as string,
  });
  await expect(client.json({ path: '/apis', as: ada })).rejects.toMatchObject({ message });
});

test('a proxy that is not there is named, without its password', async () => {
  const text = JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.invalid', 'proxy-url': 'http://ada:s3cret@127.0.0.1:9' } }],
    users: [{ name: 'u', user: { token: 't' } }],
  });
  const client = createClient(kubeconfigCredentials({ text }));
  closing.push(() => client.close());
  await expect(client.json({ path: '/version' })).rejects.toMatchObject({
    kind: 'unreachable',
    message:
      'The API server at api.invalid cannot be reached through the proxy 127.0.0.1:9: the connection is refused.',
  });
});

test('an invalid object names its fields', async () => {
  const details = {
    causes: [
      { field: 'spec.interval', message: 'must match' },
      { field: 'spec.path', message: 'x' },
    ],
  };
  const { client } = await apiAndClient((_request, response) => refuse(response, 422, { message: 'invalid', details }));
  await expect(client.json({ path: '/api/v1/x' })).rejects.toMatchObject({ field: 'spec.interval, spec.path' });
});

test('reads its credentials anew once when they are refused', async () => {
  let valid = 'second';
  let current = 'first';
  const { api, client } = await apiAndClient(
    (request, response) =>
      request.headers.authorization === `Bearer ${valid}`
        ? { ok: true }
        : refuse(response, 401, { message: 'Unauthorized' }),
    ({ url }) => ({
      ...tokenCredentials({ server: url, token: '' }),
      authorize: async () => ({ headers: { authorization: `Bearer ${current}` }, tls: {} }),
      refresh: () => {
        current = 'second';
      },
    }),
  );
  expect(await client.json({ path: '/version' })).toEqual({ ok: true });
  expect(api.seen).toHaveLength(2);
  valid = 'third';
  await expect(client.json({ path: '/version' })).rejects.toMatchObject({ kind: 'bad_credentials' });
  expect(api.seen).toHaveLength(4);
});

test('nobody listening is unreachable, naming the host and never the token', async () => {
  const api = await scriptedApi(() => ({}));
  await api.close();
  const client = createClient(tokenCredentials({ server: api.url, token: secret }));
  closing.push(() => client.close());
  const error = await client.json({ path: '/version' }).catch((thrown: unknown) => thrown as Error);
  const host = new URL(api.url).host;
  expect(error).toMatchObject({
    kind: 'unreachable',
    reason: 'ECONNREFUSED',
    message: `The API server at ${host} cannot be reached: the connection is refused.`,
  });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
});

test('a certificate of an unknown authority is said to be that', async () => {
  const { certificate: cert, key } = createServerCertificate(createAuthority('unknown'), ['127.0.0.1']);
  const api = await scriptedApi(() => ({}), { tls: { cert, key } });
  const client = createClient(tokenCredentials({ server: api.url, token: secret }));
  closing.push(
    () => api.close(),
    () => client.close(),
  );
  await expect(client.json({ path: '/version' })).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('signed by an authority that is not trusted') as string,
  });
});

test('gives up after its time', async () => {
  const { client } = await apiAndClient(() => undefined);
  await expect(client.json({ path: '/version', timeoutMilliseconds: 30 })).rejects.toMatchObject({ kind: 'timed_out' });
});

test('credentials that do not come in time are said to be missing, not the API server', async () => {
  const { client } = await apiAndClient(
    () => ({}),
    ({ url }) => ({
      ...tokenCredentials({ server: url, token: '' }),
      authorize: () => new Promise<never>(() => undefined),
    }),
  );
  await expect(client.json({ path: '/version', timeoutMilliseconds: 30 })).rejects.toMatchObject({
    kind: 'bad_credentials',
    message: expect.stringMatching(/^The credentials of a token for http\S+ have not come yet\.$/) as string,
  });
});

test('an abort is the caller’s own error', async () => {
  const { client } = await apiAndClient(() => undefined);
  const controller = new AbortController();
  const asked = client.json({ path: '/version', signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});

test('an answer that is no JSON is no answer of an API server', async () => {
  const { client } = await apiAndClient((_request, response) => void response.end('<html>sign in</html>'));
  await expect(client.json({ path: '/version' })).rejects.toMatchObject({ kind: 'unreachable' });
});

test('gives lines as they come, whatever way the bytes are cut', async () => {
  const bytes = Buffer.from('erste\nzwei ü\n\nletzte');
  const { client } = await apiAndClient((_request, response) => {
    const middle = bytes.indexOf(0xc3) + 1;
    response.write(bytes.subarray(0, middle));
    response.end(bytes.subarray(middle));
  });
  const lines: string[] = [];
  for await (const line of client.lines({ path: '/logs' })) lines.push(line);
  expect(lines).toEqual(['erste', 'zwei ü', '', 'letzte']);
});

test('a stream that is cut is an error after the lines that came', async () => {
  const { client } = await apiAndClient((_request, response) => {
    response.write('one\n', () => response.destroy());
  });
  const lines: string[] = [];
  const read = async () => {
    for await (const line of client.lines({ path: '/logs' })) lines.push(line);
  };
  await expect(read()).rejects.toMatchObject({ kind: 'unreachable' });
  expect(lines).toEqual(['one']);
});

test('acts as the kubeconfig’s own `as` and `as-groups`, unless the asker is somebody else', async () => {
  const { api, client } = await apiAndClient(
    () => ({}),
    ({ url }) =>
      kubeconfigCredentials({
        text: JSON.stringify({
          clusters: [{ name: 'c', cluster: { server: url } }],
          users: [{ name: 'u', user: { token: secret, as: 'root', 'as-groups': ['a', 'b'] } }],
          contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
          'current-context': 'x',
        }),
      }),
  );
  await client.json({ path: '/version' });
  await client.json({ path: '/version', as: ada });
  const groups = api.seen.map((request) => headerLines(request.rawHeaders, 'impersonate-group'));
  expect(groups).toEqual([
    ['a', 'b'],
    ['developers', 'on,call'],
  ]);
  expect(headerLines(api.seen[0]?.rawHeaders ?? [], 'impersonate-user')).toEqual(['root']);
});
