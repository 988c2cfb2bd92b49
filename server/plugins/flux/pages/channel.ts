import type { StateCounts } from '../counts.ts';
import { totalOf } from '../counts.ts';
import { objectStates } from '../summary.ts';
import type { ObjectState } from '../summary.ts';
import { countWords } from './words.ts';

/** Every object of a page in one bar and as keys, worst first; drawn by the channel component. */
export interface ChannelView {
  label: string;
  total: number;
  allHref: string;
  allCurrent: boolean;
  segments: { state: ObjectState; count: number; word: string; href: string; current: boolean }[];
}

/** The channel of `counts`; `hrefOf(undefined)` leads to all of them, `current` is the state filtered by. */
export function channelView(
  label: string,
  counts: StateCounts,
  hrefOf: (state: ObjectState | undefined) => string,
  current: readonly string[] = [],
): ChannelView {
  return {
    label,
    total: totalOf(counts),
    allHref: hrefOf(undefined),
    allCurrent: current.length === 0,
    segments: objectStates.map((state) => ({
      state,
      count: counts[state],
      word: countWords[state],
      href: hrefOf(state),
      current: current.includes(state),
    })),
  };
}
