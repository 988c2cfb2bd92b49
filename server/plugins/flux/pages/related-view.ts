import type { Entry } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import { referenceTo } from '../references.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectReference, ObjectState } from '../summary.ts';
import { objectStates } from '../summary.ts';
import { dependenciesOf, dependentsOf } from '../used-by.ts';
import type { Dependency, Link } from '../used-by.ts';
import { referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';
import { stateMeanings } from './words.ts';

/** Another object beside the one a page is about. */
export interface RelatedView {
  object: ObjectView;
  /** Its mark; `forbidden` when the reader may not see it. */
  mark: ObjectState | 'forbidden' | 'warning';
  /** `source`, `waits for it`, `missing`. */
  how: string;
  what: string;
  since: string | undefined;
}

const needs: Record<Link, string> = { source: 'its source', dependency: 'depends on it', reference: 'refers to it' };

const uses: Record<Link, string> = { source: 'source', dependency: 'dependency', reference: 'refers to' };

/** What an object names: its source, what it depends on, and what else of Flux it refers to. */
export function needsViews(sight: Sight, summary: FluxSummary, link: PageRequest['link'], now: Date): RelatedView[] {
  return dependenciesOf(sight, summary)
    .filter((dependency) => dependency.as !== 'reference' || dependency.kind !== undefined)
    .map((dependency) => needView(dependency, link, now));
}

function needView(dependency: Dependency, link: PageRequest['link'], now: Date): RelatedView {
  const { reference, as, entry, state } = dependency;
  const how = uses[as];
  if (entry !== undefined) {
    const { summary } = entryAt(entry, now);
    const what = summary.state === 'ready' ? '' : (summary.because ?? stateMeanings[summary.state]);
    return { object: referenceView(reference, link), mark: summary.state, how, what, since: summary.since };
  }
  const object = { ...referenceView(reference, link), href: undefined };
  if (state === 'hidden') return { object, mark: 'forbidden', how, what: 'You may not see it.', since: undefined };
  if (state === 'missing') return { object, mark: 'failing', how, what: 'It does not exist.', since: undefined };
  return { object, mark: 'none', how, what: '', since: undefined };
}

/** A source may feed thousands; the page shows the worst of them and leads to the lists of all. */
const mostUsers = 30;

/** Who names an object, the worst first, and how many there are in all. */
export interface UsedBy {
  total: number;
  rows: RelatedView[];
}

/** Who names the object: its consumers and dependents, as far as the reader sees them. */
export function usedByViews(sight: Sight, reference: ObjectReference, link: PageRequest['link'], now: Date): UsedBy {
  const users = dependentsOf(sight, reference).map(({ entry, as }) => ({ entry: entryAt(entry, now), as }));
  users.sort((one, other) => rankOf(one.entry) - rankOf(other.entry));
  const rows = users.slice(0, mostUsers).map(({ entry, as }): RelatedView => {
    const { summary } = entry;
    return {
      object: referenceView(referenceTo(entry.object), link),
      mark: summary.state,
      how: needs[as],
      what: summary.state === 'ready' ? '' : (summary.because ?? stateMeanings[summary.state]),
      since: summary.since,
    };
  });
  return { total: users.length, rows };
}

function rankOf({ summary }: Entry<FluxSummary>): number {
  return objectStates.indexOf(summary.state);
}
