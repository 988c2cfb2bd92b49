import { comparisonView } from '../../../text-diff/comparison-view.ts';
import type { DiffView } from '../../../text-diff/comparison-view.ts';
import { linesOf } from '../../../text-diff/compare-texts.ts';
import type { Comparison } from '../../../text-diff/compare-texts.ts';
import type { ClusterWriter, ObjectChange, ObjectDiff, Origin } from '../diff/diff.ts';
import { kindOf } from '../kinds/index.ts';
import { foreignIcon } from './object-view.ts';

/** How a change is called in the summary and beside an object, and the mark it has. */
export const changeWords: Readonly<Record<ObjectChange, { word: string; state: string; change: string }>> = {
  refused: { word: 'refused', state: 'failing', change: 'removed' },
  unknown: { word: 'not known', state: 'forbidden', change: 'unknown' },
  delete: { word: 'deleted', state: 'failing', change: 'removed' },
  recreate: { word: 'made anew', state: 'warning', change: 'removed' },
  update: { word: 'changed', state: 'reconciling', change: 'changed' },
  create: { word: 'created', state: 'ready', change: 'added' },
  kept: { word: 'left behind', state: 'none', change: 'none' },
  skipped: { word: 'left alone', state: 'suspended', change: 'none' },
  none: { word: 'the same', state: 'ready', change: 'same' },
};

const originWords: Readonly<Record<Origin, string>> = {
  cluster: 'in the cluster',
  source: 'in the source',
  both: 'in the source and in the cluster',
};

/** Longer comparisons of one object are cut on the page: a browser with several of them would stand still. */
const mostLines = 600;
/** So many changed objects are unfolded from the start. */
const openFrom = 8;

interface RowOptions {
  view: DiffView;
  compare(object: ObjectDiff): Promise<Comparison>;
  /** Where the origin says nothing new, because all of it is drift. */
  hideOrigin: boolean;
  /** Lines that may still have the colours of the language. */
  budget: { lines: number };
}

/** An object of the comparison as `views/flux/diff.njk` draws it. */
export async function diffRow(object: ObjectDiff, index: number, options: RowOptions) {
  const { reference, change, origin, writers, notes, problem, before, after } = object;
  const { group, kind, namespace, name } = reference;
  const { word, state, change: drawn } = changeWords[change];
  const whole = before === undefined && after === undefined ? undefined : await options.compare(object);
  const comparison = whole === undefined ? undefined : cut(whole);
  const lines = comparison === undefined ? 0 : linesOf(comparison);
  const coloured = lines <= options.budget.lines;
  if (coloured) options.budget.lines -= lines;
  const isChange = change === 'update' || change === 'recreate';
  return {
    id: `diff-${group}-${kind}-${namespace ?? ''}-${name}`.replaceAll(/[^\w-]/g, '_'),
    icon: kindOf(group, kind)?.icon ?? foreignIcon(kind),
    kind,
    namespace: namespace ?? '',
    name,
    word,
    state,
    change: drawn,
    origin: origin === undefined || options.hideOrigin ? '' : originWords[origin],
    writers: writers.map(writerInWords),
    notes,
    problem: problem === undefined || problem.kind === 'limited' ? '' : problem.message,
    isLimited: problem?.kind === 'limited',
    isRefused: problem?.kind === 'refused',
    isOpen: (isChange && index < openFrom) || (problem !== undefined && problem.kind !== 'limited'),
    comparison: comparison === undefined ? undefined : comparisonView(comparison, options.view, coloured),
    leftOut: whole === undefined ? 0 : linesOf(whole) - lines,
  };
}

function writerInWords({ manager, subresource, at }: ClusterWriter) {
  return { who: subresource === undefined ? manager : `${manager} (${subresource})`, at: at ?? '' };
}

/** The comparison without what would be too much for a page. */
function cut(comparison: Comparison): Comparison {
  let left = mostLines;
  const stretches = comparison.stretches.flatMap((stretch) => {
    const shown = stretch.slice(0, left);
    left -= shown.length;
    return shown.length === 0 ? [] : [shown];
  });
  return { ...comparison, stretches };
}
