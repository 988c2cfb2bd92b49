import { afterEach, expect, test } from 'vitest';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { gitRepository, kustomization } from './testing/objects.ts';

let app: FluxApp | undefined;

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
  expect(edges.map((line) => (JSON.parse($(line).attr('data-edge') ?? '') as { id: string }).id).toSorted()).toEqual(
    data.edges.map(({ id }) => id).toSorted(),
  );
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
  const node = JSON.parse($('[id="graph:kustomizations/shop/cart"]').attr('data-node') ?? '') as { sync: string };
  expect(node.sync).toBe('You may not patch kustomizations.kustomize.toolkit.fluxcd.io in namespace shop.');
  expect(html).toMatch(/vendor\/cytoscape\./);
  expect((await app.page('/flux/kustomizations')).html).not.toMatch(/cytoscape|js\/graph/);
});
