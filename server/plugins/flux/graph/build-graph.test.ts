import { expect, test } from 'vitest';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { look } from '../sight.ts';
import { fluxObject } from '../testing/situations.ts';
import { fluxWatches } from '../watches.ts';
import { buildGraph } from './build-graph.ts';
import type { Graph } from './graph.ts';
import { parseGraphFilter } from './graph-filter.ts';
import { groupGraph, groupingOf } from './group-graph.ts';
import { selectGraph } from './select-graph.ts';

const now = new Date('2026-03-02T09:00:00Z');
const since = '2026-03-02T08:30:00Z';
const ready = ['Ready', 'True', 'Succeeded', 'done', since] as const;
const failed = ['Ready', 'False', 'BuildFailed', 'kustomize build failed', since] as const;

function made(kind: string, name: string, spec: Record<string, unknown> = {}, more: object = {}) {
  return fluxObject(kind, name, { spec: { interval: '10m', ...spec }, conditions: [ready], ...more });
}

const fromFleet = { sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' } };
const fleet = made('GitRepository', 'fleet', {}, { metadata: { namespace: 'flux-system' } });

async function graphOf(
  objects: readonly PartialObject[],
  options: { allow?: (namespace: string | undefined) => boolean; around?: string } = {},
): Promise<Graph> {
  const { allow = () => true, around } = options;
  const cluster = fakeCluster({ watches: fluxWatches, objects, allow: (_, rule) => allow(rule.namespace) });
  const graph = buildGraph(await look(cluster, { name: 'kim', groups: [] }), now, around);
  await cluster.close();
  return graph;
}

/** `source: gitrepositories/… > kustomizations/… dry at from by failing` */
function told({ edges }: Graph): string[] {
  return edges
    .map(({ type, from, to, flow, heldAt, heldBy }) => {
      const held = heldAt === undefined ? '' : ` at ${heldAt} by ${heldBy}`;
      return `${type}: ${from} > ${to} ${flow}${held}`;
    })
    .toSorted();
}

test('a source feeds what is built from it, across namespaces; nothing is held where all is ready', async () => {
  const graph = await graphOf([fleet, made('Kustomization', 'cart', fromFleet)]);
  expect(graph.nodes.map(({ id, type }) => [id, type])).toEqual([
    ['kustomizations/shop/cart', 'object'],
    ['gitrepositories/flux-system/fleet', 'object'],
  ]);
  expect(told(graph)).toEqual(['source: gitrepositories/flux-system/fleet > kustomizations/shop/cart full']);
});

test('what fails holds at its end what depends on it; what is suspended holds at its own', async () => {
  const graph = await graphOf([
    fleet,
    made('Kustomization', 'base', fromFleet, { conditions: [failed] }),
    made('Kustomization', 'cart', { ...fromFleet, dependsOn: [{ name: 'base' }] }),
    made('Kustomization', 'held', { ...fromFleet, suspend: true }),
    made('Kustomization', 'after', { ...fromFleet, dependsOn: [{ name: 'held' }] }),
  ]);
  const source = 'source: gitrepositories/flux-system/fleet > kustomizations/shop';
  expect(told(graph)).toEqual([
    'dependency: kustomizations/shop/base > kustomizations/shop/cart dry at from by failing',
    'dependency: kustomizations/shop/held > kustomizations/shop/after full',
    `${source}/after full`,
    `${source}/base full`,
    `${source}/cart full`,
    `${source}/held dry at to by suspended`,
  ]);
});

test('a release gets its chart from the HelmChart made for it, and that from the repository', async () => {
  const chart = { spec: { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' } } };
  const release = made('HelmRelease', 'web', { chart }, { status: { helmChart: 'shop/shop-web' } });
  const repository = made('HelmRepository', 'charts');
  const own = made('HelmChart', 'shop-web', { chart: 'web', sourceRef: { kind: 'HelmRepository', name: 'charts' } });
  expect(told(await graphOf([release, repository, own]))).toEqual([
    'source: helmcharts/shop/shop-web > helmreleases/shop/web full',
    'source: helmrepositories/shop/charts > helmcharts/shop/shop-web full',
  ]);
  expect(told(await graphOf([release, repository]))).toEqual([
    'source: helmrepositories/shop/charts > helmreleases/shop/web full',
  ]);
});

test('what is named and not there is missing, what may not be seen is hidden, and both are drawn once', async () => {
  const objects = [
    fleet,
    made('Kustomization', 'one', fromFleet),
    made('Kustomization', 'two', { ...fromFleet, dependsOn: [{ name: 'gone' }] }),
    made('Kustomization', 'three', { ...fromFleet, dependsOn: [{ name: 'gone' }] }),
  ];
  const { nodes } = await graphOf(objects, { allow: (namespace) => namespace === 'shop' });
  const others = nodes.filter(({ type }) => type !== 'object');
  expect(others.map(({ id, type, state }) => `${id} ${type} ${state}`).toSorted()).toEqual([
    'gitrepositories/flux-system/fleet hidden forbidden',
    'kustomizations/shop/gone missing failing',
  ]);
});

test('an inventory owns the objects of Flux in it, and never itself', async () => {
  const entries = [
    { id: 'shop_cart_kustomize.toolkit.fluxcd.io_Kustomization', v: 'v1' },
    { id: 'shop_apps_kustomize.toolkit.fluxcd.io_Kustomization', v: 'v1' },
    { id: 'shop_web_apps_Deployment', v: 'v1' },
  ];
  const graph = await graphOf([
    made('Kustomization', 'apps', {}, { status: { inventory: { entries } } }),
    made('Kustomization', 'cart'),
  ]);
  expect(told(graph)).toEqual(['owns: kustomizations/shop/apps > kustomizations/shop/cart none']);
});

test('notifications: sources tell the Alert, it sends through its Provider, a Receiver wakes; few are led one by one', async () => {
  const graph = await graphOf([
    made('Kustomization', 'cart'),
    made('Kustomization', 'web', {}, { metadata: { labels: { team: 'web' } } }),
    fluxObject('Alert', 'deliveries', {
      spec: {
        providerRef: { name: 'chat' },
        eventSources: [
          { kind: 'Kustomization', name: '*' },
          { kind: 'HelmRelease', name: 'gone' },
        ],
      },
    }),
    fluxObject('Provider', 'chat'),
    made('Receiver', 'hook', { resources: [{ kind: 'Kustomization', name: '*', matchLabels: { team: 'web' } }] }),
  ]);
  expect(told(graph)).toEqual([
    'notifies: helmreleases/shop/gone > alerts/shop/deliveries none',
    'notifies: kustomizations/shop/cart > alerts/shop/deliveries none',
    'notifies: kustomizations/shop/web > alerts/shop/deliveries none',
    'sends: alerts/shop/deliveries > providers/shop/chat none',
    'triggers: receivers/shop/hook > kustomizations/shop/web none',
  ]);
});

test('a wildcard that means many or none is one node that counts them; who is in focus is led to it besides', async () => {
  const many = Array.from({ length: 9 }, (_, index) => made('Kustomization', `app-${index}`));
  const alert = fluxObject('Alert', 'all', {
    spec: {
      providerRef: { name: 'chat' },
      eventSources: [
        { kind: 'Kustomization', name: '*' },
        { kind: 'HelmRelease', name: '*' },
      ],
    },
  });
  const graph = await graphOf([...many, alert], { around: 'kustomizations/shop/app-3' });
  expect(graph.nodes.filter(({ type }) => type === 'every').map(({ id, count }) => [id, count])).toEqual([
    ['every/kustomizations/shop/', 9],
    ['every/helmreleases/shop/', 0],
  ]);
  expect(told(graph).filter((line) => line.startsWith('notifies'))).toEqual([
    'notifies: every/helmreleases/shop/ > alerts/shop/all none',
    'notifies: every/kustomizations/shop/ > alerts/shop/all none',
    'notifies: kustomizations/shop/app-3 > alerts/shop/all none',
  ]);
});

test('images go from the repository over the policy to the automation, which takes its files from Git', async () => {
  const graph = await graphOf([
    made('ImageRepository', 'web'),
    made('ImagePolicy', 'web', { imageRepositoryRef: { name: 'web' } }),
    made(
      'ImageUpdateAutomation',
      'updates',
      { sourceRef: { kind: 'GitRepository', name: 'apps' } },
      { status: { observedPolicies: { web: { name: 'registry.example.com/web', tag: '1.2.3' } } } },
    ),
    made('GitRepository', 'apps'),
  ]);
  expect(told(graph)).toEqual([
    'image: imagepolicies/shop/web > imageupdateautomations/shop/updates full',
    'image: imagerepositories/shop/web > imagepolicies/shop/web full',
    'source: gitrepositories/shop/apps > imageupdateautomations/shop/updates full',
  ]);
});

const chain = [
  fleet,
  made('Kustomization', 'base', fromFleet),
  made('Kustomization', 'cart', { ...fromFleet, dependsOn: [{ name: 'base' }] }, { conditions: [failed] }),
  made('Kustomization', 'after', { ...fromFleet, dependsOn: [{ name: 'cart' }] }),
  made('Kustomization', 'other', fromFleet),
  made('Bucket', 'alone', {}, { metadata: { namespace: 'media' } }),
];

async function selected(query: string): Promise<string[]> {
  const filter = parseGraphFilter(new URLSearchParams(query));
  return selectGraph(await graphOf(chain), filter)
    .nodes.map(({ name }) => name)
    .toSorted();
}

test('a focus comes with all that leads to it and all that comes of it, and nothing beside', async () => {
  expect(await selected('focus=kustomizations/shop/cart')).toEqual(['after', 'base', 'cart', 'fleet']);
  expect(await selected('focus=kustomizations/shop/none')).toEqual([]);
});

test('a namespace comes with its neighbours, a status with the way there', async () => {
  expect(await selected('namespace=media')).toEqual(['alone']);
  expect(await selected('namespace=shop')).toEqual(['after', 'base', 'cart', 'fleet', 'other']);
  expect(await selected('status=failing')).toEqual(['base', 'cart', 'fleet']);
  expect(await selected('status=failing&namespace=media')).toEqual([]);
  expect(await selected('kind=buckets')).toEqual(['alone']);
});

test.each(['kind=pods', 'status=green', 'focus=shop', 'group=colour', 'show=some'])('%s is refused', (query) => {
  expect(() => parseGraphFilter(new URLSearchParams(query))).toThrow(expect.objectContaining({ kind: 'invalid' }));
});

test('groups count what they hold, stand as their worst, and join as one edge that is dry when one is', async () => {
  const whole = await graphOf([...chain, made('Kustomization', 'late', { ...fromFleet, suspend: true })]);
  const { nodes, edges } = groupGraph(whole, 'namespace', []);
  expect(nodes.map(({ id, state, count }) => `${id} ${state} ${count}`).toSorted()).toEqual([
    'group/namespace/flux-system ready 1',
    'group/namespace/media ready 1',
    'group/namespace/shop failing 5',
  ]);
  const counts = nodes.find(({ namespace }) => namespace === 'shop')?.counts ?? {};
  // The drawing lays them side by side in this order.
  expect(Object.entries(counts)).toEqual([
    ['failing', 1],
    ['suspended', 1],
    ['ready', 3],
  ]);
  expect(edges).toMatchObject([
    { from: 'group/namespace/flux-system', to: 'group/namespace/shop', flow: 'dry', count: 5 },
  ]);
  const opened = groupGraph(whole, 'namespace', ['shop']);
  expect(opened.nodes).toHaveLength(7);
  expect(opened.edges).toContainEqual(
    expect.objectContaining({ from: 'group/namespace/flux-system', to: 'kustomizations/shop/base' }),
  );
});

test('more than three hundred nodes are grouped unless asked otherwise', async () => {
  const many = await graphOf(Array.from({ length: 301 }, (_, index) => made('Kustomization', `app-${index}`)));
  const grouping = (query: string) => groupingOf(many, parseGraphFilter(new URLSearchParams(query)));
  expect([grouping(''), grouping('namespace=shop'), grouping('group=none')]).toEqual(['namespace', 'kind', 'none']);
  expect(groupingOf({ nodes: many.nodes.slice(1), edges: [] }, parseGraphFilter(new URLSearchParams()))).toBe('none');
});
