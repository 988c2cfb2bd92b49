import { pluralInWords } from '../../../kube/words.ts';
import type { InventoryNode, InventoryTree } from '../inventory-tree/tree.ts';
import { kindRank } from '../inventory-tree/tree.ts';
import { kindOf } from '../kinds/index.ts';
import { objectStates } from '../summary.ts';
import type { ObjectReference, ObjectState } from '../summary.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { edgeId } from './graph.ts';

/** Of an inventory so many workloads and objects with trouble are drawn, the worst first, */
const shownEntries = 24;
/** and so many of those of which nothing is to be told but that they are there. */
const shownCalm = 6;
/** Of what a workload made. */
const shownMade = 8;
/** Of a node of which more is asked for. */
const shownWhenAsked = 200;
/** Of all together; what is beyond is counted. */
const mostOwned = 600;

/** The kind of a node that stands for objects of several. */
export const severalKinds = 'Objects';

interface JoinOptions {
  /** Ids of nodes of which more is drawn. */
  more: ReadonlySet<string>;
  /** Only what stands like this, with the way there; empty: all. */
  states: readonly ObjectState[];
}

/**
 * The graph with what its objects own: entries of their inventories, and what workloads among those made. Objects of Flux
 * are nodes of the graph already. What would be too much is one node that counts it; ReplicaSets scaled to zero are told
 * by the workload that made them.
 */
export function joinInventories(
  graph: Graph,
  inventories: readonly { owner: GraphNode; tree: InventoryTree }[],
  { more, states }: JoinOptions,
): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const wanted = new Set<string>(states);
  const isWanted = (node: InventoryNode): boolean =>
    wanted.size === 0 || wanted.has(node.health.state) || node.children.some(isWanted);

  function hang(node: GraphNode, parent: string): void {
    if (!nodes.has(node.id)) nodes.set(node.id, node);
    const id = edgeId(parent, 'owns', node.id);
    edges.set(id, {
      id,
      from: parent,
      to: node.id,
      type: 'owns',
      flow: 'none',
      heldAt: undefined,
      heldBy: undefined,
      count: node.count,
    });
  }

  function hangAll(all: readonly InventoryNode[], owner: string, parent: string, most: number): void {
    const left = Math.max(0, mostOwned - nodes.size);
    const { shown, rest } = partOf(all.filter(isWanted), Math.min(left, more.has(parent) ? shownWhenAsked : most), {
      calm: more.has(parent) ? shownWhenAsked : shownCalm,
    });
    for (const node of shown) {
      const drawn = ownedNode(node, owner, parent);
      hang(drawn, parent);
      hangAll(node.children, owner, drawn.id, shownMade);
    }
    if (rest.length > 0) hang(restNode(rest, owner, parent), parent);
  }

  for (const { owner, tree } of inventories) {
    const foreign = tree.nodes.filter(({ reference }) => kindOf(reference.group, reference.kind) === undefined);
    hangAll(foreign, owner.id, owner.id, shownEntries);
  }
  return { nodes: [...graph.nodes, ...nodes.values()], edges: [...graph.edges, ...edges.values()] };
}

/** The id of an object that is none of Flux's. */
function ownedId({ group, kind, namespace, name }: ObjectReference): string {
  return `owned/${[group, kind, namespace ?? '', name].map(encodeURIComponent).join('/')}`;
}

/** What is drawn of a node's objects, which come by their urgency. One alone is drawn rather than counted. */
function partOf(
  all: readonly InventoryNode[],
  most: number,
  { calm }: { calm: number },
): { shown: InventoryNode[]; rest: InventoryNode[] } {
  const shown: InventoryNode[] = [];
  const rest: InventoryNode[] = [];
  let calmShown = 0;
  for (const node of all) {
    const isCalm = node.health.state === 'ready' && node.children.length === 0 && !isWorkload(node);
    const fits = shown.length < most && (!isCalm || calmShown < calm);
    if (fits && isCalm) calmShown += 1;
    (fits ? shown : rest).push(node);
  }
  return rest.length === 1 && most > 0 ? { shown: [...shown, ...rest], rest: [] } : { shown, rest };
}

const lastWorkload = kindRank({ reference: { group: '', kind: 'Pod', namespace: undefined, name: '' } });

function isWorkload(node: InventoryNode): boolean {
  return node.reference.kind === 'ReplicaSet' || kindRank(node) <= lastWorkload;
}

function ownedNode(node: InventoryNode, owner: string, parent: string): GraphNode {
  const { reference, served, object, health, createdAt, folded } = node;
  const { group, kind, namespace, name } = reference;
  return {
    id: ownedId(reference),
    type: 'owned',
    plural: undefined,
    kind,
    namespace,
    name,
    state: health.state,
    because: health.says === '' ? undefined : health.says,
    since: createdAt,
    count: 1,
    counts: undefined,
    labels: undefined,
    owned: {
      group,
      served: object === undefined ? undefined : served,
      owner,
      parent,
      reason: health.state === 'ready' ? undefined : health.reason,
      folded: folded.length,
    },
  };
}

/** `412 more Pods`; `31 more objects`, of several kinds. */
function restNode(rest: readonly InventoryNode[], owner: string, parent: string): GraphNode {
  const kinds = [...new Set(rest.map(({ reference }) => reference.kind))];
  const [first] = rest;
  const served = kinds.length === 1 ? first?.served : undefined;
  const subject = served === undefined ? 'objects' : pluralInWords(served.resource, first?.reference.kind ?? '');
  const counts: NonNullable<GraphNode['counts']> = {};
  for (const { health } of rest) counts[health.state] = (counts[health.state] ?? 0) + 1;
  const worst = objectStates.find((state) => state !== 'none' && counts[state] !== undefined);
  return {
    id: `more/${encodeURIComponent(parent)}`,
    type: 'more',
    plural: undefined,
    kind: kinds.length === 1 ? (kinds[0] ?? '') : severalKinds,
    namespace: first?.reference.namespace,
    name: `${rest.length.toLocaleString('en-GB')} more ${subject}`,
    state: worst ?? (counts.forbidden === undefined ? 'none' : 'forbidden'),
    because: undefined,
    since: undefined,
    count: rest.length,
    counts,
    labels: kinds.length === 1 ? undefined : kinds.toSorted().join(', '),
    owned: { group: undefined, served: undefined, owner, parent, reason: undefined, folded: 0 },
  };
}
