import { expect, onTestFinished, test } from 'vitest';
import type { AccessRule } from '../../../errors.ts';
import type { ServedResource } from '../../../kube/object.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { kustomization } from './testing/objects.ts';

const served = (group: string, kind: string, resource: string): ServedResource => ({
  group,
  version: 'v1',
  resource,
  kind,
  namespaced: true,
});

const resources = [
  served('apps', 'Deployment', 'deployments'),
  served('apps', 'ReplicaSet', 'replicasets'),
  served('', 'Pod', 'pods'),
  served('', 'ConfigMap', 'configmaps'),
  served('', 'Secret', 'secrets'),
];

const hostile = '<img src=x onerror=alert(1)>';

const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'shop' };
const owned = (kind: string, name: string, uid: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }],
});

const objects: PartialObject[] = [
  kustomization('apps', {
    status: {
      inventory: {
        entries: [
          { id: 'shop_web_apps_Deployment', v: 'v1' },
          { id: 'shop_gone__ConfigMap', v: 'v1' },
          ...Array.from({ length: 130 }, (_, index) => ({ id: `shop_settings-${index}__ConfigMap`, v: 'v1' })),
        ],
      },
    },
  }),
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'shop', name: 'web', uid: 'd', labels },
    spec: {
      replicas: 1,
      template: { spec: { containers: [{ name: 'app', image: 'registry.example.com/shop/web:2' }] } },
    },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1 },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace: 'shop', name: 'web-1', uid: 'r', ...owned('Deployment', 'web', 'd') },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1 },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'web-1-a', uid: 'p', ...owned('ReplicaSet', 'web-1', 'r') },
    spec: { containers: [{ name: 'app', image: 'registry.example.com/shop/web:2' }] },
    status: {
      phase: 'Pending',
      containerStatuses: [
        {
          name: 'app',
          image: 'web:2',
          state: {
            waiting: {
              reason: 'CreateContainerConfigError',
              message: `${hostile} https://bot:hunter2hunter2@git.example.com`,
            },
          },
        },
      ],
    },
  },
  ...Array.from({ length: 130 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'shop', name: `settings-${index}` },
    data: { key: 'value' },
  })),
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'shop', name: 'db' },
    data: { password: 'aHVudGVyMg==' },
  },
];

async function appOf(allow?: (rule: AccessRule) => boolean): Promise<FluxApp> {
  const app = await startFluxApp({ objects, served: resources, ...(allow !== undefined && { allow }) });
  onTestFinished(() => app.close());
  return app;
}

const path = '/flux/kustomizations/shop/apps';

test('the summary holds the worst, unfolded to the cause, and the rest in a line', async () => {
  const app = await appOf();
  const { $, html } = await app.page(path);
  const inventory = $('#detail-inventory');
  expect(inventory.find('.sub').text()).toBe('132 objects: 2 failing, 130 healthy');
  const rows = inventory.find('.tree > ul > li > .node');
  expect(rows.first().find('.name').text().trim()).toBe('Deployment web');
  expect(rows.eq(1).text()).toContain('is missing from the cluster');
  expect(rows.last().text()).toContain('120 more: ConfigMap');
  expect(inventory.find('details[open]').length).toBe(2);
  expect(inventory.text()).toContain(`a pod cannot be configured: ${hostile}`);
  expect(html).not.toContain(hostile);
  expect(html).not.toContain('hunter2');
  expect(inventory.find('a[href="/objects/core/v1/pods/shop/web-1-a"]').length).toBe(1);
  expect(inventory.find('a.logs').attr('href')).toBe('/flux/logs?namespace=shop&pod=web-1-a');
});

