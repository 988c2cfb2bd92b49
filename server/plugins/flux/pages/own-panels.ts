import type { Entry } from '../../../kube/cluster.ts';
import { objectReader } from '../../../kube/object-reader.ts';
import type { Address } from '../../../kube/object-reader.ts';
import type { GroupResource } from '../../../kube/object.ts';
import { mayList } from '../../../kube/visible.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { EventSummary } from '../events.ts';
import type { KindDefinition, Panel, PanelRow, ReadObject, Surroundings } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import type { Seen, Sight } from '../sight.ts';
import { isWithin } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { eventsResource } from './events-seen.ts';
import { factViews } from './fact-view.ts';
import type { FactView } from './fact-view.ts';
import { anyObjectPath } from './inventory-page-rows.ts';
import { listPath, referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';
import { stateMeanings } from './words.ts';
import { yamlView } from './yaml-view.ts';

interface RowView {
  object: ObjectView | undefined;
  text: string;
  href: string;
  mark: string;
  how: string;
  since: string | undefined;
  what: string;
}

interface PanelView {
  id: string;
  heading: string;
  sub: string;
  says: Panel['says'];
  facts: FactView[];
  rows: RowView[];
  blocks: { label: string; text: string; html: string }[];
  note: string;
}

/** A kind's own panels, drawn, and the kinds that were looked at for them: when those change, so may the panels. */
export interface OwnPanels {
  views: PanelView[];
  /** What stands at the head of the page in place of a status. */
  headline: Panel['says'];
  lookedAt: GroupResource[];
}

/** Makes the panels that a kind has of its own. Only what the open page shows is looked for. */
export async function ownPanels(
  request: PageRequest,
  kind: KindDefinition,
  entry: Entry<FluxSummary>,
  sight: Sight,
): Promise<OwnPanels> {
  if (kind.panels === undefined) return { views: [], headline: undefined, lookedAt: [] };
  const lookedAt = new Map<string, GroupResource>();
  const around = await surroundings(request, entry, sight, (resource) => lookedAt.set(resource.resource, resource));
  const panels = await kind.panels(entry, around);
  return {
    views: panels.map((panel) => panelView(panel, around, request)),
    headline: panels.find(({ headsPage }) => headsPage === true)?.says,
    lookedAt: [...lookedAt.values()],
  };
}

async function surroundings(
  { cluster, identity, now }: PageRequest,
  { object }: Entry<FluxSummary>,
  sight: Sight,
  noteLook: (resource: GroupResource) => void,
): Promise<Surroundings> {
  const { namespace = '' } = object.metadata;
  const seenOf = (group: string, kindName: string): Seen | undefined => {
    const kind = kindOf(group, kindName);
    if (kind === undefined) return undefined;
    noteLook({ group, resource: kind.plural });
    return sight.of(kind);
  };
  const events = cluster.collection<EventSummary>(eventsResource);
  const listsEvents = await mayList(cluster, eventsResource, identity, namespace);
  return {
    now,
    entry(reference) {
      seenOf(reference.group, reference.kind);
      const found = sight.entry(reference);
      return found === undefined ? undefined : entryAt(found, now);
    },
    entries: (group, kindName) => seenOf(group, kindName)?.entries ?? [],
    sees(group, kindName, place) {
      const seen = seenOf(group, kindName);
      if (seen === undefined || (seen.collection.state !== 'live' && seen.collection.state !== 'stale')) return false;
      return place === undefined ? seen.scope.all : isWithin(seen.scope, place);
    },
    events:
      listsEvents && events.state !== 'forbidden' && events.state !== 'absent'
        ? events.inNamespace(namespace)
        : undefined,
    async read(references) {
      const addresses = references.map((reference): Address | undefined => {
        const resource = cluster.servedKind(reference.group, reference.kind);
        if (resource === undefined) return undefined;
        return { resource, namespace: reference.namespace, name: reference.name };
      });
      const known = addresses.filter((address) => address !== undefined);
      const readings = await objectReader(cluster).getMany(identity, known, () => 'whole');
      let next = 0;
      return addresses.map((address): ReadObject => {
        if (address === undefined) return { object: undefined, hidden: true };
        const reading = readings[next];
        next += 1;
        return { object: reading?.found, hidden: reading?.error !== undefined };
      });
    },
  };
}

function panelView(panel: Panel, around: Surroundings, request: PageRequest): PanelView {
  const { link } = request;
  const { id, heading, sub = '', says, facts = [], rows = [], blocks = [], note = '' } = panel;
  return {
    id: `panel-${id}`,
    heading,
    sub,
    says,
    facts: factViews(facts, link),
    rows: rows.map((row) => rowView(row, around, request)),
    blocks: blocks.map(({ label, text }) => ({ label, ...yamlView(text) })),
    note,
  };
}

function rowView(row: PanelRow, around: Surroundings, request: PageRequest): RowView {
  const { reference, text = '', how = '', since } = row;
  const entry = reference === undefined ? undefined : around.entry(reference);
  return {
    object: reference === undefined ? undefined : objectOf(reference, entry, request),
    text,
    href: hrefOf(row.list, request.link),
    mark: row.state ?? entry?.summary.state ?? '',
    how,
    since,
    what: row.what ?? whyOf(entry),
  };
}

/** A Flux object that is not there has no page to lead to; others have the page of any object. */
function objectOf(
  reference: ObjectReference,
  entry: Entry<FluxSummary> | undefined,
  { cluster, link }: PageRequest,
): ObjectView {
  const view = referenceView(reference, link);
  if (entry !== undefined) return view;
  const isFlux = kindOf(reference.group, reference.kind) !== undefined;
  const served = isFlux ? undefined : cluster.servedKind(reference.group, reference.kind);
  return { ...view, href: served === undefined ? undefined : link(anyObjectPath(reference, served)) };
}

function whyOf(entry: Entry<FluxSummary> | undefined): string {
  if (entry === undefined || entry.summary.state === 'ready' || entry.summary.state === 'none') return '';
  return entry.summary.because ?? stateMeanings[entry.summary.state];
}

function hrefOf(list: PanelRow['list'], link: PageRequest['link']): string {
  const kind = list === undefined ? undefined : kindOf(list.group, list.kind);
  return kind === undefined ? '' : link(listPath(kind.plural), list?.query);
}
