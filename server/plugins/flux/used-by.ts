import type { Change, Collection, Entry } from '../../kube/cluster.ts';
import type { KindDefinition } from './kind.ts';
import { kindOf } from './kinds/index.ts';
import { referenceKey } from './references.ts';
import type { Sight } from './sight.ts';
import { isWithin } from './sight.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';

/** How an object names another one. */
export type Link = 'source' | 'dependency' | 'reference';

/** An object that names another one, and how. */
export interface Dependent {
  kind: KindDefinition;
  entry: Entry<FluxSummary>;
  as: Link;
}

/**
 * Who uses an object, in every namespace the asker sees: sources' consumers, dependents, and what refers to it. By kind
 * and name. Costs a look-up for each kind, however many objects there are.
 */
export function dependentsOf(sight: Sight, reference: ObjectReference): Dependent[] {
  const key = referenceKey(reference);
  return sight.seen.flatMap(({ kind, collection, scope }) =>
    [...(linksOf(collection).get(key)?.values() ?? [])]
      .filter(({ entry }) => isWithin(scope, entry.object.metadata.namespace))
      .toSorted((one, other) => (one.entry.key < other.entry.key ? -1 : 1))
      .map(({ entry, as }) => ({ kind, entry, as })),
  );
}

/** An object that is named by another one, as far as the asker may know of it. */
export interface Dependency {
  reference: ObjectReference;
  as: Link;
  /** Its kind, when it is one of Flux's. */
  kind: KindDefinition | undefined;
  /** There when the asker may see it and it exists. */
  entry: Entry<FluxSummary> | undefined;
  /**
   * seen: `entry` is there. missing: the asker would see it, and it does not exist. hidden: the asker may not see it.
   * unknown: nothing is watched that would tell.
   */
  state: 'seen' | 'missing' | 'hidden' | 'unknown';
}

/** What an object names: its source, what it depends on, and everything else, in this order. */
export function dependenciesOf(sight: Sight, summary: FluxSummary): Dependency[] {
  return linksFrom(summary).map(([reference, as]) => {
    const kind = kindOf(reference.group, reference.kind);
    const seen = kind === undefined ? undefined : sight.of(kind);
    const entry = sight.entry(reference);
    if (entry !== undefined) return { reference, as, kind, entry, state: 'seen' };
    if (seen === undefined || (seen.collection.state !== 'live' && seen.collection.state !== 'stale')) {
      return { reference, as, kind, entry, state: 'unknown' };
    }
    return { reference, as, kind, entry, state: isWithin(seen.scope, reference.namespace) ? 'missing' : 'hidden' };
  });
}

function linksFrom(summary: FluxSummary): [ObjectReference, Link][] {
  return [
    ...(summary.source === undefined ? [] : [[summary.source, 'source'] satisfies [ObjectReference, Link]]),
    ...summary.dependsOn.map((reference): [ObjectReference, Link] => [reference, 'dependency']),
    ...summary.references.map((reference): [ObjectReference, Link] => [reference, 'reference']),
  ];
}

interface Linked {
  entry: Entry<FluxSummary>;
  as: Link;
}

/** By the key of what is named, then by the key of who names it. */
type Links = Map<string, Map<string, Linked>>;

interface Index {
  links: Links;
  /** The collection's version this is true for. */
  version: number;
}

const indexes = new WeakMap<Collection<FluxSummary>, Index>();

/** A collection's links: made once, then kept true with every change; made anew when a change was missed. */
function linksOf(collection: Collection<FluxSummary>): Links {
  const known = indexes.get(collection);
  if (known === undefined) {
    const index: Index = { links: readLinks(collection), version: collection.version };
    indexes.set(collection, index);
    collection.onChange((change) => follow(index, collection, change));
    return index.links;
  }
  if (known.version !== collection.version) {
    known.links = readLinks(collection);
    known.version = collection.version;
  }
  return known.links;
}

function readLinks(collection: Collection<FluxSummary>): Links {
  const links: Links = new Map();
  for (const entry of collection.entries()) add(links, entry);
  return links;
}

/** One change at a time keeps the index true; after a gap the version tells, and the next look makes it anew. */
function follow(index: Index, collection: Collection<FluxSummary>, change: Change<FluxSummary>): void {
  if (collection.version !== index.version + 1) return;
  index.version = collection.version;
  const { entry, previous } = change;
  if (entry === undefined) return;
  if (previous !== undefined || change.type === 'deleted') remove(index.links, previous ?? entry);
  if (change.type !== 'deleted') add(index.links, entry);
}

function add(links: Links, entry: Entry<FluxSummary>): void {
  for (const [reference, as] of linksFrom(entry.summary).toReversed()) {
    const key = referenceKey(reference);
    const linked = links.get(key) ?? new Map<string, Linked>();
    linked.set(entry.key, { entry, as });
    links.set(key, linked);
  }
}

function remove(links: Links, entry: Entry<FluxSummary>): void {
  for (const [reference] of linksFrom(entry.summary)) {
    const key = referenceKey(reference);
    const linked = links.get(key);
    linked?.delete(entry.key);
    if (linked?.size === 0) links.delete(key);
  }
}
