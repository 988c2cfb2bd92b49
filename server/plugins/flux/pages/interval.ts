import { humanDuration } from '../duration.ts';
import type { FluxSummary } from '../summary.ts';

/**
 * How far an object is through its interval.
 * water: on its way, `width` of 48. over: past its end. still: nothing is due (held, given up, being deleted).
 * none: how far it is cannot be known, only how often it runs.
 */
export interface IntervalView {
  gauge: 'water' | 'over' | 'still' | 'none';
  width: number;
  /** A word where the gauge has one: `overdue`, `held`. */
  word: string | undefined;
  /** `10 min`. */
  every: string | undefined;
}

/** Width of the gauge's bed in its own units. */
const bed = 48;

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
  const { intervalSeconds, overdueAt, reconciledAt } = summary;
  const every = intervalSeconds === undefined ? undefined : humanDuration(intervalSeconds);
  const still = stillWords[summary.state];
  if (still !== undefined) return { gauge: 'still', width: bed, word: still, every };
  if (intervalSeconds === undefined || overdueAt === undefined || reconciledAt === undefined)
    return { gauge: 'none', width: 0, word: undefined, every };
  if (Date.parse(overdueAt) <= now.getTime()) return { gauge: 'over', width: bed, word: 'overdue', every };
  const share = (now.getTime() - Date.parse(reconciledAt)) / 1000 / intervalSeconds;
  return { gauge: 'water', width: Math.round(Math.min(Math.max(share, 0.02), 1) * bed), word: undefined, every };
}
