import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { type Helm, helmFor } from '../../support/helm.ts';
import { type SluiceProcess, startSluice, untilReady } from '../../support/sluice-process.ts';
import { expect, expectSound, test, untilLive } from '../../support/test.ts';

/** Rolling back next to the real helm-controller and kustomize-controller, with the real helm. */
test.describe.configure({ mode: 'serial' });

const namespace = 'shop';
const helmReleases = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`;
const kustomization = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/apps`;
let cluster: TestCluster;
let helm: Helm;
let sluice: SluiceProcess;

test.beforeAll(async () => {
  test.setTimeout(900_000);
  const only = ['source-controller', 'kustomize-controller', 'helm-controller', 'registry', 'git'];
  cluster = await startCluster({ name: `rollback-${process.pid}`, only });
  helm = await helmFor(cluster);
  for (const version of ['1.0.0', '1.1.0']) await pushChart(version);
  const url = await cluster.git.createRepository('apps');
  await cluster.git.commit('apps', filesFor('1.0.0'));
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await create(`/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'apps', namespace },
    spec: { url, interval: '10m', ref: { branch: 'main' } },
  });
  await create(kustomization.replace(/\/apps$/, ''), {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'apps', namespace },
    spec: { interval: '10m', path: './web', prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' } },
  });
  sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin'), arguments: ['--helm', helm.path] });
  await untilReady(sluice.url);
  await untilServed('1.0.0');
  await commit('1.1.0');
  await untilServed('1.1.0');
});

test.afterAll(async () => {
  await sluice.stop();
  helm.end();
  await cluster.stop();
});

const create = (path: string, body: object) => cluster.request('POST', path, body);

function pushChart(version: string): Promise<string> {
  return cluster.registry.pushChart(
    'charts/web',
    { name: 'web', version },
    {
      'Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\n`,
      'values.yaml': 'mode: slow\n',
      'templates/settings.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  version: "${version}"\n  mode: {{ .Values.mode }}\n`,
      'templates/hook.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations:\n    helm.sh/hook: post-rollback\n',
    },
  );
}

function filesFor(version: string, more = ''): Record<string, string> {
  return {
    'web/kustomization.yaml': 'resources: [web.yaml]\n',
    'web/web.yaml': `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: { name: web, namespace: ${namespace} }
spec:
  url: oci://${cluster.registry.host}/charts/web
  insecure: true
  interval: 10m
  ref: { tag: ${version} }
  layerSelector: { mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: web, namespace: ${namespace} }
spec:
  interval: 10m
  chartRef: { kind: OCIRepository, name: web }
  values: { mode: fast }
${more}`,
  };
}

