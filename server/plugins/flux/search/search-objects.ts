import type { Entry } from '../../../kube/cluster.ts';
import type { SearchTerm } from '../filter.ts';
import { matchesSearch } from '../filter.ts';
import type { KindDefinition } from '../kind.ts';
import { matchesLabels } from '../label-selector.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { objectStates } from '../summary.ts';
import type { SearchQuery } from './search-query.ts';
import { namesKind } from './search-query.ts';

/** How well an object fits, best first: its exact name, name's beginning, part of the name, namespace, anything else. */
const ranks = { exact: 0, beginning: 1, part: 2, place: 3, text: 4 } as const;

type Rank = (typeof ranks)[keyof typeof ranks];

export interface SearchHit {
  kind: KindDefinition;
  entry: Entry<FluxSummary>;
  rank: Rank;
}

/** What was found of one kind. */
export interface SearchGroup {
  kind: KindDefinition;
  /** Best first, at most as many as asked for. */
  hits: SearchHit[];
  /** How many match. */
  total: number;
  /** The worst state among all that match. */
  worst: FluxSummary['state'];
}

export interface SearchResult {
  /** The kind with the best hit first. */
  groups: SearchGroup[];
  total: number;
}

const stateOrder = new Map(objectStates.map((state, index) => [state, index]));

/**
 * Looks through everything an asker sees. One pass; only the best `perKind` of each kind are kept and ordered, so a
 * search that fits everything costs no more than one that fits little.
 */
export function searchObjects(sight: Sight, query: SearchQuery, now: Date, perKind: number): SearchResult {
  const groups: SearchGroup[] = [];
  for (const { kind, entries } of sight.seen) {
    if (query.kinds.length > 0 && !query.kinds.includes(kind)) continue;
    const group = searchKind(kind, entries, query, now, perKind);
    if (group !== undefined) groups.push(group);
  }
  groups.sort((one, other) => compareHits(one.hits[0], other.hits[0]));
  return { groups, total: groups.reduce((sum, group) => sum + group.total, 0) };
}

/** All hits of all kinds in one order. */
export function bestHits(result: SearchResult, most: number): SearchHit[] {
  return result.groups
    .flatMap((group) => group.hits)
    .sort(compareHits)
    .slice(0, most);
}

function searchKind(
  kind: KindDefinition,
  entries: Iterable<Entry<FluxSummary>>,
  query: SearchQuery,
  now: Date,
  perKind: number,
): SearchGroup | undefined {
  const { namespaces, states, selector } = query;
  // A word that names the kind holds for all of its objects, so it is looked for in none of them.
  const terms = query.terms.filter((term) => term.not || !termNamesKind(term, kind));
  if (query.terms.some((term) => term.not && termNamesKind(term, kind))) return undefined;
  const hits: SearchHit[] = [];
  let total = 0;
  let worst: FluxSummary['state'] = 'ready';
  for (const known of entries) {
    const { namespace } = known.object.metadata;
    if (namespaces.length > 0 && !namespaces.some((start) => namespace?.startsWith(start))) continue;
    if (terms.length > 0 && !matchesSearch(known.summary.searchText, terms)) continue;
    if (selector.length > 0 && !matchesLabels(known.object.metadata.labels, selector)) continue;
    const entry = entryAt(known, now);
    const { state } = entry.summary;
    if (states.length > 0 && !states.includes(state)) continue;
    total += 1;
    if (orderOf(state) < orderOf(worst)) worst = state;
    keep(hits, { kind, entry, rank: rankOf(entry, terms) }, perKind);
  }
  return total === 0 ? undefined : { kind, hits, total, worst };
}

function termNamesKind({ parts }: SearchTerm, kind: KindDefinition): boolean {
  return parts.length === 1 && namesKind(parts[0] ?? '', kind);
}

/** As good as its worst word. */
function rankOf({ key, object }: Entry<FluxSummary>, terms: readonly SearchTerm[]): Rank {
  let rank: Rank = terms.some((term) => !term.not) ? ranks.exact : ranks.place;
  const { name } = object.metadata;
  for (const { not, parts } of terms) {
    if (not) continue;
    const word = parts[0] ?? '';
    const own =
      parts.length > 1
        ? wildcardRank(name, parts)
        : name === word || key === word
          ? ranks.exact
          : name.startsWith(word)
            ? ranks.beginning
            : name.includes(word)
              ? ranks.part
              : key.includes(word)
                ? ranks.place
                : ranks.text;
    if (own > rank) rank = own;
  }
  return rank;
}

function wildcardRank(name: string, parts: readonly string[]): Rank {
  return parts.every((part) => name.includes(part)) ? ranks.part : ranks.text;
}

function orderOf(state: FluxSummary['state']): number {
  return stateOrder.get(state) ?? objectStates.length;
}

function compareHits(one: SearchHit | undefined, other: SearchHit | undefined): number {
  if (one === undefined || other === undefined) return 0;
  return (
    one.rank - other.rank ||
    orderOf(one.entry.summary.state) - orderOf(other.entry.summary.state) ||
    (one.entry.key < other.entry.key ? -1 : one.entry.key > other.entry.key ? 1 : 0)
  );
}

/** Puts a hit in its place among the best; most fall off at the first look. */
function keep(hits: SearchHit[], hit: SearchHit, most: number): void {
  if (hits.length === most && compareHits(hit, hits.at(-1)) >= 0) return;
  let place = hits.length;
  while (place > 0 && compareHits(hit, hits[place - 1]) < 0) place -= 1;
  hits.splice(place, 0, hit);
  if (hits.length > most) hits.pop();
}
