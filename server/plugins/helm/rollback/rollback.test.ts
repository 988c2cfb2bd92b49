import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'cheerio';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AccessRule } from '../../../errors.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { FakeCluster, PartialObject } from '../../../testing/fake-cluster.ts';
import { startRealApp } from '../../../testing/real-app.ts';
import type { RealApp } from '../../../testing/real-app.ts';
import { storedSecret } from '../testing/stored.ts';

let app: RealApp;
let cluster: FakeCluster;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-rollback-'));
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const served = [
  { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true },
  { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true },
];

/** A program that tells what it was given and does what `body` says. */
function helmThat(body: string): string {
  const path = join(folder, 'helm');
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$1" in version) echo 'Version:"v4.3.1"'; exit 0;; esac\necho "$@" > ${folder}/arguments\n/usr/bin/env > ${folder}/environment\n${body}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

async function start(
  objects: readonly PartialObject[],
  { helm, allow = () => true }: { helm?: string; allow?: (rule: AccessRule) => boolean } = {},
) {
  app = await startRealApp({
    clusters(watches) {
      cluster = fakeCluster({ watches, served, objects, allow: (_identity, rule) => allow(rule) });
      return [cluster];
    },
    config: { 'tools.helm': helm ?? helmThat('exit 0') },
  });
}

async function rollBack(
  input: object,
): Promise<{ status: number; body: { error?: Record<string, unknown>; data?: { message: string } } }> {
  const response = await fetch(`${app.url}/api/v1/helm/releases/shop/web/rollback?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as never };
}

const manifest = (kind: string, name: string, namespace = '') =>
  `---\napiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}`;

const helmRelease: PartialObject = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: {
    name: 'web',
    namespace: 'shop',
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux' },
  },
  spec: { chart: { spec: { chart: 'web', version: '1.x' } } },
};

const two = [storedSecret({ revision: 1 }), storedSecret({ revision: 2, status: 'deployed' })];

const isSuspended = () =>
  cluster.collection({ group: 'helm.toolkit.fluxcd.io', resource: 'helmreleases' }).get('shop', 'web')?.object.spec?.[
    'suspend'
  ];

test('suspends the HelmRelease with the reason, then calls helm without any credential of ours', async () => {
  process.env['KUBECONFIG'] = '/ours';
  await start([helmRelease, ...two]);
  const { status, body } = await rollBack({ revision: 1, newest: 2, wait: false });
  delete process.env['KUBECONFIG'];
  expect(status).toBe(200);
  expect(body.data?.message).toContain('The HelmRelease is suspended now');
  expect(isSuspended()).toBe(true);
  const { object } =
    cluster.collection({ group: 'helm.toolkit.fluxcd.io', resource: 'helmreleases' }).get('shop', 'web') ?? {};
  expect(object?.metadata.annotations?.['sluice.dev/suspend-reason']).toBe('rolled back to revision 1');
  expect(readFileSync(join(folder, 'arguments'), 'utf8').trim()).toBe(
    'rollback web 1 --namespace shop --timeout 300s --history-max 0 --debug',
  );
  const environment = readFileSync(join(folder, 'environment'), 'utf8');
  expect(environment).toMatch(/^HELM_KUBEAPISERVER=http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{64}$/m);
  expect(environment).not.toContain('/ours');
  const home = /^HOME=(.+)$/m.exec(environment)?.[1] ?? '';
  expect(existsSync(home)).toBe(false);
  expect(app.services.audit.entries()[0]).toMatchObject({ operation: 'helm.rollback', result: 'succeeded' });
});

test('a failure that changed nothing tells the cause and resumes the HelmRelease', async () => {
  await start([helmRelease, ...two], {
    helm: helmThat('echo \'level=DEBUG msg="x"\' >&2; echo "Error: cannot reach $HELM_KUBEAPISERVER/api" >&2; exit 1'),
  });
  const { status, body } = await rollBack({ revision: 1 });
  expect(status).toBe(502);
  expect(body.error?.['message']).toBe(
    'Helm did not roll back: cannot reach https://fake.invalid/api. Nothing was changed.',
  );
  expect(isSuspended()).toBeUndefined();
});

test('each thing that speaks against it has an answer of its own, and nothing is done', async () => {
  const own = (name: string, status: string, revision: number) =>
    storedSecret({ revision, status, chartVersion: name });
  const cases: [readonly PartialObject[], object, number, RegExp][] = [
    [two, { revision: 7 }, 404, /keeps no revision 7/],
    [two, { revision: 2 }, 422, /is the current one/],
    [two, { revision: 1, newest: 1 }, 409, /Revision 2 of web was written meanwhile/],
    [
      [own('a', 'deployed', 1), own('b', 'pending-upgrade', 2)],
      { revision: 1 },
      422,
      /busy with web: upgrading, as revision 2, since 2026-11-21 06:07:44 UTC/,
    ],
    [[own('a', 'pending-install', 1), own('b', 'deployed', 2)], { revision: 1 }, 422, /never came to an end/],
    [
      [{ ...two[0], data: { release: 'bm8=' } } as PartialObject, two[1] as PartialObject],
      { revision: 1 },
      502,
      /is damaged/,
    ],
  ];
  for (const [objects, input, expected, words] of cases) {
    await start([helmRelease, ...objects]);
    const { status, body } = await rollBack(input);
    expect([status, body.error?.['message']]).toEqual([expected, expect.stringMatching(words)]);
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
    expect(isSuspended()).toBeUndefined();
    await app.close();
  }
  await start([]);
});

const interrupted = [...two, storedSecret({ revision: 3, status: 'pending-rollback' })];
const still = { ...helmRelease, spec: { ...(helmRelease['spec'] as object), suspend: true } };

test('what was interrupted goes back to the revision that was in force, when the asker says that it is over', async () => {
  const cases: [readonly PartialObject[], object, number, RegExp][] = [
    [[still, ...interrupted], { revision: 2 }, 422, /Roll back to revision 2.* Or resume the HelmRelease shop\/web/],
    [[still, ...interrupted], { revision: 1, interrupted: true }, 422, /Roll back to revision 2 first/],
    [[helmRelease, ...interrupted], { revision: 2, interrupted: true }, 422, /Sync the HelmRelease shop\/web/],
    [[still, ...two], { revision: 1, interrupted: true }, 409, /Look at what changed/],
    [[storedSecret({ revision: 1, status: 'pending-install' })], { revision: 1 }, 422, /helm uninstall web -n shop/],
  ];
  for (const [objects, input, expected, words] of cases) {
    await start(objects);
    const { status, body } = await rollBack(input);
    expect([status, body.error?.['wayOut']]).toEqual([expected, expect.stringMatching(words)]);
    expect(existsSync(join(folder, 'arguments'))).toBe(false);
    await app.close();
  }
  await start([still, ...interrupted]);
  expect((await rollBack({ revision: 2, newest: 3, interrupted: true })).status).toBe(200);
  expect(readFileSync(join(folder, 'arguments'), 'utf8')).toContain('rollback web 2 ');
});

test('the page of a release that is pending says so on each tab, and offers the way back', async () => {
  await start([still, ...interrupted]);
  const page = async (tab: string) => load(await (await fetch(`${app.url}/helm/shop/web?tab=${tab}`)).text());
  for (const tab of ['history', 'values', 'roll-back'])
    expect((await page(tab))('#helm-subject .notice').text()).toContain('rolling back, as revision 3');
  const $ = await page('roll-back');
  expect($('.helm-do button').text().trim()).toBe('Roll back to 2');
  expect($('input[name=interrupted]').attr('required')).toBeDefined();
});

test('helm that is killed leaves a revision pending, and the failure says how to come out', async () => {
  const written = storedSecret({ revision: 3, status: 'pending-rollback' });
  await start([helmRelease, ...two], {
    helm: helmThat(`: > ${folder}/began; while [ ! -e ${folder}/go ]; do /bin/sleep 0.05; done; kill -9 $$`),
  });
  const ended = rollBack({ revision: 1 });
  await vi.waitFor(() => expect(existsSync(join(folder, 'began'))).toBe(true), { timeout: 20_000 });
  cluster.set(written);
  writeFileSync(join(folder, 'go'), '');
  const { body } = await ended;
  expect(body.error).toMatchObject({
    message: expect.stringContaining(
      'helm was killed while it was at work. Helm wrote revision 3 as pending-rollback.',
    ),
    wayOut: expect.stringContaining('Roll back to revision 2, which was in force before. Or resume'),
  });
  expect(isSuspended()).toBe(true);
});

test('the rights for everything helm will do are asked for first', async () => {
  const before = manifest('Secret', 'gone');
  const after = manifest('ConfigMap', 'comes', 'other');
  const objects = [
    helmRelease,
    storedSecret({ revision: 1, manifest: after }),
    storedSecret({ revision: 2, status: 'deployed', manifest: before }),
  ];
  await start(objects, { allow: ({ verb }) => !['create', 'delete'].includes(verb) });
  const { status, body } = await rollBack({ revision: 1 });
  expect(status).toBe(403);
  expect(body.error?.['missing']).toEqual([
    { verb: 'create', group: '', resource: 'secrets', namespace: 'shop' },
    { verb: 'create', group: '', resource: 'configmaps', namespace: 'other' },
    { verb: 'delete', group: '', resource: 'secrets', namespace: 'shop' },
  ]);
  await app.close();
  await start(objects, { allow: ({ resource, verb }) => resource !== 'helmreleases' || verb !== 'patch' });
  expect((await rollBack({ revision: 1 })).body.error?.['message']).toContain(
    'You may not suspend the HelmRelease shop/web',
  );
  await app.close();
  await start(objects, { allow: ({ resource }) => resource !== 'helmreleases' });
  expect((await rollBack({ revision: 1 })).body.error?.['message']).toBe(
    'A HelmRelease that you may not see installs this release.',
  );
});

test('a suspension that Git would take back is not begun', async () => {
  const managedFields = [
    { manager: 'kustomize-controller', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:suspend': {} } } },
  ];
  await start([{ ...helmRelease, metadata: { ...helmRelease.metadata, managedFields } }, ...two]);
  // The store keeps no managed fields; the API server tells them.
  cluster.answer(({ method = 'GET', path }) =>
    method === 'GET' && path.endsWith('/helmreleases/web')
      ? { ...helmRelease, metadata: { ...helmRelease.metadata, managedFields } }
      : undefined,
  );
  const { body } = await rollBack({ revision: 1 });
  expect(body.error?.['wayOut']).toContain('Suspend the Kustomization flux/apps first');
});

test('objects without a namespace are not led astray when Helm keeps the release elsewhere', async () => {
  const elsewhere = (revision: number, status: string, text: string) =>
    storedSecret({ revision, status, manifest: text, namespace: 'apps' });
  await start([
    elsewhere(1, 'superseded', manifest('ConfigMap', 'lost')),
    elsewhere(2, 'deployed', manifest('ConfigMap', 'found', 'apps')),
  ]);
  const { status, body } = await rollBack({ revision: 1 });
  expect([status, body.error?.['message']]).toEqual([
    422,
    expect.stringContaining('ConfigMap lost of revision 1 names no namespace'),
  ]);
});

test('the page says what will be done and does it without script; without helm it says so and how by hand', async () => {
  await start([helmRelease, ...two]);
  const page = async () => load(await (await fetch(`${app.url}/helm/shop/web?tab=roll-back`)).text());
  const $ = await page();
  expect($('.helm-do button').text().trim()).toBe('Suspend and roll back to 1');
  const form = new URLSearchParams(
    $('#helm-rollback input')
      .toArray()
      .map((input) => [$(input).attr('name') ?? '', $(input).attr('value') ?? '']),
  );
  const answer = await fetch(`${app.url}${$('.helm-do button').attr('formaction')}`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/helm/shop/web?tab=roll-back']);
  const after = await page();
  expect(after('#detail-run').text()).toContain('Rolled back');
  expect(after('.notice').text()).toContain('It says: “rolled back to revision 1”');
  await app.close();
  await start([helmRelease, ...two], { helm: join(folder, 'missing') });
  const without = await page();
  expect(without('.helm-do').length).toBe(0);
  expect(without('#helm-body').text()).toContain('is no program that can be run');
  expect(without('.helm-by-hand').attr('open')).toBeDefined();
  expect(without('.helm-by-hand').text()).toContain('helm rollback web 1 -n shop --wait');
});
