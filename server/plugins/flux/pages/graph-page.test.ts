import { afterEach, expect, test } from 'vitest';
import type { ServedResource } from '../../../kube/object.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { gitRepository, kustomization } from './testing/objects.ts';

let app: FluxApp | undefined;

const served = (group: string, kind: string, resource: string): ServedResource => ({
  group,
  version: 'v1',
  resource,
  kind,
  namespaced: true,
});
const workloads = [
  served('apps', 'Deployment', 'deployments'),
  served('apps', 'ReplicaSet', 'replicasets'),
  served('', 'Pod', 'pods'),
];
const madeBy = (kind: string, uid: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }],
});
const running: PartialObject[] = [
  kustomization('shopfront', {
    status: { inventory: { entries: [{ id: 'shop_web_apps_Deployment', v: 'v1' }] } },
  }),
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web', uid: 'd' } },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { namespace: 'shop', name: 'web-1', uid: 'r', ...madeBy('Deployment', 'd') },
    spec: { replicas: 40 },
  },
  ...Array.from({ length: 40 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: `web-1-${index}`, uid: `p-${index}`, ...madeBy('ReplicaSet', 'r') },
    status: { phase: 'Failed', reason: 'Evicted' },
  })),
];

afterEach(async () => {
  await app?.close();
  app = undefined;
});

interface Answer {
  data: { nodes: { id: string; state: string }[]; edges: { id: string }[] };
}

const objects = [
  gitRepository('apps'),
  kustomization('base'),
  kustomization('cart', { spec: { dependsOn: [{ name: 'base' }] } }),
  kustomization('web', { spec: { sourceRef: { kind: 'GitRepository', name: 'gone' } } }),
];

test('the list holds the nodes and edges that the API answers, in words and as data', async () => {
  app = await startFluxApp({ objects });
  const { $, status } = await app.page('/flux/graph');
  const { data } = (await (await fetch(`${app.url}/api/v1/flux/graph`)).json()) as Answer;
  expect(status).toBe(200);
  const rows = $('#graph-list > li').toArray();
  expect(rows.map((row) => $(row).attr('id') ?? '').toSorted()).toEqual(
    data.nodes.map(({ id }) => `graph:${id}`).toSorted(),
  );
  const edges = $('#graph-list [data-edge]').toArray();
  const idOf = (line: (typeof edges)[number]) => {
    const [from, to] = [$(line).closest('[data-node]').attr('id'), $(line).find('a').attr('href')?.slice(1)];
    return `${from}>${$(line).attr('data-edge')?.split(' ')[0]}>${to}`.replaceAll('graph:', '');
  };
  expect(edges.map(idOf).toSorted()).toEqual(data.edges.map(({ id }) => id).toSorted());
  const row = $('[id="graph:kustomizations/shop/cart"]');
  expect(row.text().replaceAll(/\s+/g, ' ')).toContain('Ready: Kustomization shop/cart');
  expect(row.find('ul').text()).toContain('built from: GitRepository shop/apps');
  expect(row.find('ul').text()).toContain('depends on: Kustomization shop/base');
  expect($('[id="graph:gitrepositories/shop/gone"]').text()).toContain('does not exist');
});

test('it is narrowed and grouped by its address, and says so when nothing is left', async () => {
  app = await startFluxApp({ objects });
  const { $ } = await app.page('/flux/graph?group=namespace');
  expect(
    $('#graph-list > li')
      .toArray()
      .map((row) => $(row).attr('id')),
  ).toEqual(['graph:group/namespace/shop']);
  expect($('#graph-about').text()).toContain('one box for each namespace');
  const opened = await app.page('/flux/graph?group=namespace&open=shop');
  expect(opened.$('#graph-list > li').length).toBeGreaterThan(3);
  const nothing = await app.page('/flux/graph?namespace=elsewhere');
  expect(nothing.$('#graph-nothing').text()).toContain('Nothing matches');
  expect((await app.page('/flux/graph?kind=pods')).status).toBe(400);
  expect((await fetch(`${app.url}/api/v1/flux/graph?focus=kustomizations/shop/none`)).status).toBe(404);
});

