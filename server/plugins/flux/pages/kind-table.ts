import type { PageRequest } from '../../../web/page.ts';
import type { StateCounts } from '../counts.ts';
import { totalOf } from '../counts.ts';
import type { Seen, Sight } from '../sight.ts';
import type { ObjectState } from '../summary.ts';
import { channelView } from './channel.ts';
import type { ChannelView } from './channel.ts';
import { countsOf } from './kind-counts.ts';
import { listPath } from './object-view.ts';

type Link = PageRequest['link'];

interface KindRow {
  title: string;
  icon: string;
  href: string;
  /** Why there are no numbers. */
  problem: string;
  total: number;
  cells: { state: string; count: number; href: string; calm: boolean }[];
  segments: ChannelView['segments'];
}

/** How many objects of each kind are in each state. */
export interface KindTable {
  heads: { state: string; word: string }[];
  rows: KindRow[];
  total: number;
}

/** Columns of the table by kind: each gathers states that mean the same to a reader who skims. */
const tableColumns: readonly { state: ObjectState; word: string; states: readonly ObjectState[]; calm?: true }[] = [
  { state: 'failing', word: 'failing', states: ['failing', 'stalled'] },
  { state: 'waiting', word: 'waiting', states: ['waiting'] },
  { state: 'stale', word: 'stale', states: ['stale'] },
  { state: 'suspended', word: 'suspended', states: ['suspended', 'suspended-failing'] },
  { state: 'reconciling', word: 'moving', states: ['reconciling', 'deleting'] },
  { state: 'ready', word: 'ready', states: ['ready'], calm: true },
  { state: 'none', word: 'no status', states: ['none'], calm: true },
];

/** The table by kind; `all` are the counts of all kinds together. */
export function kindTable(sight: Sight, link: Link, now: Date, all: StateCounts): KindTable {
  return {
    heads: tableColumns.map(({ state, word }) => ({ state, word })),
    rows: sight.seen
      // The Flux Operator is an addition; where it is not installed, nobody misses its kinds.
      .filter(({ kind, collection }) => kind.section !== 'flux-operator' || collection.served !== undefined)
      .map((seen) => kindRow(seen, link, now)),
    total: totalOf(all),
  };
}

function kindRow(seen: Seen, link: Link, now: Date): KindRow {
  const { kind, collection, problems } = seen;
  const path = listPath(kind.plural);
  const counts = countsOf(seen, now);
  const total = totalOf(counts);
  const problem = collection.state === 'absent' ? 'not installed' : (problems[0]?.kind ?? '');
  const words: Record<string, string> = {
    forbidden: 'you may not list them',
    syncing: 'being read',
    unreachable: 'cannot be read now',
    failed: 'cannot be read now',
    stale: '',
    'not installed': 'not installed',
  };
  return {
    title: kind.title,
    icon: kind.icon,
    href: link(path),
    problem: total > 0 ? '' : (words[problem] ?? ''),
    total,
    cells: tableColumns.map(({ state, states, calm }) => ({
      state,
      count: states.reduce((sum, each) => sum + counts[each], 0),
      href: link(path, { status: states.join(',') }),
      calm: calm === true,
    })),
    segments: channelView(kind.title, counts, () => '').segments,
  };
}
