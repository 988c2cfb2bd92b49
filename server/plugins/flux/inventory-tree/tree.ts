import type { Problem } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Health, HealthState } from '../health/health.ts';
import type { ObjectReference } from '../summary.ts';

/** An object that is owned, directly or through another one, with how it fares. */
export interface InventoryNode {
  reference: ObjectReference;
  /** As the API server serves it; undefined where it does not. */
  served: { version: string; resource: string } | undefined;
  /** As it was read: some kinds by their metadata only, Secrets without values; undefined when it is not there or hidden. */
  object: KubeObject | undefined;
  /** Of itself and, where it is not what it should be, with the words of the child that is to blame. */
  health: Health;
  images: readonly string[];
  restarts: number | undefined;
  createdAt: string | undefined;
  /** What it made, failing first. */
  children: readonly InventoryNode[];
  /** What it made and needs no more: ReplicaSets scaled to zero. */
  folded: readonly InventoryNode[];
}

/** All that a Flux object owns. */
export interface InventoryTree {
  /** One for each entry of the inventory, failing first, then by kind and name. */
  nodes: readonly InventoryNode[];
  /** How many of `nodes` are in each state. */
  counts: Readonly<Partial<Record<HealthState, number>>>;
  /** What could not be read, and the right that is missing. */
  problems: readonly Problem[];
  /** Reading took too long to wait for; it goes on, and the next look has it. */
  late: boolean;
}

/** States from the worst on: the order of rows. */
const order: readonly HealthState[] = [
  'failing',
  'stalled',
  'suspended-failing',
  'deleting',
  'waiting',
  'stale',
  'reconciling',
  'suspended',
  'forbidden',
  'none',
  'ready',
];

/** Kinds people look for first. */
const kindOrder = ['Kustomization', 'HelmRelease', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Pod'];

/** Failing first, then what runs, then by kind and name. */
export function byUrgency(one: InventoryNode, other: InventoryNode): number {
  return (
    order.indexOf(one.health.state) - order.indexOf(other.health.state) ||
    kindRank(one) - kindRank(other) ||
    compare(one.reference.kind, other.reference.kind) ||
    compare(one.reference.namespace ?? '', other.reference.namespace ?? '') ||
    compare(one.reference.name, other.reference.name)
  );
}

/** The order of a kind among others, workloads first. */
export function kindRank({ reference }: Pick<InventoryNode, 'reference'>): number {
  const rank = kindOrder.indexOf(reference.kind);
  return rank === -1 ? kindOrder.length : rank;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** How many objects are in each state, the worst first: a drawing lays them side by side in this order. */
export function countStates(states: readonly HealthState[]): Partial<Record<HealthState, number>> {
  const numbers = new Map<HealthState, number>();
  for (const state of states) numbers.set(state, (numbers.get(state) ?? 0) + 1);
  return Object.fromEntries(
    order.flatMap((state) => {
      const number = numbers.get(state);
      return number === undefined ? [] : [[state, number]];
    }),
  );
}

/** Every node of a tree, owners before what they made; folded ones last. */
export function* everyNode(nodes: readonly InventoryNode[]): Iterable<InventoryNode> {
  for (const node of nodes) {
    yield node;
    yield* everyNode(node.children);
    yield* everyNode(node.folded);
  }
}
