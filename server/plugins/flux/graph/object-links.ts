import type { Entry } from '../../../kube/cluster.ts';
import { inventoryOf } from '../inventory.ts';
import type { KindDefinition } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { providerOf } from '../notification-health.ts';
import { entriesAt, listAt } from '../read.ts';
import { groupOfKind, imageGroup, referenceAt, referenceKey, referenceTo, sourceGroup } from '../references.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import type { EdgeType } from './graph.ts';

/** An edge between an object and another one that it names. */
export interface ObjectLink {
  other: ObjectReference;
  type: EdgeType;
  /** Whether the edge leads from the other one to the object. */
  inward: boolean;
}

/** A wildcard of an Alert or a Receiver: every object of a kind in a namespace, of those with these labels. */
export interface WildcardLink {
  group: string;
  kind: string;
  namespace: string | undefined;
  /** The entry of the spec, for its `matchLabels` and `matchExpressions`. */
  selector: unknown;
  /** `team=shop`; empty: all. */
  labels: string;
  type: EdgeType;
  inward: boolean;
}

/** What joins an object to others of Flux, as its own spec and status tell. Never to itself. */
export function linksOf(
  kind: KindDefinition,
  entry: Entry<FluxSummary>,
  sight: Sight,
): { links: ObjectLink[]; wildcards: WildcardLink[] } {
  const self = referenceKey(referenceTo(entry.object));
  const { links, wildcards } =
    kind.plural === 'alerts' || kind.plural === 'receivers'
      ? notificationLinks(kind.plural, entry)
      : { links: flowLinks(kind, entry, sight), wildcards: [] };
  const owned = (inventoryOf(entry.object) ?? []).map((other) => outward(other, 'owns'));
  const seen = new Set<string>();
  return {
    links: [...links, ...owned].filter(({ other, type, inward }) => {
      const key = referenceKey(other);
      const once = `${key} ${type} ${String(inward)}`;
      if (key === self || seen.has(once) || kindOf(other.group, other.kind) === undefined) return false;
      seen.add(once);
      return true;
    }),
    wildcards,
  };
}

function inward(other: ObjectReference, type: EdgeType): ObjectLink {
  return { other, type, inward: true };
}

function outward(other: ObjectReference, type: EdgeType): ObjectLink {
  return { other, type, inward: false };
}

function flowLinks(kind: KindDefinition, { object, summary }: Entry<FluxSummary>, sight: Sight): ObjectLink[] {
  const chart = kind.kind === 'HelmRelease' ? ownChart(summary, sight) : undefined;
  const source = chart ?? summary.source;
  const others = summary.references.filter(
    (reference) => !(kind.kind === 'HelmRelease' && reference.group === sourceGroup && reference.kind === 'HelmChart'),
  );
  const typeOf = (reference: ObjectReference) => (reference.group === imageGroup ? 'image' : 'source');
  return [
    ...(source === undefined ? [] : [inward(source, typeOf(source))]),
    ...summary.dependsOn.map((reference) => inward(reference, 'dependency')),
    ...others
      .filter((reference) => referenceKey(reference) !== referenceKey(source ?? referenceTo(object)))
      .map((reference) => inward(reference, typeOf(reference))),
  ];
}

/** A release whose chart is made for it gets it from that HelmChart, which has the repository as its own source. */
function ownChart(summary: FluxSummary, sight: Sight): ObjectReference | undefined {
  return summary.references.find(
    (reference) =>
      reference.group === sourceGroup && reference.kind === 'HelmChart' && sight.entry(reference) !== undefined,
  );
}

function notificationLinks(
  plural: string,
  entry: Entry<FluxSummary>,
): { links: ObjectLink[]; wildcards: WildcardLink[] } {
  const { object } = entry;
  const isAlert = plural === 'alerts';
  const type: EdgeType = isAlert ? 'notifies' : 'triggers';
  const provider = isAlert ? providerOf(entry) : undefined;
  const links: ObjectLink[] = provider === undefined ? [] : [outward(provider, 'sends')];
  const wildcards: WildcardLink[] = [];
  for (const item of listAt(object, 'spec', isAlert ? 'eventSources' : 'resources')) {
    const named = referenceAt(object, item);
    if (named === undefined) continue;
    const group = named.group === '' ? groupOfKind(named.kind) : named.group;
    if (named.name !== '*') {
      links.push({ other: { ...named, group }, type, inward: isAlert });
      continue;
    }
    const labels = entriesAt(item, 'matchLabels').map(([key, value]) => `${key}=${String(value)}`);
    wildcards.push({
      group,
      kind: named.kind,
      namespace: named.namespace,
      selector: item,
      labels: labels.join(','),
      type,
      inward: isAlert,
    });
  }
  return { links, wildcards };
}
