import { humanDuration } from '../duration.ts';
import type { FluxSummary } from '../summary.ts';

/**
 * How far an object is through its interval.
 * water: on its way; the level is reckoned from the last time when the row is drawn, and ticks on in the browser.
 * over: past its end. still: nothing is due (held, given up, being deleted). none: how far it is cannot be known.
 */
export interface IntervalView {
  gauge: 'water' | 'over' | 'still' | 'none';
  seconds: number | undefined;
  /** A word where the gauge has one: `overdue`, `held`. */
  word: string | undefined;
  /** `10 min`. */
  every: string | undefined;
}

const stillWords: Partial<Record<FluxSummary['state'], string>> = {
  suspended: 'held',
  'suspended-failing': 'held',
  stalled: 'given up',
  deleting: 'deleting',
};

/**
 * The gauge of an object at `now`. Only where the status tells every reconciliation (then `overdueAt` is known) can the
 * level be true; elsewhere nothing is drawn, because the controllers write nothing when a look finds nothing new.
 */
export function intervalView(
  summary: Pick<FluxSummary, 'state' | 'intervalSeconds' | 'overdueAt' | 'reconciledAt'>,
  now: Date,
): IntervalView {
  const { intervalSeconds: seconds, overdueAt, reconciledAt } = summary;
  const every = seconds === undefined ? undefined : humanDuration(seconds);
  const still = stillWords[summary.state];
  if (still !== undefined) return { gauge: 'still', seconds, word: still, every };
  if (seconds === undefined || overdueAt === undefined || reconciledAt === undefined)
    return { gauge: 'none', seconds, word: undefined, every };
  const over = Date.parse(overdueAt) <= now.getTime();
  return { gauge: over ? 'over' : 'water', seconds, word: over ? 'overdue' : undefined, every };
}
