import type { ObjectState } from '../summary.ts';

/**
 * Why two nodes are joined; an edge leads the way things flow. source: what is built from it. dependency: what must wait for
 * it. owns: what it applied. image: tags towards an automation. notifies: events to an Alert. sends: an Alert's events to its
 * Provider. triggers: a Receiver's calls.
 */
export const edgeTypes = ['source', 'dependency', 'owns', 'image', 'notifies', 'sends', 'triggers'] as const;

export type EdgeType = (typeof edgeTypes)[number];

/**
 * object: it is there. missing: it is named and does not exist. hidden: it is named and the asker may not see it. unknown:
 * nothing is watched that would tell. every: all objects a wildcard means. group: several objects drawn as one. owned: an
 * object of an inventory, or one that a workload made. more: those of them that are not drawn.
 */
export const nodeTypes = ['object', 'missing', 'hidden', 'unknown', 'every', 'group', 'owned', 'more'] as const;

/** What is known besides of a node that an inventory brought. */
export interface OwnedFacts {
  /** The API group; undefined for what stands for several objects. */
  group: string | undefined;
  /** As the API server serves it; undefined where it does not, or the object is not there to be shown. */
  served: { version: string; resource: string } | undefined;
  /** The id of the Flux object whose inventory it came with. */
  owner: string;
  /** The id of the node that it hangs on. */
  parent: string;
  /** The machine's own reason where it is not what it should be: `CrashLoopBackOff`. */
  reason: string | undefined;
  /** How many ReplicaSets it made and scaled to zero; they are not drawn. */
  folded: number;
}

export interface GraphNode {
  /** `kustomizations/shop/cart`, also before it exists; `every/…`, `group/…`, `owned/…` and `more/…` for what is none of Flux. */
  id: string;
  type: (typeof nodeTypes)[number];
  /** The registry's key of the kind; undefined for groups of namespaces and for what is no object of Flux. */
  plural: string | undefined;
  kind: string;
  namespace: string | undefined;
  name: string;
  state: ObjectState | 'forbidden';
  because: string | undefined;
  /** ISO instant. */
  since: string | undefined;
  /** How many objects it stands for; 1 for an object. */
  count: number;
  /** Of a group: how many of its objects stand how. */
  counts: Partial<Record<ObjectState | 'forbidden', number>> | undefined;
  /** Labels that a wildcard asks for: `team=shop`. */
  labels: string | undefined;
  /** Of owned and more. */
  owned?: OwnedFacts;
}

/** full: the latest revision gets through. moving: it is on its way. dry: it is held. none: no revision goes this way. */
export type Flow = 'full' | 'moving' | 'dry' | 'none';

export interface GraphEdge {
  /** `<from>><type>><to>` */
  id: string;
  from: string;
  to: string;
  type: EdgeType;
  flow: Flow;
  /** Where a dry one is held, and by what state. */
  heldAt: 'from' | 'to' | undefined;
  heldBy: GraphNode['state'] | undefined;
  /** How many edges it stands for. */
  count: number;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** Edges along which a revision goes, and so trouble. */
export function carriesRevision(type: EdgeType): boolean {
  return type === 'source' || type === 'dependency' || type === 'image';
}

/** The id of a Flux object's node; also what `focus` names. */
export function nodeId(plural: string, namespace: string | undefined, name: string): string {
  return `${plural}/${encodeURIComponent(namespace ?? '')}/${encodeURIComponent(name)}`;
}

/** The id of an edge. */
export function edgeId(from: string, type: EdgeType, to: string): string {
  return `${from}>${type}>${to}`;
}