test('who may change nothing is told so by the data of every node; the drawing is loaded on this page alone', async () => {
  app = await startFluxApp({ objects, allow: (rule) => rule.verb !== 'patch' });
  const { $, html } = await app.page('/flux/graph');
  const node = JSON.parse($('[id="graph:kustomizations/shop/cart"]').attr('data-node') ?? '') as { denied: string };
  const known = JSON.parse($('#graph-field').attr('data-kinds') ?? '') as Record<string, object>;
  expect(known['kustomizations']).toMatchObject({ kind: 'Kustomization', owns: true, syncs: true, suspends: true });
  expect(known['buckets']).toMatchObject({ kind: 'Bucket', shape: 'source' });
  expect(node.denied).toBe('You may not patch kustomizations.kustomize.toolkit.fluxcd.io in namespace shop.');
  expect(html).toMatch(/vendor\/cytoscape\./);
  expect((await app.page('/flux/graph?view=list')).html).not.toMatch(/cytoscape|js\/graph-p/);
  expect((await app.page('/flux/kustomizations')).html).not.toMatch(/cytoscape|js\/graph/);
});

test('what an object owns is drawn when it is asked for, and only then does the API server hear of it', async () => {
  app = await startFluxApp({ objects: [...objects, ...running], served: workloads });
  const focus = 'focus=kustomizations/shop/shopfront';
  await app.page('/flux/graph');
  await app.page(`/flux/graph?${focus}`);
  await fetch(`${app.url}/api/v1/flux/graph?${focus}`);
  expect(app.cluster.requests).toEqual([]);
  const { $ } = await app.page(`/flux/graph?${focus}&inventory=show`);
  expect(app.cluster.requests.map(({ path }) => path).toSorted()).toEqual([
    '/api/v1/namespaces/shop/pods',
    '/apis/apps/v1/namespaces/shop/deployments/web',
    '/apis/apps/v1/namespaces/shop/replicasets',
  ]);
  const pod = $('[id="graph:owned//Pod/shop/web-1-0"]');
  expect(pod.find('a').first().attr('href')).toBe('/objects/core/v1/pods/shop/web-1-0');
  expect(pod.text()).toContain('owned by: ReplicaSet shop/web-1');
  const rest = $('[id="graph:more/owned%2Fapps%2FReplicaSet%2Fshop%2Fweb-1"]');
  expect(rest.text()).toContain('32 more Pods');
  expect(rest.find('a').first().attr('href')).toBe('/flux/kustomizations/shop/shopfront?tab=inventory');
  expect($('#graph-about').text()).toContain('42 failing');
  const more = await app.page(rest.find('a.around').attr('href') ?? '');
  expect(more.$('[id^="graph:owned//Pod/"]').length).toBe(40);
  const listed = $('#graph-list > li')
    .toArray()
    .map((row) => ($(row).attr('id') ?? '').replace('graph:', ''));
  const { data } = (await (await fetch(`${app.url}/api/v1/flux/graph?${focus}&inventory=show`)).json()) as Answer;
  expect(data.nodes.map(({ id }) => id).toSorted()).toEqual(listed.toSorted());
  expect((await app.page('/flux/graph?inventory=odd')).status).toBe(400);
});

test('what the asker may not read of it is named, and the rest is drawn', async () => {
  app = await startFluxApp({
    objects: running,
    served: workloads,
    allow: ({ resource }) => resource !== 'pods' && resource !== 'deployments',
  });
  const { $ } = await app.page('/flux/graph?focus=kustomizations/shop/shopfront&inventory=show');
  expect($('#graph-notices').text()).toContain('on deployments.apps in namespace shop');
  expect($('#graph-notices').text()).toContain('list on pods in namespace shop');
  const hidden = $('[id="graph:owned/apps/Deployment/shop/web"]');
  expect(hidden.text()).toContain('you may not see Deployments here');
  expect(hidden.find('a').length).toBe(1);
});

test('of many objects the inventories of a few are drawn, failing ones first, and the others are told', async () => {
  const entries = [{ id: 'shop_web_apps_Deployment', v: 'v1' }];
  const owners = Array.from({ length: 20 }, (_, index) =>
    kustomization(`owner-${index}`, { status: { inventory: { entries } } }),
  );
  app = await startFluxApp({ objects: [...owners, ...running.slice(1)], served: workloads });
  const { $ } = await app.page('/flux/graph?inventory=show');
  expect($('#graph-notices').text()).toContain('Of 20 objects, the inventories of 12 are drawn');
  const answer = await fetch(`${app.url}/api/v1/flux/graph?inventory=show`);
  expect(((await answer.json()) as { data: { unread: number } }).data.unread).toBe(8);
});
