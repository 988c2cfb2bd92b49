import { afterEach, expect, test } from 'vitest';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

const labels = { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.9.2' };

const deployment = (name: string, more: { replicas?: number; ready?: number; args?: string[] } = {}) => ({
  metadata: {
    name,
    namespace: 'flux-system',
    generation: 1,
    labels: { ...labels, 'app.kubernetes.io/component': name },
  },
  spec: {
    replicas: more.replicas ?? 1,
    template: {
      spec: {
        containers: [
          {
            name: 'manager',
            image: `ghcr.io/fluxcd/${name}:v1.9.2`,
            args: ['--watch-all-namespaces', '--log-level=info', ...(more.args ?? [])],
          },
        ],
      },
    },
  },
  status: { observedGeneration: 1, updatedReplicas: more.replicas ?? 1, readyReplicas: more.ready ?? 1 },
});

const pod = (name: string, status: object) => ({
  metadata: { name: `${name}-1`, namespace: 'flux-system', labels: { app: name, ...labels } },
  spec: { containers: [{ name: 'manager' }] },
  status: { containerStatuses: [{ name: 'manager', ...status }] },
});

const lease = (name: string, renewTime: string) => ({
  metadata: { name: `${name}-leader-election` },
  spec: { holderIdentity: `${name}-1_abc`, renewTime, leaseTransitions: 2 },
});

const definition = {
  metadata: { name: 'kustomizations.kustomize.toolkit.fluxcd.io' },
  spec: {
    group: 'kustomize.toolkit.fluxcd.io',
    names: { kind: 'Kustomization' },
    versions: [
      { name: 'v1', served: true, storage: true },
      { name: 'v1beta2', served: true, storage: false, deprecated: true },
      { name: 'v1beta1', served: false, storage: false },
    ],
  },
  status: { storedVersions: ['v1', 'v1beta2'] },
};

async function start(
  deployments: object[],
  denied: readonly string[] = [],
  renewed = new Date(),
  leases = [lease('kustomize-controller', renewed.toISOString())],
) {
  app = await startFluxApp({ allow: (rule) => !denied.includes(rule.resource) });
  app.cluster.answer(({ path }) => {
    if (path.endsWith('/deployments')) return { items: deployments };
    if (path.endsWith('/pods'))
      return {
        items: [
          pod('kustomize-controller', {
            restartCount: 4,
            lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-01-01T00:00:00Z' } },
          }),
        ],
      };
    if (path.endsWith('/leases')) return { items: leases };
    if (path.endsWith('/customresourcedefinitions')) return { items: [definition] };
    return undefined;
  });
}

test('version, readiness, restarts and why, leader, arguments of note, kinds with their versions', async () => {
  await start([
    deployment('kustomize-controller', { args: ['--concurrent=20'] }),
    deployment('source-controller'),
    { metadata: { name: 'web' } },
  ]);
  const { $, status } = await app.page('/flux/controllers');
  expect(status).toBe(200);
  const row = $('#controller-kustomize-controller');
  expect(row.text()).toContain('v1.9.2');
  expect(row.text()).toContain('1 of 1');
  expect(row.text()).toContain('OOMKilled, exit code 137');
  expect(row.text()).toContain('kustomize-controller-1');
  expect(row.text()).toContain('--concurrent=20');
  expect(row.text()).not.toContain('--log-level=info');
  expect(row.find('a').last().attr('href')).toBe('/flux/logs?controller=kustomize-controller');
  expect(
    $('tbody[id^="controller-"]')
      .map((_, each) => $(each).attr('id'))
      .get(),
  ).toEqual(['controller-source-controller', 'controller-kustomize-controller']);
  const kinds = $('#controllers-kinds tbody tr');
  expect(kinds).toHaveLength(1);
  expect(kinds.find('td b').text()).toBe('v1');
  expect(kinds.text()).toContain('deprecated');
  expect(kinds.text()).not.toContain('v1beta1');
  expect(kinds.text()).toContain('objects may still be stored in v1beta2');
  expect($('#controllers-flux').text()).toContain('Flux 2.9.2');
  expect((await app.page('/')).$('.rail a[href="/flux/controllers"] .n').text()).toBe('2');
});

test('one that selects by label leads by a lease with a hash in its name, known by the pod that holds it', async () => {
  const { spec } = lease('kustomize-controller', new Date().toISOString());
  const metadata = { name: 'kustomize-controller-leader-election-42da7484' };
  await start([deployment('kustomize-controller')], [], new Date(), [{ metadata, spec }]);
  const { $ } = await app.page('/flux/controllers');
  expect($('#controller-kustomize-controller').text()).toContain('kustomize-controller-1');
});

test('one that is down, scaled to nothing, or without a living leader says so', async () => {
  const old = new Date(Date.now() - 3_600_000);
  await start(
    [
      deployment('helm-controller', { ready: 0 }),
      deployment('image-automation-controller', { replicas: 0, ready: 0 }),
      deployment('kustomize-controller'),
    ],
    [],
    old,
  );
  const { $ } = await app.page('/flux/controllers');
  expect($('#controller-helm-controller').attr('data-state')).toBe('failing');
  expect($('#controller-helm-controller').text()).toContain('No replica is ready');
  expect($('#controller-image-automation-controller').text()).toContain('scaled to nothing');
  expect($('#controller-kustomize-controller').text()).toContain('has not renewed its lease');
});

test('without the rights to pods, leases and definitions the rest is shown, and each missing right is named', async () => {
  await start([deployment('kustomize-controller')], ['pods', 'leases', 'customresourcedefinitions']);
  const { $ } = await app.page('/flux/controllers');
  expect($('#controller-kustomize-controller').text()).toContain('v1.9.2');
  const notices = $('#controllers-notices').text();
  expect(notices).toContain('list on pods in namespace flux-system');
  expect(notices).toContain('list on leases.coordination.k8s.io in namespace flux-system');
  expect(notices).toContain('list on customresourcedefinitions.apiextensions.k8s.io in every namespace');
});

test('without the right to Deployments nothing is asked and the right is named', async () => {
  await start([deployment('kustomize-controller')], ['deployments']);
  const { $ } = await app.page('/flux/controllers');
  expect($('main').text()).toContain('list on deployments.apps in namespace flux-system');
  expect(app.cluster.requests.filter(({ path }) => path.endsWith('/deployments'))).toHaveLength(0);
  expect((await fetch(`${app.url}/api/v1/flux/controllers`)).status).toBe(403);
});

test('the API tells the same', async () => {
  await start([deployment('kustomize-controller')]);
  const answer = (await (await fetch(`${app.url}/api/v1/flux/controllers`)).json()) as {
    data: { items: { name: string; resources: { storage: string; served: string[] }[] }[]; flux: { version: string } };
  };
  expect(answer.data.flux.version).toBe('2.9.2');
  expect(answer.data.items[0]).toMatchObject({
    name: 'kustomize-controller',
    restarts: 4,
    leader: { pod: 'kustomize-controller-1' },
    resources: [{ storage: 'v1', served: ['v1', 'v1beta2'], stored: ['v1', 'v1beta2'] }],
  });
});
