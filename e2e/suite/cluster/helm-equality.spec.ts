import { gzipSync } from 'node:zlib';
import { parse, parseAllDocuments } from 'yaml';
import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { type Helm, helmFor } from '../../support/helm.ts';
import { type SluiceProcess, startSluice, untilReady } from '../../support/sluice-process.ts';
import { expect, expectSound, test } from '../../support/test.ts';

/** What Sluice reads from Helm's storage is what the real helm prints of it. */
test.describe.configure({ mode: 'serial' });

const namespace = 'shop';
let cluster: TestCluster;
let helm: Helm;
let sluice: SluiceProcess;

test.beforeAll(async () => {
  test.setTimeout(900_000);
  cluster = await startCluster({
    name: `equality-${process.pid}`,
    only: ['source-controller', 'helm-controller', 'registry'],
  });
  helm = await helmFor(cluster);
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const version of ['1.0.0', '1.1.0'])
    await cluster.registry.pushChart('charts/web', { name: 'web', version }, web(version));
  await cluster.registry.pushChart('charts/large', { name: 'large', version: '1.0.0' }, large);
  sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin') });
  await untilReady(sluice.url);
});

test.afterAll(async () => {
  await sluice.stop();
  helm.end();
  await cluster.stop();
});

const create = (path: string, body: object) => cluster.request('POST', path, body);
const chart = (name: string) => `oci://${cluster.registry.host}/charts/${name}`;
const where = ['-n', namespace];

const web = (version: string): Record<string, string> => ({
  'Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\nappVersion: "2.${version}"\n`,
  'values.yaml':
    'mode: slow\nreplicas: 1\nratio: 0.5\nempty: {}\nnothing: ""\nlist: [a, b]\nlogging:\n  level: info\n  format: json\n  labels:\n    "app.kubernetes.io/part-of": shop\n',
  'templates/settings.yaml': `# A comment that stays.\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata:\n  version: "${version}"\n  values: |\n    {{- toYaml .Values | nindent 4 }}\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports: [{ port: 80 }]\n`,
  'templates/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Release.Name }}\n',
  'templates/hook.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-before\n  annotations:\n    helm.sh/hook: pre-install,pre-upgrade\n    helm.sh/hook-weight: "-5"\ndata: { revision: "{{ .Release.Revision }}" }\n',
  'templates/test.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-test\n  annotations:\n    helm.sh/hook: test\n',
  'templates/NOTES.txt': 'Web {{ .Values.mode }} of {{ .Chart.Version }}.\n\n  Try: curl http://{{ .Release.Name }}\n',
});

/** Letters that gzip cannot make small: the release comes near to what a Secret may hold. */
const large = {
  'Chart.yaml': 'apiVersion: v2\nname: large\nversion: 1.0.0\n',
  'templates/settings.yaml':
    '{{- range until 4 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large-{{ . }}\ndata:\n  text: {{ randAlphaNum 245000 }}\n{{- end }}\n',
};

const values = {
  mode: 'fast',
  replicas: 3,
  ratio: null,
  list: ['c'],
  logging: { level: null, labels: { extra: 'yes: "no"', 'app.kubernetes.io/part-of': 'mall' } },
  more: { deep: [{ one: 1 }, { two: [true, false] }] },
};

interface Told {
  history: {
    revision: number;
    status: string;
    chart: string;
    chartVersion: string;
    appVersion?: string;
    description: string;
  }[];
  values: object;
  allValues: object;
  objects: { manifest: string }[];
  notes: string;
  hooks: { name: string; events: string[]; manifest: string }[];
}

/** What is listed is kept for seconds: what was written a moment ago is waited for. */
async function told(name: string, revision?: number): Promise<Told> {
  const query = revision === undefined ? '' : `?revision=${revision}`;
  let told: Told | undefined;
  await expect(async () => {
    const answer = await fetch(`${sluice.url}/api/v1/helm/releases/${namespace}/${name}${query}`);
    const body = (await answer.json()) as { data: Told };
    expect(body).toMatchObject({ success: true });
    told = body.data;
  }).toPass();
  return told as unknown as Told;
}

