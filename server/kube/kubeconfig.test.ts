import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createAuthority } from '../../e2e/cluster/certificates.ts';
import { SluiceError } from '../errors.ts';
import { inClusterCredentials, kubeconfigCredentials } from './credentials.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

interface Parts {
  name: string;
  server?: string;
  user?: object;
  current?: string;
  namespace?: string;
}

function config({
  name,
  server = `https://${name}.invalid:6443`,
  user = { token: `token-${name}` },
  current,
  namespace,
}: Parts) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, ...(namespace !== undefined && { namespace }) } }],
    ...(current !== undefined && { 'current-context': current }),
  };
}

function write(file: string, content: object | string): string {
  const path = join(folder, file);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof SluiceError && error.kind === 'invalid' ? error.message : `not invalid: ${String(error)}`;
  }
  return 'nothing was thrown';
}

test('reads server, token and namespace of the current context', async () => {
  const file = write('config', config({ name: 'a', current: 'a', namespace: 'team' }));
  const credentials = kubeconfigCredentials({ files: [file] });
  expect(credentials).toMatchObject({
    server: 'https://a.invalid:6443',
    namespace: 'team',
    source: `${file}, context a`,
  });
  expect((await credentials.authorize()).headers).toEqual({ authorization: 'Bearer token-a' });
});

test('of several files the first that says something wins', async () => {
  const first = write('one', config({ name: 'a', current: 'a' }));
  const second = write('two', {
    ...config({ name: 'b', current: 'b' }),
    users: [
      { name: 'b', user: { token: 'token-b' } },
      { name: 'a', user: { token: 'overridden' } },
    ],
  });
  vi.stubEnv('KUBECONFIG', `${first}:${join(folder, 'missing')}:${second}`);
  const credentials = kubeconfigCredentials();
  expect(credentials.server).toBe('https://a.invalid:6443');
  expect((await credentials.authorize()).headers.authorization).toBe('Bearer token-a');
  expect(kubeconfigCredentials({ context: 'b' }).server).toBe('https://b.invalid:6443');
});

test('a later file may bring the current context when the first has none', () => {
  const files = [write('one', config({ name: 'a' })), write('two', config({ name: 'b', current: 'a' }))];
  expect(kubeconfigCredentials({ files }).server).toBe('https://a.invalid:6443');
});

test('a plain http server is allowed', async () => {
  const text = JSON.stringify(config({ name: 'a', server: 'http://127.0.0.1:8001', current: 'a' }));
  expect(await kubeconfigCredentials({ text }).authorize()).toMatchObject({
    headers: { authorization: 'Bearer token-a' },
  });
});

test('a user name and password become basic authentication', async () => {
  const text = JSON.stringify(config({ name: 'a', current: 'a', user: { username: 'ada', password: 'pw' } }));
  const { headers } = await kubeconfigCredentials({ text }).authorize();
  expect(headers).toEqual({ authorization: `Basic ${btoa('ada:pw')}` });
});

test('a token file is relative to its kubeconfig and read again on refresh', async () => {
  write('token', 'first\n');
  const file = write('config', config({ name: 'a', current: 'a', user: { tokenFile: 'token' } }));
  const credentials = kubeconfigCredentials({ files: [file] });
  expect((await credentials.authorize()).headers.authorization).toBe('Bearer first');
  write('token', 'second\n');
  vi.useFakeTimers({ now: Date.now() + 5_000, toFake: ['Date'] });
  credentials.refresh();
  expect((await credentials.authorize()).headers.authorization).toBe('Bearer second');
});

