import type { Entry } from '../../../kube/cluster.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { labelsMatch } from '../match-labels.ts';
import { isWithin } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { edgeBetween } from './edge-flow.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { nodeId } from './graph.ts';
import type { WildcardLink } from './object-links.ts';
import { linksOf } from './object-links.ts';

/** A wildcard that means more objects than this is one node, unless an object is in focus. */
const fewObjects = 6;

/**
 * The graph of everything the asker sees, with what those objects name: missing and hidden ones are nodes of their own.
 * `around` is the id of a node in focus, to which wildcards are led however many objects they mean.
 */
export function buildGraph(sight: Sight, now: Date, around?: string): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();

  function join(from: GraphNode, to: GraphNode, type: GraphEdge['type']): void {
    if (from.id === to.id) return;
    const edge = edgeBetween(from, to, type);
    edges.set(edge.id, edge);
  }

  function nodeOf(reference: ObjectReference): GraphNode | undefined {
    const kind = kindOf(reference.group, reference.kind);
    if (kind === undefined) return undefined;
    const id = nodeId(kind.plural, reference.namespace, reference.name);
    const known = nodes.get(id);
    if (known !== undefined) return known;
    const node = nodeWithout(sight, kind, reference, id);
    nodes.set(id, node);
    return node;
  }

  for (const { kind, entries } of sight.seen) {
    for (const entry of entries) {
      const node = objectNode(kind, entryAt(entry, now));
      nodes.set(node.id, node);
    }
  }
  for (const { kind, entries } of sight.seen) {
    for (const entry of entries) {
      const { namespace, name } = entry.object.metadata;
      const self = nodes.get(nodeId(kind.plural, namespace, name));
      if (self === undefined) continue;
      const { links, wildcards } = linksOf(kind, entry, sight);
      for (const { other, type, inward } of links) {
        const node = nodeOf(other);
        if (node === undefined) continue;
        if (inward) join(node, self, type);
        else join(self, node, type);
      }
      for (const wildcard of wildcards) {
        for (const node of wildcardNodes(sight, wildcard, nodes, around)) {
          nodes.set(node.id, node);
          if (wildcard.inward) join(node, self, wildcard.type);
          else join(self, node, wildcard.type);
        }
      }
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function objectNode(kind: KindDefinition, { object, summary }: Entry<FluxSummary>): GraphNode {
  const { namespace, name } = object.metadata;
  return {
    id: nodeId(kind.plural, namespace, name),
    type: 'object',
    plural: kind.plural,
    kind: kind.kind,
    namespace,
    name,
    state: summary.state,
    because: summary.because,
    since: summary.since,
    count: 1,
    counts: undefined,
    labels: undefined,
  };
}

/** An object that is named and not there for the asker. */
function nodeWithout(sight: Sight, kind: KindDefinition, reference: ObjectReference, id: string): GraphNode {
  const { namespace, name } = reference;
  const seen = sight.of(kind);
  const node = {
    id,
    plural: kind.plural,
    kind: kind.kind,
    namespace,
    name,
    since: undefined,
    count: 1,
    counts: undefined,
    labels: undefined,
  };
  const isKnown = seen !== undefined && (seen.collection.state === 'live' || seen.collection.state === 'stale');
  if (!isKnown) return { ...node, type: 'unknown', state: 'none', because: `${kind.title} are not known here.` };
  if (!isWithin(seen.scope, namespace)) {
    return {
      ...node,
      type: 'hidden',
      state: 'forbidden',
      because: `You may not see ${kind.title} in ${namespace ?? ''}.`,
    };
  }
  return { ...node, type: 'missing', state: 'failing', because: 'It is named by others and does not exist.' };
}

/** The objects a wildcard means when they are few, else one node for all of them. */
function wildcardNodes(
  sight: Sight,
  wildcard: WildcardLink,
  nodes: ReadonlyMap<string, GraphNode>,
  around: string | undefined,
): GraphNode[] {
  const kind = kindOf(wildcard.group, wildcard.kind);
  const seen = kind === undefined ? undefined : sight.of(kind);
  if (kind === undefined || seen === undefined) return [];
  const isVisible = isWithin(seen.scope, wildcard.namespace);
  const matching: GraphNode[] = [];
  if (isVisible && wildcard.namespace !== undefined) {
    for (const { object } of seen.collection.inNamespace(wildcard.namespace)) {
      if (!labelsMatch(object.metadata.labels, wildcard.selector)) continue;
      const node = nodes.get(nodeId(kind.plural, object.metadata.namespace, object.metadata.name));
      if (node !== undefined) matching.push(node);
    }
  }
  if (matching.length > 0 && matching.length <= fewObjects) return matching;
  const focused = matching.filter(({ id }) => id === around);
  return [...focused, everyNode(kind, wildcard, matching.length, isVisible)];
}

function everyNode(kind: KindDefinition, wildcard: WildcardLink, count: number, isVisible: boolean): GraphNode {
  const { namespace, labels } = wildcard;
  const none = isVisible && count === 0;
  return {
    id: `every/${kind.plural}/${encodeURIComponent(namespace ?? '')}/${encodeURIComponent(labels)}`,
    type: 'every',
    plural: kind.plural,
    kind: kind.kind,
    namespace,
    name: `every ${kind.kind}`,
    state: isVisible ? 'none' : 'forbidden',
    because: none
      ? 'There is none now: nothing comes of this entry.'
      : isVisible
        ? undefined
        : `You may not see ${kind.title} in ${namespace ?? ''}.`,
    since: undefined,
    count,
    counts: undefined,
    labels: labels === '' ? undefined : labels,
  };
}