const objectsIn = (text: string): unknown[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() === null ? [] : [document.toJS() as unknown]));

/** Without comments that name templates, and without blank lines around documents. */
const plain = (text: string): string[] =>
  text
    .split(/^---[ \t]*$/m)
    .map((document) => document.replace(/^# Source: .*$/m, '').trim())
    .filter((document) => document !== '');

async function expectEqual(name: string, revision: number): Promise<void> {
  const get = (what: string, ...more: string[]) =>
    helm('get', what, name, ...where, '--revision', String(revision), ...more);
  const ours = await told(name, revision);
  expect(ours.values).toEqual(JSON.parse(await get('values', '-o', 'json')) ?? {});
  expect(ours.allValues).toEqual(JSON.parse(await get('values', '--all', '-o', 'json')));
  const manifest = await get('manifest');
  expect(ours.objects.map((object) => object.manifest.trim())).toEqual(plain(manifest));
  expect(ours.objects.map((object) => parse(object.manifest) as unknown)).toEqual(objectsIn(manifest));
  const notes = await get('notes');
  expect(ours.notes.trim()).toBe(notes.replace(/^NOTES:\n/, '').trim());
  const hooks = await get('hooks');
  expect(ours.hooks.flatMap((hook) => plain(hook.manifest))).toEqual(plain(hooks));
}

async function expectSameHistory(name: string): Promise<void> {
  await expect(() => historiesAgree(name)).toPass();
}

async function historiesAgree(name: string): Promise<void> {
  interface Line {
    revision: number;
    status: string;
    chart: string;
    app_version: string;
    description: string;
  }
  const theirs = JSON.parse(await helm('history', name, ...where, '-o', 'json', '--max', '256')) as Line[];
  const { history } = await told(name);
  expect(
    history.toReversed().map((one) => ({
      revision: one.revision,
      status: one.status,
      chart: `${one.chart}-${one.chartVersion}`,
      app_version: one.appVersion ?? '',
      description: one.description,
    })),
  ).toEqual(
    theirs.map(({ revision, status, chart, app_version, description }) => ({
      revision,
      status,
      chart,
      app_version,
      description,
    })),
  );
}

test('a release of helm: values, manifest, notes, hooks and history of each revision', async ({ page }) => {
  const set = ['--set-json', `more=${JSON.stringify(values.more)}`];
  await helm('install', 'web', chart('web'), '--version', '1.0.0', '--plain-http', ...where, ...set);
  const json = Object.entries(values).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
  await helm('upgrade', 'web', chart('web'), '--version', '1.1.0', '--plain-http', ...where, ...json);
  await helm('rollback', 'web', '1', ...where);
  for (const revision of [1, 2, 3]) await expectEqual('web', revision);
  await expectSameHistory('web');

  await page.goto(`${sluice.url}/helm/${namespace}/web?tab=notes&revision=2`);
  await expect(page.locator('#helm-body pre')).toContainText('Try: curl http://web');
  await page.goto(`${sluice.url}/helm/${namespace}/web?tab=manifest&revision=2`);
  const shown = await page.locator('#helm-body pre').allTextContents();
  expect(shown.map((text) => text.trim())).toEqual(
    plain(await helm('get', 'manifest', 'web', ...where, '--revision', '2')),
  );
  await page.goto(`${sluice.url}/helm/${namespace}/web?tab=values&revision=2&all=true`);
  const yaml = (await page.locator('#helm-body pre').last().textContent()) ?? '';
  expect(parse(yaml)).toEqual(
    parse(await helm('get', 'values', 'web', '-a', ...where, '--revision', '2', '-o', 'yaml')),
  );
});

test('a release of helm-controller, with values from several places', async () => {
  await create(`/api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'common', namespace },
    data: { 'values.yaml': 'replicas: 2\nlogging: { format: text }\nmore: { deep: [1] }\n' },
  });
  await create(`/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/ocirepositories`, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'flux-web', namespace },
    spec: {
      url: chart('web'),
      insecure: true,
      interval: '10m',
      ref: { tag: '1.1.0' },
      layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
    },
  });
  await create(`/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`, {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'flux-web', namespace },
    spec: {
      interval: '10m',
      chartRef: { kind: 'OCIRepository', name: 'flux-web' },
      valuesFrom: [{ kind: 'ConfigMap', name: 'common' }],
      values,
    },
  });
  await expect(async () => {
    expect(JSON.parse(await helm('list', ...where, '-o', 'json'))).toContainEqual(
      expect.objectContaining({ name: 'flux-web', status: 'deployed' }),
    );
  }).toPass();
  await expectEqual('flux-web', 1);
  await expectSameHistory('flux-web');
});

test('a release that comes near to what a Secret may hold', async ({ page }) => {
  await helm('install', 'large', chart('large'), '--plain-http', ...where);
  type Stored = { data: { release: string } };
  const { data } = await cluster.request<Stored>(
    'GET',
    `/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.large.v1`,
  );
  expect(Buffer.from(data.release, 'base64').length).toBeGreaterThan(950_000);
  await expectEqual('large', 1);
  await page.goto(`${sluice.url}/helm/${namespace}/large?tab=manifest`);
  await expect(page.locator('#helm-body summary')).toHaveCount(4);
});

test('a release of fifty revisions', async ({ page }) => {
  test.setTimeout(240_000);
  await helm('install', 'many', chart('web'), '--version', '1.0.0', '--plain-http', ...where);
  const pull = ['--version', '1.0.0', '--plain-http', '--history-max', '0'];
  for (let revision = 2; revision <= 50; revision += 1)
    await helm('upgrade', 'many', chart('web'), ...pull, ...where, '--set', `replicas=${revision}`);
  await expectSameHistory('many');
  await expectEqual('many', 27);
  await page.goto(`${sluice.url}/helm/${namespace}/many`);
  await expect(page.locator('#helm-body tbody tr')).toHaveCount(50);
});

test('what is damaged or foreign is named, and keeps nothing else from being shown', async ({ page }) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64');
  const written: Record<string, string> = {
    base64: '%%% no base64 %%%',
    gzip: Buffer.from([0x1f, 0x8b, 0x08, 0, 1, 2, 3]).toString('base64'),
    json: gzipSync('{"name": "cut').toString('base64'),
    other: gzipSync('[1, 2]').toString('base64'),
    bomb,
  };
  for (const [name, text] of Object.entries(written)) {
    await create(`/api/v1/namespaces/${namespace}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: `sh.helm.release.v1.bad-${name}.v1`,
        namespace,
        labels: { owner: 'helm', name: `bad-${name}`, status: 'deployed', version: '1' },
      },
      type: 'helm.sh/release.v1',
      data: { release: Buffer.from(text).toString('base64') },
    });
  }
  await create(`/api/v1/namespaces/${namespace}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'not-of-helm', namespace, labels: { owner: 'helm' } },
    data: {},
  });
  await page.goto(`${sluice.url}/helm?namespace=${namespace}`);
  const rows = page.locator('#helm-rows tbody');
  await expect(rows.filter({ hasText: '/web' }).first()).toContainText('Deployed');
  for (const name of Object.keys(written))
    await expect(rows.filter({ hasText: `bad-${name}` })).toContainText(/damaged|more than 20 MB/);
  await expect(page.locator('main')).toContainText('not-of-helm');
  await expectSound(page, [360, 1440]);
  for (const name of Object.keys(written)) {
    for (const tab of ['history', 'values', 'manifest', 'roll-back']) {
      const answer = await fetch(`${sluice.url}/helm/${namespace}/bad-${name}?tab=${tab}`);
      expect([name, tab, answer.status]).toEqual([name, tab, 200]);
    }
  }
});