test('the tab is paged and filtered by its address alone', async () => {
  const app = await appOf();
  const first = await app.page(`${path}?tab=inventory`);
  expect(
    first
      .$('#detail-inventory h3')
      .toArray()
      .map((each) => first.$(each).text().split(' ')[0]),
  ).toEqual(['Deployment', 'ConfigMap']);
  expect(first.$('.pager').text()).toContain('1 to 100 of 132');
  const second = await app.page(first.$('.pager a[rel="next"]').attr('href') ?? '');
  expect(second.$('.pager').text()).toContain('101 to 132 of 132');
  const failing = await app.page(`${path}?tab=inventory&status=failing&kind=ConfigMap`);
  expect(failing.$('#detail-inventory .name').text()).toContain('gone');
  expect(failing.$('#detail-inventory .name').length).toBe(1);
  const nothing = await app.page(`${path}?tab=inventory&q=no-such-thing`);
  expect(nothing.$('#detail-inventory').text()).toContain('Nothing it owns matches this filter.');
  expect((await app.page(`${path}?tab=inventory&status=odd`)).status).toBe(400);
  expect((await app.page(`${path}?tab=inventory&page=0`)).status).toBe(400);
});

test('only views that show the inventory ask the API server, in few requests', async () => {
  const app = await appOf();
  for (const quiet of ['/flux/kustomizations', `${path}?tab=yaml`, `${path}?tab=events`]) await app.page(quiet);
  expect(app.cluster.requests).toEqual([]);
  await app.page(path);
  expect(new Set(app.cluster.requests.map((request) => request.path))).toEqual(
    new Set([
      '/apis/apps/v1/namespaces/shop/deployments/web',
      '/api/v1/namespaces/shop/configmaps',
      '/apis/apps/v1/namespaces/shop/replicasets',
      '/api/v1/namespaces/shop/pods',
    ]),
  );
  expect(app.cluster.requests).toHaveLength(4);
});

test('what may not be seen is hidden with the missing right', async () => {
  const app = await appOf(({ resource, verb }) => resource !== 'pods' || verb === 'watch');
  const { $ } = await app.page(path);
  expect($('#detail-inventory .notice').text()).toContain('You lack list on pods in namespace shop.');
  expect($('#node-apps-Deployment-shop-web').text()).toContain('0 of 1 pod ready');
});

test('any object has a page: what it is, who made and applied it, what it made', async () => {
  const app = await appOf();
  const pod = await app.page('/objects/core/v1/pods/shop/web-1-a');
  expect(pod.status).toBe(200);
  const line = pod.$('#object-subject .facts-line');
  expect(
    line
      .find('dt')
      .toArray()
      .map((each) => pod.$(each).text()),
  ).toEqual(['Managed by', 'Part of ReplicaSet', 'Part of Deployment', 'Made']);
  expect(line.find('a').first().attr('href')).toBe(path);
  expect(pod.$('#object-finding').text()).toContain('Cannot be configured');
  const deployment = await app.page('/objects/apps/v1/deployments/shop/web');
  expect(deployment.$('#object-made').text()).toContain('Pod web-1-a');
  expect(deployment.$('#detail-yaml').text()).toContain('replicas: 1');
});

test('a page of an object never holds a Secret’s values, nor more than the asker may see', async () => {
  const app = await appOf(({ resource }) => resource !== 'configmaps');
  const secret = await app.page('/objects/core/v1/secrets/shop/db');
  expect(secret.$('#detail-yaml').text()).toContain('password: "***"');
  expect(secret.html).not.toContain('aHVudGVyMg');
  const refused = await app.page('/objects/core/v1/configmaps/shop/settings-1');
  expect(refused.status).toBe(403);
  expect(refused.$('main').text()).toContain('configmaps');
});

test('addresses that no object can have are refused, and an old version leads to the served one', async () => {
  const app = await appOf();
  const statusOf = async (address: string) => (await app.page(`/objects/${address}`)).status;
  expect(await statusOf('apps/v1beta1/deployments/shop/web')).toBe(200);
  expect(await statusOf('core/v1/configmaps/shop/nothing')).toBe(404);
  expect(await statusOf('example.com/v1/gadgets/shop/one')).toBe(404);
  expect(await statusOf('core/v1/configmaps/_/settings-1')).toBe(400);
  expect(await statusOf('core/v1/configmaps/shop/a%2Fb')).toBe(400);
  expect(await statusOf('core/v1/configmaps/shop/..%2F..%2Fsecrets')).toBe(400);
  expect(await statusOf('CORE/v1/configmaps/shop/a')).toBe(400);
});
