export interface ChannelSegment {
  /** A `data-state` of the style sheet. */
  state: string;
  count: number;
  /** Words after the count: `failing`, `being deleted`. */
  word: string;
  href: string;
  current?: boolean;
}

/** A segment with its place in the bar, in per cent of the bar's width. */
export interface PlacedSegment extends ChannelSegment {
  x: number;
  width: number;
  /** Where the gate behind it stands; undefined after the last one. */
  gate: number | undefined;
}

/** Narrower than this a segment could neither be seen nor hit. */
const narrowest = 1.1;

/**
 * Lays the segments of a channel bar side by side: each as wide as its share, but none so narrow that it disappears;
 * what the narrow ones are given is taken from the others in proportion. Empty segments are left out.
 */
export function channelLayout(segments: readonly ChannelSegment[]): PlacedSegment[] {
  const filled = segments.filter((segment) => segment.count > 0);
  const total = filled.reduce((sum, segment) => sum + segment.count, 0);
  const share = (segment: ChannelSegment) => (segment.count / total) * 100;
  const narrow = filled.filter((segment) => share(segment) < narrowest);
  const left = 100 - narrow.length * narrowest;
  const wide = filled.reduce((sum, segment) => sum + (share(segment) < narrowest ? 0 : share(segment)), 0);
  let x = 0;
  return filled.map((segment, index) => {
    const width = share(segment) < narrowest ? narrowest : (share(segment) / wide) * left;
    const placed = { ...segment, x: round(x), width: round(width), gate: undefined as number | undefined };
    x += width;
    if (index < filled.length - 1) placed.gate = round(x);
    return placed;
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
