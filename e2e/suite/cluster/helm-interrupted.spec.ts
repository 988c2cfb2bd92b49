import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startCluster, type TestCluster } from '../../cluster/index.ts';
import { type Helm, helmFor } from '../../support/helm.ts';
import { type SluiceProcess, startSluice, untilReady } from '../../support/sluice-process.ts';
import { expect, expectSound, test, untilLive } from '../../support/test.ts';

/** Rollbacks whose program or whose Sluice is killed while it is at work, next to the real helm-controller. */
test.describe.configure({ mode: 'serial' });

const namespace = 'shop';
const helmReleases = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`;
const repositories = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/ocirepositories`;
let cluster: TestCluster;
let helm: Helm;
let sluice: SluiceProcess;

const start = async (): Promise<void> => {
  sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin'), arguments: ['--helm', helm.path] });
  await untilReady(sluice.url);
};

test.beforeAll(async () => {
  test.setTimeout(900_000);
  cluster = await startCluster({
    name: `interrupted-${process.pid}`,
    only: ['source-controller', 'helm-controller', 'registry'],
  });
  helm = await helmFor(cluster);
  // A Job that nobody runs: going back to 1.0.0 waits in its hook until it is ended.
  await pushChart('1.0.0', { 'templates/hook.yaml': hook });
  await pushChart('1.1.0', { 'templates/added.yaml': configMap('added', '1.1.0') });
  await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await create(repositories, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'OCIRepository',
    metadata: { name: 'web', namespace },
    spec: {
      url: `oci://${cluster.registry.host}/charts/web`,
      insecure: true,
      interval: '10m',
      ref: { tag: '1.0.0' },
      layerSelector: { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' },
    },
  });
  await create(helmReleases, {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace },
    spec: { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'web' } },
  });
  await untilServed('1.0.0');
  await patch(`${repositories}/web`, { spec: { ref: { tag: '1.1.0' } } });
  await untilServed('1.1.0');
  await start();
});

test.afterAll(async () => {
  await sluice.stop();
  helm.end();
  await cluster.stop();
});

const create = (path: string, body: object) => cluster.request('POST', path, body);
const patch = (path: string, body: object) => cluster.request('PATCH', path, body, 'application/merge-patch+json');

const configMap = (name: string, version: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  version: "${version}"\n`;

const hook = `apiVersion: batch/v1
kind: Job
metadata:
  name: before-going-back
  annotations: { helm.sh/hook: pre-rollback, helm.sh/hook-delete-policy: before-hook-creation }
spec:
  suspend: true
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: wait, image: registry.example.com/wait }]
`;

function pushChart(version: string, more: Record<string, string>): Promise<string> {
  const files = {
    'Chart.yaml': `apiVersion: v2\nname: web\nversion: ${version}\n`,
    'templates/settings.yaml': configMap('web', version),
    ...more,
  };
  return cluster.registry.pushChart('charts/web', { name: 'web', version }, files);
}

async function untilServed(version: string): Promise<void> {
  await expect(async () => {
    type Settings = { data: { version: string } };
    const { data } = await cluster.request<Settings>('GET', `/api/v1/namespaces/${namespace}/configmaps/web`);
    expect(data.version).toBe(version);
    const release = await cluster.request<{ status: { conditions: { type: string; status: string }[] } }>(
      'GET',
      `${helmReleases}/web`,
    );
    expect(release.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  }).toPass();
}

async function act(path: string, body: object, wait = true) {
  const answer = await fetch(`${sluice.url}/api/v1/${path}${wait ? '?wait=true' : ''}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { error?: Record<string, unknown> } };
}

const rollBack = (body: object, wait?: boolean) => act(`helm/releases/${namespace}/web/rollback`, body, wait);

interface Revision {
  revision: number;
  status: string;
  description: string;
}

const history = async (): Promise<Revision[]> =>
  JSON.parse(await helm('history', 'web', '-n', namespace, '-o', 'json')) as Revision[];

/** Begins to go back to the revision that waits in its hook, and answers once helm is there. */
async function beginRollback(goal: number): Promise<number> {
  const newest = (await history()).at(-1)?.revision ?? 0;
  await cluster
    .request('DELETE', `/apis/batch/v1/namespaces/${namespace}/jobs/before-going-back?propagationPolicy=Background`)
    .catch((error: unknown) => expect(String(error)).toContain('404'));
  expect(await rollBack({ revision: goal }, false)).toMatchObject({ status: 202 });
  await expect(async () => {
    await cluster.request('GET', `/apis/batch/v1/namespaces/${namespace}/jobs/before-going-back`);
    expect((await history()).at(-1)).toMatchObject({ revision: newest + 1, status: 'pending-rollback' });
  }).toPass();
  return newest + 1;
}

test('Sluice killed in the middle: the release says that it is pending, and the revision before can be had back', async ({
  page,
}) => {
  const pending = await beginRollback(1);
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`sluice-helm-${killed}-`));
  const killed = sluice.pid;
  expect(left()).toHaveLength(1);
  process.kill(killed, 'SIGKILL');
  await start();
  await expect(() => expect(left()).toEqual([])).toPass();

  const told = await fetch(`${sluice.url}/api/v1/helm/releases/${namespace}/web`);
  expect(await told.json()).toMatchObject({
    data: {
      pending: {
        revision: pending,
        status: 'pending-rollback',
        wayOut: expect.stringContaining('Roll back to revision 2') as unknown,
      },
    },
  });
  expect((await rollBack({ revision: 2 })).body.error?.['message']).toContain('Helm is busy with web: rolling back');
  // Helm would compare with the pending revision, which does not name what revision 2 has added.
  expect((await rollBack({ revision: 1, interrupted: true })).body.error?.['message']).toContain('would stay');

  await page.goto(`${sluice.url}/helm/${namespace}/web`);
  await untilLive(page);
  await expect(page.locator('#helm-subject')).toContainText(`rolling back, as revision ${pending}`);
  await expectSound(page, [360, 1440]);
  await page.goto(`${sluice.url}/helm/${namespace}/web?tab=roll-back`);
  await untilLive(page);
  await expectSound(page, [360, 1440]);
  await page.getByLabel('nothing is at work on this release any more').check();
  await page.getByRole('button', { name: 'Roll back to 2' }).click();
  await expect(page.locator('#detail-run')).toContainText('Rolled back to revision 2');
  expect((await history()).at(-1)).toMatchObject({ revision: pending + 1, status: 'deployed' });
  await cluster.request('GET', `/api/v1/namespaces/${namespace}/configmaps/added`);
  await page.goto(`${sluice.url}/helm/${namespace}/web`);
  await expect(page.locator('#helm-subject .notice')).toHaveCount(0);
  await expect(page.getByRole('row').filter({ hasText: 'Interrupted' })).toContainText(`Rollback to 1`);
});

test('resumed instead, helm-controller ends what is pending and upgrades', async () => {
  const pending = await beginRollback(1);
  process.kill(sluice.pid, 'SIGKILL');
  await start();
  expect(await act(`flux/helmreleases/${namespace}/web/resume`, {})).toMatchObject({ status: 200 });
  const after = await history();
  expect(after.find(({ revision }) => revision === pending)).toMatchObject({
    status: 'failed',
    description: "Release unlocked from stale 'pending-rollback' state",
  });
  expect(after.at(-1)).toMatchObject({ revision: pending + 1, status: 'deployed', description: 'Upgrade complete' });
  await untilServed('1.1.0');
});
