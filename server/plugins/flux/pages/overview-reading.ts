import type { Cluster, Entry } from '../../../kube/cluster.ts';
import { lookupIn } from '../diagnosis/lookup.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';
import { arrivals } from './arrived.ts';
import type { Arrival } from './arrived.ts';
import { causesOf } from './causes.ts';
import type { Cause } from './causes.ts';
import { createRecently } from './recently.ts';
import type { Finished } from './recently.ts';

const mostRecent = 8;

/** What the overview works out of all objects, whoever looks and however much of it is shown. */
interface Reading {
  sorted: SortedOut;
  causes: readonly Cause[];
  arrived: readonly Arrival[];
}

interface KeptReading {
  scopes: string;
  versions: string;
  reading: Reading;
}

const readings = new WeakMap<Cluster, KeptReading[]>();

/** Identities that see the same share a reading. */
const readingsKept = 8;

/** The reading of all objects, kept until one of them changes or becomes overdue: 9 of 12 ms with 10,000 objects. */
export function readOverview(cluster: Cluster, sight: Sight, now: Date): Reading {
  const scopes = sight.seen.map(({ scope }) => (scope.all ? '*' : [...scope.namespaces].join(','))).join(' ');
  const versions = sight.seen.map(({ collection }) => collection.version).join(' ');
  const kept = readings.get(cluster) ?? [];
  const known = kept.find((one) => one.scopes === scopes);
  if (known?.versions === versions) {
    const { changesAt } = known.reading.sorted;
    if (changesAt === undefined || changesAt > now) return known.reading;
  }
  const reading = readAll(sight, now);
  const others = kept.filter((one) => one !== known);
  readings.set(cluster, [{ scopes, versions, reading }, ...others].slice(0, readingsKept));
  return reading;
}

function readAll(sight: Sight, now: Date): Reading {
  const sorted = sortedOut(sight, now);
  return {
    sorted,
    causes: causesOf(sorted.troubled, lookupIn(sight, now)),
    arrived: arrivals(sorted.following, sight),
  };
}

interface SortedOut {
  troubled: Entry<FluxSummary>[];
  moving: Entry<FluxSummary>[];
  suspended: Entry<FluxSummary>[];
  /** Kustomizations, which follow a source's revision. */
  following: Entry<FluxSummary>[];
  /** Those that were finished last, latest first. */
  recent: Finished[];
  changesAt: Date | undefined;
}

/** One pass over all objects. */
function sortedOut(sight: Sight, now: Date): SortedOut {
  const sorted: SortedOut = {
    troubled: [],
    moving: [],
    suspended: [],
    following: [],
    recent: [],
    changesAt: undefined,
  };
  const recently = createRecently(mostRecent);
  let next: string | undefined;
  for (const { entries } of sight.seen) {
    for (const one of entries) {
      const entry = entryAt(one, now);
      const { summary } = entry;
      recently.note(entry);
      if (summary.plural === 'kustomizations') sorted.following.push(entry);
      switch (summary.state) {
        case 'ready':
          if (summary.overdueAt !== undefined && (next === undefined || summary.overdueAt < next))
            next = summary.overdueAt;
          break;
        case 'failing':
        case 'stalled':
        case 'waiting':
          sorted.troubled.push(entry);
          break;
        case 'reconciling':
          if (summary.failedBefore) sorted.troubled.push(entry);
          sorted.moving.push(entry);
          break;
        case 'deleting':
          sorted.moving.push(entry);
          break;
        case 'suspended':
        case 'suspended-failing':
          sorted.suspended.push(entry);
          break;
        case 'stale':
        case 'none':
          break;
      }
    }
  }
  sorted.recent = recently.latest();
  if (next !== undefined) sorted.changesAt = new Date(next);
  return sorted;
}