/** Commits and waits until the Kustomization has applied it. */
async function commit(version: string, more = ''): Promise<void> {
  await cluster.git.commit('apps', filesFor(version, more), { message: `web ${version}` });
  const answer = await fetch(`${sluice.url}/api/v1/flux/kustomizations/${namespace}/apps/reconcile?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"withSource":true}',
  });
  expect(await answer.json()).toMatchObject({ success: true });
}

async function served(): Promise<string> {
  type Settings = { data: { version: string } };
  const { data } = await cluster.request<Settings>('GET', `/api/v1/namespaces/${namespace}/configmaps/web`);
  return data.version;
}

async function untilServed(version: string): Promise<void> {
  await expect(async () => expect(await served()).toBe(version)).toPass();
}

async function act(path: string, body: object, url = sluice.url) {
  const answer = await fetch(`${url}/api/v1/${path}?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

const rollBack = (body: object, url?: string) => act(`helm/releases/${namespace}/web/rollback`, body, url);
const resume = () => act(`flux/helmreleases/${namespace}/web/resume`, {});

interface Revision {
  revision: number;
  status: string;
  chart: string;
  description: string;
}

const history = async (): Promise<Revision[]> =>
  JSON.parse(await helm('history', 'web', '-n', namespace, '-o', 'json')) as Revision[];

const suspendedSeen = () =>
  readFileSync(join(cluster.folder, 'helm-controller.log'), 'utf8').split('reconciliation is suspended').length;

test('a release that is rolled back on its page stays so while Flux watches, until it is resumed', async ({ page }) => {
  await page.goto(`${sluice.url}/helm/${namespace}/web?tab=roll-back`);
  await untilLive(page);
  const before = (await history()).at(-1)?.revision ?? 0;
  await page.getByRole('button', { name: 'Suspend and roll back to 1' }).click();
  await expect(page.locator('#detail-run')).toContainText('Rolled back to revision 1');
  expect(await served()).toBe('1.0.0');
  expect((await history()).at(-1)).toMatchObject({
    revision: before + 1,
    status: 'deployed',
    description: 'Rollback to 1',
  });
  await cluster.request('GET', `/api/v1/namespaces/${namespace}/configmaps/web-hook`);
  await expect(page.locator('#helm-body .notice').first()).toContainText('rolled back to revision 1');
  await expectSound(page, [360, 1440]);

  // What Git says meanwhile is applied to the HelmRelease, and helm-controller looks at it and does nothing.
  const seen = suspendedSeen();
  await commit('1.1.0', '  timeout: 3m\n');
  await expect(() => expect(suspendedSeen()).toBeGreaterThan(seen)).toPass();
  const release = await cluster.request<{ spec: object }>('GET', `${helmReleases}/web`);
  expect(release.spec).toMatchObject({ suspend: true, timeout: '3m' });
  expect((await history()).at(-1)?.revision).toBe(before + 1);
  expect(await served()).toBe('1.0.0');

  // Resumed without a change in Git it goes forward again, as the page says.
  await page.getByRole('button', { name: 'Resume' }).click();
  await untilServed('1.1.0');
  expect((await history()).at(-1)).toMatchObject({ revision: before + 2, description: 'Upgrade complete' });
});

test('with the older chart committed first, resuming stays there', async () => {
  const newest = (await history()).at(-1)?.revision ?? 0;
  expect(await rollBack({ revision: newest - 1, newest })).toMatchObject({ status: 200 });
  await commit('1.0.0');
  expect(await resume()).toMatchObject({ status: 200 });
  expect(await served()).toBe('1.0.0');
  await commit('1.1.0');
  await untilServed('1.1.0');
});

test('helm acts as the asker: what one may not do is named before anything is done', async () => {
  const rules = (resources: string[], verbs: string[], apiGroups = ['']) => ({ apiGroups, resources, verbs });
  const role = (name: string, given: object[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: given,
  });
  const bind = (name: string, user: string) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
  const flux = rules(
    ['*'],
    ['get', 'list', 'watch', 'patch'],
    ['helm.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io'],
  );
  const api = '/apis/rbac.authorization.k8s.io/v1';
  const storage = rules(['secrets'], ['get', 'list', 'create', 'update']);
  await create(`${api}/clusterroles`, role('some', [flux, storage]));
  await create(
    `${api}/clusterroles`,
    role('enough', [
      flux,
      storage,
      rules(['events'], ['create']),
      rules(['configmaps'], ['get', 'list', 'watch', 'create', 'patch', 'delete']),
    ]),
  );
  await create(`${api}/clusterrolebindings`, bind('some', 'sam'));
  await create(`${api}/clusterrolebindings`, bind('enough', 'eve'));
  const asSomebody = (user: string) =>
    startSluice({ kubeconfig: cluster.kubeconfig('admin'), arguments: ['--helm', helm.path, '--as', user] });
  const [sam, eve] = await Promise.all([asSomebody('sam'), asSomebody('eve')]);
  try {
    await Promise.all([untilReady(sam.url), untilReady(eve.url)]);
    const newest = (await history()).at(-1)?.revision ?? 0;
    const refused = await rollBack({ revision: newest - 1 }, sam.url);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      error: {
        missing: expect.arrayContaining([{ verb: 'patch', group: '', resource: 'configmaps', namespace }]) as unknown,
      },
    });
    expect((await history()).at(-1)?.revision).toBe(newest);
    expect(await cluster.request('GET', `${helmReleases}/web`)).not.toHaveProperty('spec.suspend');

    expect(await rollBack({ revision: newest - 1 }, eve.url)).toMatchObject({ status: 200 });
    type Entry = {
      verb: string;
      objectRef?: { resource: string; name?: string };
      impersonatedUser?: { username: string };
    };
    const written = readFileSync(cluster.auditLog, 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Entry]))
      .filter(
        ({ verb, objectRef }) => verb === 'create' && objectRef?.name === `sh.helm.release.v1.web.v${newest + 1}`,
      );
    expect(written.map(({ impersonatedUser }) => impersonatedUser?.username)).toContain('eve');
  } finally {
    await Promise.all([sam.stop(), eve.stop()]);
  }
  expect(await resume()).toMatchObject({ status: 200 });
});