test('an exec plugin is run once for many requests, is told the API it is asked in, and again on refresh', async () => {
  const plugin = write(
    'plugin',
    `#!/bin/sh
echo run >> "${folder}/runs"
printf '{"status":{"token":"%s-%s"}}' "$(wc -l < "${folder}/runs" | tr -d ' ')" "$(echo "$KUBERNETES_EXEC_INFO" | grep -c '"interactive":false')"
`,
  );
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' };
  const credentials = kubeconfigCredentials({
    files: [write('config', config({ name: 'a', current: 'a', user: { exec } }))],
  });
  const authorizations = await Promise.all([credentials.authorize(), credentials.authorize()]);
  expect(authorizations.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1-1', 'Bearer 1-1']);
  vi.useFakeTimers({ now: Date.now() + 5_000, toFake: ['Date'] });
  credentials.refresh();
  expect((await credentials.authorize()).headers.authorization).toBe('Bearer 2-1');
});

test('a failing exec plugin is named, what may be a token in its words is not', async () => {
  const token = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJhZGEifQ';
  const exec = { command: 'sh', args: ['-c', `echo "please sign in, ${token} is old" >&2; exit 1`] };
  const credentials = kubeconfigCredentials({
    text: JSON.stringify(config({ name: 'a', current: 'a', user: { exec } })),
  });
  await expect(credentials.authorize()).rejects.toMatchObject({
    kind: 'bad_credentials',
    message:
      'The credentials of the given kubeconfig, context a cannot be had: the plugin sh failed (exit code 1): please sign in, … is old.',
  });
});

test('what is wrong is named with its path', () => {
  const missing = join(folder, 'nowhere');
  expect(messageOf(() => kubeconfigCredentials({ files: [missing] }))).toBe(
    `The kubeconfig ${missing} does not exist.`,
  );

  const other = join(folder, 'nowhere-else');
  expect(messageOf(() => kubeconfigCredentials({ files: [missing, other] }))).toContain(`${missing}, ${other}`);

  expect(messageOf(() => kubeconfigCredentials({ files: [folder] }))).toBe(
    `The kubeconfig ${folder} cannot be read: it is a folder.`,
  );

  const broken = write('broken', 'clusters:\n  - name: [\n');
  expect(messageOf(() => kubeconfigCredentials({ files: [broken] }))).toMatch(
    `The kubeconfig ${broken} is not valid YAML`,
  );

  const other2 = write('other', 'hello: world');
  expect(messageOf(() => kubeconfigCredentials({ files: [other2] }))).toContain(`${other2} is not a kubeconfig`);

  const good = write('good', config({ name: 'a', current: 'a' }));
  expect(messageOf(() => kubeconfigCredentials({ files: [good], context: 'z' }))).toBe(
    `There is no context "z" in the kubeconfig ${good}. It knows a.`,
  );

  const none = write('none', config({ name: 'a' }));
  expect(messageOf(() => kubeconfigCredentials({ files: [none] }))).toContain(`${none} selects no context`);

  const dangling = write('dangling', { ...config({ name: 'a', current: 'a' }), clusters: [] });
  expect(messageOf(() => kubeconfigCredentials({ files: [dangling] }))).toContain(
    'the cluster "a", which is not defined',
  );

  const incomplete = write('incomplete', {
    ...config({ name: 'a', current: 'a' }),
    clusters: [{ name: 'a', cluster: {} }],
  });
  expect(messageOf(() => kubeconfigCredentials({ files: [incomplete] }))).toContain(`${incomplete} is not complete`);
});

test.each([
  ['a server without a scheme', { server: '127.0.0.1:6443' }, {}, 'has a server that is no address'],
  ['a server without a host', { server: 'https://' }, {}, 'has a server that is no address'],
  ['a server of another protocol', { server: 'ftp://a' }, {}, 'has a server that is no address'],
  ['a proxy that is no address', { 'proxy-url': 'nonsense' }, {}, 'has a proxy-url that is no address'],
  [
    'an authority that is none',
    { 'certificate-authority-data': 'aGVsbG8=' },
    {},
    'authority that is not a certificate',
  ],
  [
    'an authority that is not there',
    { 'certificate-authority': '/nowhere/ca.crt' },
    {},
    'The file /nowhere/ca.crt that the kubeconfig names cannot be read: it does not exist.',
  ],
  ['a key that is none', {}, { 'client-key-data': 'aGVsbG8=' }, 'the client key of the user "a" is not a private key'],
  ['a plugin without a command', {}, { exec: { args: [] } }, 'the exec plugin of the user "a" names no command'],
])('%s is refused at once', (_, cluster, user, message) => {
  const parts = config({ name: 'a', current: 'a', user });
  Object.assign(parts.clusters[0]?.cluster ?? {}, cluster);
  const file = write('config', parts);
  expect(messageOf(() => kubeconfigCredentials({ files: [file] }))).toContain(message);
});

test('an expired client certificate is refused with its day', () => {
  const { certificate } = createAuthority('ada');
  const user = { 'client-certificate-data': Buffer.from(certificate).toString('base64') };
  const file = write('config', config({ name: 'a', current: 'a', user }));
  expect(kubeconfigCredentials({ files: [file] }).server).toBe('https://a.invalid:6443');
  vi.useFakeTimers({ now: Date.now() + 6 * 365 * 86_400_000, toFake: ['Date'] });
  expect(messageOf(() => kubeconfigCredentials({ files: [file] }))).toMatch(
    /^\S+: the client certificate of the user "a" expired on \d{4}-\d\d-\d\d\.$/,
  );
});

test('in a cluster the mounted token is used, and the new one after a refresh', async () => {
  const mount = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
  mkdirSync(mount, { recursive: true });
  writeFileSync(join(mount, 'token'), 'old\n');
  writeFileSync(join(mount, 'ca.crt'), createAuthority('cluster').certificate);
  writeFileSync(join(mount, 'namespace'), 'sluice');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.96.0.1');
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
  const credentials = inClusterCredentials(folder);
  expect(credentials).toMatchObject({ server: 'https://10.96.0.1:443', namespace: 'sluice' });
  expect(await credentials.authorize()).toMatchObject({
    headers: { authorization: 'Bearer old' },
    tls: { ca: expect.anything() as Buffer },
  });
  writeFileSync(join(mount, 'token'), 'new\n');
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
  expect((await credentials.authorize()).headers.authorization).toBe('Bearer new');
});

test('outside of a cluster that is said', () => {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
  expect(messageOf(() => inClusterCredentials())).toContain('does not run in a cluster');
});
