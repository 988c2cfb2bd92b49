import type { Cluster, Entry, Scope } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import { addCounts } from '../counts.ts';
import { standingOf } from '../controllers/flux-releases.ts';
import type { ReleaseStanding } from '../controllers/flux-releases.ts';
import { kindByPlural } from '../kinds/index.ts';
import { referenceTo } from '../references.ts';
import { shortRevision } from '../revision.ts';
import type { Sight } from '../sight.ts';
import { isWithin } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';
import { objectStates } from '../summary.ts';
import type { Arrival } from './arrived.ts';
import type { Cause } from './causes.ts';
import { channelView } from './channel.ts';
import type { ChannelView } from './channel.ts';
import { eventView } from './event-view.ts';
import type { EventView } from './event-view.ts';
import { countsOf } from './kind-counts.ts';
import { kindTable } from './kind-table.ts';
import type { KindTable } from './kind-table.ts';
import type { EventsGlance } from './latest-events.ts';
import { fluxVersion } from './navigation.ts';
import { readOverview } from './overview-reading.ts';
import { notSentView } from './not-sent.ts';
import type { NotSentView } from './not-sent.ts';
import { objectPath, referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';
import type { Finished } from './recently.ts';
import { actionPath, deniedWords } from './row-actions.ts';
import { calmWords, unknownBecause, verdictText, verdictTitle } from './verdict.ts';
import { count, countWords, enumerate, stateMeanings } from './words.ts';

type Link = PageRequest['link'];

/** Without being asked for all of them. */
const mostCauses = 12;
/** Even then: a page has an end. */
const mostCausesOfAll = 200;
const mostHit = 8;
const mostBrief = 8;
const mostArrivals = 6;
const mostEvents = 8;

/** All objects of Flux that the asker sees, sorted into what the overview tells of. */
export interface OverviewInput {
  cluster: Cluster;
  sight: Sight;
  /** By plural: where the asker may patch objects of the kind. */
  patchable: ReadonlyMap<string, Scope>;
  events: EventsGlance;
  /** `2.9.2`, as the controllers have it. */
  fluxVersion: string | undefined;
  /** Controllers that do not run. */
  down: readonly string[];
  /** Whether all causes are asked for. */
  allCauses: boolean;
  link: Link;
  now: Date;
}

interface BriefRow {
  state: ObjectState;
  object: ObjectView;
  what: string;
  since: string | undefined;
}

interface RecentRow {
  state: ObjectState;
  object: ObjectView;
  /** What it is at, or the reason for which it is not there. */
  result: string;
  at: string;
}

interface Brief {
  total: number;
  more: number;
  rows: BriefRow[];
}

interface CauseRow {
  state: ObjectState;
  title: string;
  /** What to do about it. */
  fix: string;
  /** Else `fix` only says where to look. */
  isKnown: boolean;
  since: string | undefined;
  gaveUp: boolean;
  href: string;
  hit: { state: ObjectState; word: string; object: ObjectView }[];
  more: number;
  button: { label: string; form: string; action: string; value: string; denied: string | undefined } | undefined;
}

interface ArrivalRow {
  object: ObjectView;
  revision: string;
  at: string | undefined;
  /** Percent of the bar. */
  fill: number;
  hurt: number;
  hold: number;
  words: string;
}

export interface OverviewModel {
  verdict: {
    title: string;
    text: string;
    root: { state: ObjectState; href: string; revision: string | undefined; at: string | undefined } | undefined;
    runsOn: string;
    flux: { version: string; standing: ReleaseStanding; href: string } | undefined;
  };
  channel: ChannelView;
  causes: { rows: CauseRow[]; more: number; moreHref: string; calm: string };
  moving: Brief;
  recent: RecentRow[];
  notSent: NotSentView | undefined;
  suspended: Brief;
  arrived: ArrivalRow[];
  kinds: KindTable;
  events: (EventView & { object: ObjectView })[];
  /** Kinds whose objects a button on the page acts on: each has a form. */
  forms: string[];
  /** The first moment at which an object becomes overdue. */
  changesAt: Date | undefined;
}

/** Everything the overview says. */
export function overviewModel(input: OverviewInput): OverviewModel {
  const { sight, link, now, cluster } = input;
  const counts = addCounts(sight.seen.map((seen) => countsOf(seen, now)));
  const { sorted, causes, arrived } = readOverview(cluster, sight, now);
  const unknown = unknownBecause(sight);
  const rows = causes.slice(0, input.allCauses ? mostCausesOfAll : mostCauses).map((cause) => causeRow(cause, input));
  return {
    verdict: {
      title: verdictTitle(causes, counts, unknown),
      text: verdictText(counts, unknown, input.down),
      root: rootSync(sight, link, now),
      runsOn: cluster.version === undefined ? '' : `Kubernetes ${cluster.version.replace(/^v/, '')}`,
      flux: fluxStanding(cluster, input.fluxVersion, link),
    },
    channel: channelView('Objects by state', counts, (state) => link('/flux', { status: state })),
    causes: {
      rows,
      more: causes.length - rows.length,
      moreHref: input.allCauses ? '' : link('/flux', { causes: 'all' }),
      calm: calmWords(counts, unknown),
    },
    moving: brief(sorted.moving, link, movingWords),
    recent: sorted.recent.map((one) => recentRow(one, link)),
    notSent: notSentView(input.events.notSent, now, link),
    suspended: brief(sorted.suspended, link, suspendedWords),
    arrived: arrived.slice(0, mostArrivals).map((arrival) => arrivalRow(arrival, link)),
    kinds: kindTable(sight, link, now, counts),
    events: input.events.latest.slice(0, mostEvents).map((event) => ({
      ...eventView(event, undefined),
      object: referenceView(event.about, link),
    })),
    forms: [...new Set(rows.flatMap((row) => (row.button === undefined ? [] : [row.button.form])))],
    changesAt: sorted.changesAt,
  };
}

/** Which Flux it is and whether it is supported; undefined where nothing tells. */
function fluxStanding(cluster: Cluster, told: string | undefined, link: Link): OverviewModel['verdict']['flux'] {
  const version = fluxVersion(cluster) ?? (told === undefined ? undefined : `Flux ${told}`);
  if (version === undefined) return undefined;
  return { version, standing: standingOf(version.replace('Flux ', '')), href: link('/flux/controllers') };
}

/** The Kustomization that `flux bootstrap` makes: the one that brings everything else. */
function rootSync(sight: Sight, link: Link, now: Date): OverviewModel['verdict']['root'] {
  const found = sight.entry({
    group: 'kustomize.toolkit.fluxcd.io',
    kind: 'Kustomization',
    namespace: 'flux-system',
    name: 'flux-system',
  });
  if (found === undefined) return undefined;
  const { summary, object } = entryAt(found, now);
  const { applied } = summary.revision;
  return {
    state: summary.state,
    href: link(objectPath('kustomizations', object.metadata.namespace, object.metadata.name)),
    revision: applied === undefined ? undefined : shortRevision(applied),
    at: summary.reconciledAt,
  };
}

/** States in which a sync does nothing: what waits is tried again by itself, what is at work is, and what is suspended refuses it. */
const idle: ReadonlySet<ObjectState> = new Set(['waiting', 'reconciling', 'suspended', 'suspended-failing']);

function causeRow(cause: Cause, { link, patchable }: OverviewInput): CauseRow {
  const { nearest, root } = cause;
  const { namespace, name } = nearest.object.metadata;
  const { state } = nearest.summary;
  const kind = kindByPlural(nearest.summary.plural);
  const mayPatch = isWithin(patchable.get(nearest.summary.plural) ?? { all: false, namespaces: new Set() }, namespace);
  const never = kind?.neverReconciled?.(nearest.object);
  return {
    state,
    title: root.title,
    fix: root.fix,
    isKnown: root.known,
    since: cause.since,
    gaveUp: state === 'stalled',
    href: link(objectPath(nearest.summary.plural, namespace, name)),
    hit: cause.hit.slice(0, mostHit).map((entry) => ({
      state: entry.summary.state,
      word: countWords[entry.summary.state],
      object: referenceView(referenceTo(entry.object), link),
    })),
    more: Math.max(0, cause.hit.length - mostHit),
    button:
      kind === undefined || !kind.actions.reconcile || never !== undefined || idle.has(state)
        ? undefined
        : {
            label: state === 'stalled' ? 'Try again' : kind.section === 'sources' ? 'Sync source' : 'Sync',
            form: `sync-${kind.plural}`,
            action: actionPath(link, 'flux.reconcile'),
            value: nearest.key,
            denied: mayPatch ? undefined : deniedWords(kind, namespace),
          },
  };
}

function brief(entries: Entry<FluxSummary>[], link: Link, words: (summary: FluxSummary) => string): Brief {
  const newest = entries.toSorted((one, other) => (other.summary.since ?? '').localeCompare(one.summary.since ?? ''));
  return {
    total: entries.length,
    more: Math.max(0, entries.length - mostBrief),
    rows: newest.slice(0, mostBrief).map(({ summary, object }) => ({
      state: summary.state,
      object: referenceView(referenceTo(object), link),
      what: words(summary),
      since: summary.since,
    })),
  };
}

function recentRow({ entry: { summary, object }, at }: Finished, link: Link): RecentRow {
  const { state, reason, revision } = summary;
  const applied = revision.applied === undefined ? '' : shortRevision(revision.applied);
  return {
    state,
    object: referenceView(referenceTo(object), link),
    result: state === 'ready' ? applied : (reason ?? applied),
    at,
  };
}

function movingWords(summary: FluxSummary): string {
  return summary.because ?? stateMeanings[summary.state];
}

function suspendedWords({ suspension, state }: FluxSummary): string {
  const who = suspension?.by ?? 'set without a name';
  const why = suspension?.reason === undefined ? '' : `: “${suspension.reason}”`;
  return `${who}${why}${state === 'suspended-failing' ? '. Was failing.' : ''}`;
}

function arrivalRow({ source, total, arrived, behind }: Arrival, link: Link): ArrivalRow {
  const { summary, object } = source;
  const share = (part: number) => Math.round((part / total) * 1000) / 10;
  const hurt = (behind.failing ?? 0) + (behind.stalled ?? 0) + (behind['suspended-failing'] ?? 0);
  const hold = (behind.waiting ?? 0) + (behind.suspended ?? 0) + (behind.stale ?? 0);
  const rest = objectStates.flatMap((state) => {
    const number = behind[state] ?? 0;
    if (number === 0) return [];
    return [`${number} ${state === 'ready' || state === 'reconciling' ? 'on the way' : countWords[state]}`];
  });
  const unsure = summary.state === 'failing' || summary.state === 'stalled';
  const words = `${arrived} of ${count(total, 'object')} ${arrived === 1 ? 'has' : 'have'} it`;
  return {
    object: referenceView(referenceTo(object), link),
    revision: shortRevision(summary.revision.applied ?? ''),
    at: summary.reconciledAt,
    fill: share(arrived),
    hurt: share(hurt),
    hold: share(hold),
    words: `${words}${rest.length === 0 ? '' : `: ${enumerate(rest)}`}${unsure ? '; the source cannot be read, there may be a newer one' : ''}`,
  };
}