test('a release that is busy, a revision that is gone and the current one each have an answer', async ({ page }) => {
  const newest = (await history()).at(-1)?.revision ?? 0;
  expect((await rollBack({ revision: 999 })).body).toMatchObject({ error: { code: 'not_found' } });
  expect((await rollBack({ revision: newest })).body).toMatchObject({ error: { code: 'refused' } });
  const path = `/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.web.v${newest}`;
  const become = (status: string) =>
    cluster.request('PATCH', path, { metadata: { labels: { status } } }, 'application/merge-patch+json');
  await become('pending-upgrade');
  const busy = await rollBack({ revision: newest - 1 });
  expect([busy.status, busy.body]).toMatchObject([
    422,
    { error: { message: expect.stringContaining('Helm is busy') as unknown } },
  ]);
  await page.goto(`${sluice.url}/helm/${namespace}/web?tab=roll-back`);
  await expect(page.locator('#helm-body')).toContainText('helm-controller may be at work on web');
  await expectSound(page, [360, 1440]);
  await become('deployed');
});

test('a HelmRelease whose suspension Git would take back is refused, until its Kustomization is held too', async () => {
  await commit('1.1.0', '  suspend: false\n');
  const newest = (await history()).at(-1)?.revision ?? 0;
  expect((await rollBack({ revision: newest - 1 })).body).toMatchObject({
    error: {
      code: 'refused',
      wayOut: expect.stringContaining(`Suspend the Kustomization ${namespace}/apps first`) as unknown,
    },
  });
  await act(`flux/kustomizations/${namespace}/apps/suspend`, {});
  expect(await rollBack({ revision: newest - 1 })).toMatchObject({ status: 200 });
  await act(`flux/kustomizations/${namespace}/apps/resume`, {});
  await expect(async () => {
    const release = await cluster.request<{ spec: { suspend?: boolean } }>('GET', `${helmReleases}/web`);
    expect(release.spec.suspend).toBe(false);
  }).toPass();
});

test('a release that the API server has merged for another manager goes back, too', async () => {
  const chart = `oci://${cluster.registry.host}/charts/web`;
  const options = ['-n', namespace, '--plain-http'];
  await helm('install', 'merged', chart, '--version', '1.0.0', ...options);
  await helm('upgrade', 'merged', chart, '--version', '1.1.0', ...options);
  // As helm-controller owns what it has merged.
  await cluster.request(
    'PATCH',
    `/api/v1/namespaces/${namespace}/configmaps/merged?fieldManager=helm-controller&force=true`,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'merged' }, data: { version: '1.1.0', mode: 'slow' } },
    'application/apply-patch+yaml',
  );
  expect(await act(`helm/releases/${namespace}/merged/rollback`, { revision: 1 })).toMatchObject({
    status: 200,
    body: {
      data: { message: 'Rolled back to revision 1, as revision 3.', subject: { kind: 'Release', name: 'merged' } },
    },
  });
  type Settings = { data: { version: string } };
  const { data } = await cluster.request<Settings>('GET', `/api/v1/namespaces/${namespace}/configmaps/merged`);
  expect(data.version).toBe('1.0.0');
});
