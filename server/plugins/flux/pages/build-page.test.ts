import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { errorOfStatus } from '../../../kube/kube-error.ts';
import { ruleOfRequest } from '../../../kube/request-rule.ts';
import { artifactOf } from '../build/testing/artifact-of.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { gitRepository, kustomization } from './testing/objects.ts';

let app: FluxApp;
let archive: Buffer;
let turn = 0;
beforeEach(() => {
  // Whether this machine has kustomize makes no difference to plain folders.
  vi.stubEnv('PATH', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await app.close();
});

const url = 'http://source-controller.flux-system.svc.cluster.local./gitrepository/shop/apps/a.tar.gz';
const proxied =
  '/api/v1/namespaces/flux-system/services/http:source-controller:80/proxy/gitrepository/shop/apps/a.tar.gz';
const path = '/flux/kustomizations/shop/web/build';

const files = {
  'web/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {region: "${region}", key: "${token}", rest: "${nobody}"}\n',
  'web/b.yaml':
    'apiVersion: v1\nkind: Secret\nmetadata: {name: b}\ndata: {x: "ENC[AES256_GCM,data:abcdef]"}\nsops: {mac: m}\n',
};

async function start(answer: (path: string) => unknown): Promise<void> {
  // Each test has an artifact of its own: what was fetched lately is kept.
  const made = await artifactOf({ ...files, 'README.md': String((turn += 1)) });
  const { digest } = made;
  archive = made.archive;
  const artifact = { url, digest, revision: `main@sha1:${'a'.repeat(40)}` };
  const postBuild = {
    substitute: { region: 'north' },
    substituteFrom: [{ kind: 'Secret', name: 'variables' }],
  };
  app = await startFluxApp({
    objects: [gitRepository('apps', { status: { artifact } }), kustomization('web', { spec: { postBuild } })],
  });
  app.cluster.answer((request) => {
    const own = answer(request.path);
    if (own === 'forbidden')
      throw errorOfStatus(403, { reason: 'Forbidden' }, { server: 'x', rule: ruleOfRequest(request) });
    if (own !== undefined) return own;
    if (request.path === proxied) return archive;
    if (!request.path.endsWith('/secrets/variables')) return undefined;
    return { data: { token: Buffer.from('open-sesame').toString('base64') } };
  });
}

/** The page when its build is over, which on a busy machine may come after the first look. */
async function settledPage() {
  return vi.waitFor(
    async () => {
      const seen = await app.page(path);
      expect(seen.$('#detail-build [aria-busy]')).toHaveLength(0);
      return seen;
    },
    { timeout: 20_000 },
  );
}

test('shows each variable with its value and where it comes from, and each object, and nothing that is secret', async () => {
  await start(() => undefined);
  const { $, html } = await settledPage();
  const rows = $('.build-variables tbody tr')
    .map((_, row) =>
      $(row)
        .children()
        .map((__, cell) => $(cell).text().trim())
        .get()
        .join(' | '),
    )
    .get();
  expect(rows).toEqual([
    'nobody | empty | nothing sets it',
    'region | north | the Kustomization itself',
    'token | hidden | Secret variables',
  ]);
  expect($('.build-variables a').attr('href')).toBe('/objects/core/v1/secrets/shop/variables');
  expect(
    $('#detail-build details')
      .map((_, each) => $(each).find('summary').text().trim())
      .get(),
  ).toEqual(['ConfigMap a', 'Secret b encrypted']);
  expect($('#detail-build').text()).toContain('1 object is encrypted with SOPS.');
  expect($('#detail-build').text()).toContain('No value is set for nobody.');
  expect(html).not.toMatch(/open-sesame|AES256/);
  expect($('#detail-tabs [aria-current]').text()).toBe('Build');
});

test('the API answers the same, masked', async () => {
  await start(() => undefined);
  const response = await fetch(`${app.url}/api/v1${path}`);
  const text = await response.text();
  const { data } = JSON.parse(text) as { data: { objects: { data: object }[]; substitutions: object[] } };
  expect(data).toMatchObject({
    builtWith: { program: 'plain' },
    encrypted: [{ group: '', kind: 'Secret', name: 'b' }],
    problems: [{ subject: 'Decryption' }, { subject: 'Variables' }],
  });
  expect(data.objects[0]?.data).toEqual({ region: 'north', key: '***', rest: null });
  expect(text).not.toMatch(/open-sesame|AES256/);
});

test('names the right that is missing', async () => {
  await start((asked) => (asked === proxied ? 'forbidden' : undefined));
  const { $ } = await settledPage();
  expect($('#detail-build h2').text()).toBe('You may not see what it builds');
  expect($('#detail-build').text()).toContain('get on services/proxy in namespace flux-system');
});

test('what takes long comes later, and the page says so', async () => {
  const built = Promise.withResolvers<undefined>();
  await start((asked) => (asked === proxied ? built.promise.then(() => archive) : undefined));
  const { $ } = await app.page(path);
  expect($('#detail-build [aria-busy]').text()).toContain('This page fills by itself.');
  built.resolve(undefined);
  const later = await settledPage();
  expect(later.$('#detail-build details')).toHaveLength(2);
});

test('the page of the object itself builds nothing; other kinds have no such view', async () => {
  await start(() => undefined);
  const { $ } = await app.page('/flux/kustomizations/shop/web');
  expect($('#detail-tabs').text()).toContain('Build');
  expect(app.cluster.requests.some((request) => request.path === proxied)).toBe(false);
  expect((await app.page(`${path}?page=x`)).status).toBe(400);
  expect((await app.page('/flux/kustomizations/shop/none/build')).status).toBe(404);
  expect((await app.page('/flux/gitrepositories/shop/apps/build')).status).toBe(404);
});
