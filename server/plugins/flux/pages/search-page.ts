import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest } from '../../../web/page.ts';
import { kinds } from '../kinds/index.ts';
import { referenceTo } from '../references.ts';
import { shortRevision } from '../revision.ts';
import { matchedText } from '../search/matched-text.ts';
import { searchObjects } from '../search/search-objects.ts';
import type { SearchGroup, SearchHit, SearchResult } from '../search/search-objects.ts';
import { asksForSomething, parseSearch, searchOperators } from '../search/search-query.ts';
import type { SearchQuery } from '../search/search-query.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { nearNames } from './near-names.ts';
import type { ObjectView } from './object-view.ts';
import { objectPath, referenceView } from './object-view.ts';
import { problemNotices } from './problem-notices.ts';
import { count, enumerate, wantsAttention } from './words.ts';

/** Per kind: among several kinds, and where one kind alone was asked for. */
const shownAmongMany = 8;
const shownOfOne = 200;

/** Fields that the sentence about an object covers. */
const ownWords = new Set(['because', 'message', 'reason', 'suspended']);

interface HitView {
  key: string;
  state: string;
  object: ObjectView;
  /** The field in which the word stands, when it is not in the name. */
  field: string;
  what: string;
  revision: string;
  since: string | undefined;
}

interface GroupView {
  id: string;
  title: string;
  icon: string;
  worst: string;
  total: number;
  more: { count: number; href: string } | undefined;
  hits: HitView[];
}

/** Below it the box in the bar asks for its palette. */
export const searchPath = '/flux/search';

/** Search across all kinds: `/flux/search?q=`. */
export function searchPage(): Page {
  return definePage({ path: searchPath, load: loadSearch });
}

async function loadSearch(request: PageRequest): Promise<LoadedPage> {
  const { cluster, identity, link, now } = request;
  const query = parseSearch(request.query.get('q') ?? '');
  const sight = await look(cluster, identity);
  const asked = asksForSomething(query);
  const perKind = query.kinds.length === 1 ? shownOfOne : shownAmongMany;
  const result = asked ? searchObjects(sight, query, now, perKind) : { groups: [], total: 0 };
  const groups = result.groups.map((group) => groupView(group, query, link));
  const stale = sight.problems.filter((problem) => problem.kind === 'stale' || problem.kind === 'failed');
  return {
    title: query.text === '' ? 'Search' : `Search: ${query.text}`,
    template: 'flux/search.njk',
    model: { q: query.text, action: link(searchPath), operators: searchOperators.map((each) => ({ ...each })) },
    parts: {
      'search-notices': { template: 'flux/search-notices.njk', model: { notices: problemNotices(stale, 1) } },
      'search-results': {
        template: 'flux/search-results.njk',
        model: {
          q: query.text,
          asked,
          total: result.total,
          problems: query.problems,
          groups,
          nothing: asked && result.total === 0 ? nothing(sight, query, request) : undefined,
          hidden: hiddenKinds(sight),
        },
      },
    },
    lists: {},
    topics: [
      ...kinds.map(({ group, plural }) => ({ type: 'resource', resource: { group, resource: plural } }) as const),
      { type: 'connection' },
      ...clockOf(result, now),
    ],
    breadcrumb: [{ label: 'Search' }],
  };
}

function groupView(group: SearchGroup, query: SearchQuery, link: PageRequest['link']): GroupView {
  const more = group.total - group.hits.length;
  const q = query.kinds.length === 1 ? query.text : `kind:${group.kind.kind.toLowerCase()} ${query.text}`;
  const narrowed = query.kinds.length !== 1;
  return {
    id: `found-${group.kind.plural}`,
    title: group.kind.title,
    icon: group.kind.icon,
    worst: group.worst,
    total: group.total,
    more: more === 0 ? undefined : { count: more, href: narrowed ? link(searchPath, { q }) : '' },
    hits: group.hits.map((hit) => hitView(hit, query, link)),
  };
}

function hitView({ entry }: SearchHit, query: SearchQuery, link: PageRequest['link']): HitView {
  const { summary, object, key } = entry;
  const because = wantsAttention(summary.state) ? (summary.because ?? '') : '';
  const found = matchedText(entry, query.terms);
  // Our sentence says what the controller's message says, only better.
  const matched = because !== '' && found !== undefined && ownWords.has(found.field) ? undefined : found;
  return {
    key,
    state: summary.state,
    object: referenceView(referenceTo(object), link),
    field: matched?.field ?? '',
    what: matched?.text ?? because,
    revision: summary.revision.applied === undefined ? '' : shortRevision(summary.revision.applied),
    since: summary.state === 'ready' || summary.state === 'none' ? undefined : summary.since,
  };
}

/** Nothing fits: the nearest names, and how many were looked through. */
function nothing(sight: Sight, query: SearchQuery, { link }: PageRequest) {
  const words = query.terms.flatMap(({ not, parts }) => (not || parts.length > 1 ? [] : parts));
  const word = words.length === 1 ? (words[0] ?? '') : '';
  const near = nearNames(word.split('/').at(-1) ?? '', namesIn(sight), 5);
  // Only the few that are shown get an address: one for each of 10,000 objects took 15 ms and 2 MB a view.
  const found = new Map<string, { label: string; href: string }>();
  let searched = 0;
  for (const { kind, entries } of sight.seen) {
    for (const { object } of entries) {
      searched += 1;
      const { namespace, name } = object.metadata;
      if (found.has(name) || !near.includes(name)) continue;
      const label = `${kind.kind} ${namespace ?? ''}/${name}`;
      found.set(name, { label, href: link(objectPath(kind.plural, namespace, name)) });
    }
  }
  return { searched: count(searched, 'object'), near: near.flatMap((name) => found.get(name) ?? []) };
}

function* namesIn(sight: Sight): Iterable<string> {
  for (const { entries } of sight.seen) for (const { object } of entries) yield object.metadata.name;
}

/** Kinds that were not looked through because the asker may not list them anywhere. */
function hiddenKinds(sight: Sight): string {
  const hidden = sight.seen.filter(
    ({ scope, collection }) => collection.state !== 'absent' && !scope.all && scope.namespaces.size === 0,
  );
  return enumerate(hidden.map(({ kind }) => kind.title));
}

/** When the next object shown becomes overdue. */
function clockOf({ groups }: SearchResult, now: Date) {
  const due = groups
    .flatMap(({ hits }) => hits.map(({ entry }) => Date.parse(entry.summary.overdueAt ?? '')))
    .filter((time) => time > now.getTime());
  return due.length === 0 ? [] : [{ type: 'clock', at: new Date(Math.min(...due)) } as const];
}
