import { expect, test } from 'vitest';
import { healthAs } from '../health/health.ts';
import type { Health } from '../health/health.ts';
import { nodeWithout } from '../inventory-tree/build-tree.ts';
import { byUrgency, countStates } from '../inventory-tree/tree.ts';
import type { InventoryNode, InventoryTree } from '../inventory-tree/tree.ts';
import type { ObjectState } from '../summary.ts';
import type { Graph, GraphNode } from './graph.ts';
import { joinInventories } from './join-inventories.ts';

const healthy = healthAs('Current', '');
const crashed = healthAs('Failed', 'container app exits with 1', { reason: 'CrashLoopBackOff' });

const plurals: Record<string, [group: string, resource: string]> = {
  Deployment: ['apps', 'deployments'],
  ReplicaSet: ['apps', 'replicasets'],
  Pod: ['', 'pods'],
  ConfigMap: ['', 'configmaps'],
  Secret: ['', 'secrets'],
  Kustomization: ['kustomize.toolkit.fluxcd.io', 'kustomizations'],
};

function piece(
  kind: string,
  name: string,
  { health = healthy, children = [], folded = [] }: Partial<Pick<InventoryNode, 'health' | 'children' | 'folded'>> = {},
): InventoryNode {
  const [group = '', resource = ''] = plurals[kind] ?? [];
  const bare = nodeWithout({ group, kind, namespace: 'shop', name }, { version: 'v1', resource }, health);
  const metadata = { uid: name, namespace: 'shop', name, resourceVersion: '1', creationTimestamp: '' };
  return { ...bare, object: { apiVersion: 'v1', kind, metadata }, children, folded };
}

const pieces = (kind: string, number: number, health: Health = healthy) =>
  Array.from({ length: number }, (_, index) => piece(kind, `${kind.toLowerCase()}-${index}`, { health }));

const owner: GraphNode = {
  id: 'kustomizations/shop/apps',
  type: 'object',
  plural: 'kustomizations',
  kind: 'Kustomization',
  namespace: 'shop',
  name: 'apps',
  state: 'failing',
  because: undefined,
  since: undefined,
  count: 1,
  counts: undefined,
  labels: undefined,
};

function joined(
  all: readonly InventoryNode[],
  { more = [], states = [] }: { more?: string[]; states?: ObjectState[] } = {},
): Graph {
  const nodes = all.toSorted(byUrgency);
  const tree: InventoryTree = {
    nodes,
    counts: countStates(nodes.map(({ health }) => health.state)),
    problems: [],
    late: false,
  };
  const graph = { nodes: [owner], edges: [] };
  return joinInventories(graph, [{ owner, tree }], { more: new Set(more), states });
}

const named = ({ nodes }: Graph) =>
  nodes.filter(({ type }) => type !== 'object').map(({ kind, name }) => `${kind} ${name}`);

test('what is owned hangs on its owner, what was made on its maker, each with its health', () => {
  const pod = piece('Pod', 'web-1-a', { health: crashed });
  const set = piece('ReplicaSet', 'web-1', { health: crashed, children: [pod] });
  const old = piece('ReplicaSet', 'web-0');
  const { nodes, edges } = joined([
    piece('Deployment', 'web', { health: crashed, children: [set], folded: [old] }),
    piece('Kustomization', 'nested'),
  ]);
  expect(edges.map(({ id }) => id)).toEqual([
    'kustomizations/shop/apps>owns>owned/apps/Deployment/shop/web',
    'owned/apps/Deployment/shop/web>owns>owned/apps/ReplicaSet/shop/web-1',
    'owned/apps/ReplicaSet/shop/web-1>owns>owned//Pod/shop/web-1-a',
  ]);
  expect(nodes.find(({ name }) => name === 'web')?.owned).toMatchObject({ folded: 1, group: 'apps' });
  expect(nodes.find(({ kind }) => kind === 'Pod')).toMatchObject({
    type: 'owned',
    state: 'failing',
    because: 'container app exits with 1',
    owned: { reason: 'CrashLoopBackOff', owner: owner.id, served: { version: 'v1', resource: 'pods' } },
  });
});

test('of many Pods a few are drawn, failing first, and the rest is counted; more is drawn when asked for', () => {
  const pods = [...pieces('Pod', 419), piece('Pod', 'broken', { health: crashed })].toSorted(byUrgency);
  const all = [piece('ReplicaSet', 'web', { children: pods })];
  const few = joined(all);
  expect(named(few).slice(0, 2)).toEqual(['ReplicaSet web', 'Pod broken']);
  const rest = few.nodes.at(-1);
  expect(rest).toMatchObject({
    type: 'more',
    name: '412 more Pods',
    count: 412,
    counts: { ready: 412 },
    state: 'ready',
  });
  const asked = joined(all, { more: ['owned/apps/ReplicaSet/shop/web'] });
  expect(asked.nodes.at(-1)).toMatchObject({ name: '220 more Pods' });
});

test('objects of which nothing is to be told give way to workloads and to trouble; one alone is not counted', () => {
  const graph = joined([
    ...pieces('ConfigMap', 20),
    ...pieces('Secret', 4),
    ...pieces('Deployment', 10),
    piece('Secret', 'gone', { health: crashed }),
  ]);
  expect(named(graph)).toEqual([
    'Secret gone',
    ...Array.from({ length: 10 }, (_, index) => `Deployment deployment-${index}`),
    ...['0', '1', '10', '11', '12', '13'].map((index) => `ConfigMap configmap-${index}`),
    'Objects 18 more objects',
  ]);
  expect(graph.nodes.at(-1)?.labels).toBe('ConfigMap, Secret');
  expect(named(joined(pieces('ConfigMap', 7)))).toHaveLength(7);
  expect(named(joined(pieces('ConfigMap', 7)))).not.toContain('1 more ConfigMaps');
});

test('with a status only what stands like it is drawn, and its way there', () => {
  const pods = [piece('Pod', 'web-a', { health: crashed }), piece('Pod', 'web-b')];
  const graph = joined([piece('Deployment', 'web', { children: pods }), piece('ConfigMap', 'settings')], {
    states: ['failing'],
  });
  expect(named(graph)).toEqual(['Deployment web', 'Pod web-a']);
});

test('all together stay within a bound, and what is beyond is counted', () => {
  const deployments = Array.from({ length: 300 }, (_, index) => {
    const children = Array.from({ length: 9 }, (_pod, pod) => piece('Pod', `web-${index}-${pod}`));
    return piece('Deployment', `web-${index}`, { children });
  });
  const { nodes } = joined(deployments, { more: [owner.id] });
  const told = (kind: string) => nodes.filter((node) => node.kind === kind).reduce((sum, { count }) => sum + count, 0);
  expect(nodes.length).toBeLessThanOrEqual(1_000);
  expect(nodes.filter(({ type, kind }) => type === 'owned' && kind === 'Deployment')).toHaveLength(200);
  expect(nodes.find(({ id }) => id === `more/${encodeURIComponent(owner.id)}`)?.count).toBe(100);
  expect(told('Deployment')).toBe(300);
  expect(told('Pod')).toBe(200 * 9);
});
