import type { KubeObject } from '../../../kube/object.ts';
import { withHiddenChanges } from '../../../text-diff/hidden-changes.ts';
import { showObject } from '../build/show-object.ts';
import type { Hidden } from '../build/show-object.ts';
import { comparable, isSame } from './comparable.ts';
import type { ObjectDiff } from './diff.ts';
import { differsWhereFluxApplied, withoutDropped, withoutTakenOver, writersOfDifferences } from './field-owners.ts';
import { isMerged } from './flux-rules.ts';
import { ignoreRules } from './ignore-rules.ts';
import { laidOver } from './laid-over.ts';

/** What is to be known of a built object to judge it. */
export interface Judged {
  metadata: KubeObject['metadata'];
  hidden: Hidden;
  /** The Kustomization's. */
  spec: Record<string, unknown>;
  /** The build is of what was applied the last time: whatever differs was changed in the cluster. */
  isApplied: boolean;
}

/** What a comparison of two objects tells; everything in it may be shown. */
export type Verdict = Pick<ObjectDiff, 'change'> &
  Partial<Pick<ObjectDiff, 'before' | 'after' | 'origin' | 'writers' | 'notes'>>;

/** The side of an object that a source can say, as it may be shown. */
export function judgeAlone(object: KubeObject, hidden: Hidden): KubeObject {
  return showObject(comparable(object), hidden);
}

/** What applying would change, by the API server's own answer to a trial. */
export function judgeTrial(judged: Judged, live: KubeObject, result: KubeObject): Verdict {
  const settled = isMerged(judged, live) ? undefined : withoutTakenOver(result);
  if (settled === undefined) return updated(judged, live, result, []);
  return updated(judged, live, settled, [
    'Fields that kubectl has set and the source does not name are taken over and removed by Flux.',
  ]);
}

/** What applying would change, as far as that can be told without a trial. */
export function judgeUntried(judged: Judged, live: KubeObject, built: KubeObject): Verdict {
  return updated(judged, live, laidOver(withoutDropped(live, built), built), []);
}

/** What making an object anew would change. */
export function judgeAnew({ hidden }: Judged, live: KubeObject, result: KubeObject): Verdict {
  return { change: 'recreate', ...bothShown(hidden, comparable(live), comparable(result)) };
}

function updated(judged: Judged, live: KubeObject, result: KubeObject, notes: readonly string[]): Verdict {
  const ignored = ignoreRules(judged);
  const ignoring = ignored.concern(result)
    ? ['Some of its fields are ignored by spec.ignore of the Kustomization, and not compared.']
    : [];
  const [before, after] = [ignored.without(comparable(live)), ignored.without(comparable(result))];
  if (isSame(before, after)) return { change: 'none', notes: [...notes, ...ignoring] };
  const writers = writersOfDifferences(live, result);
  const shown = bothShown(judged.hidden, before, after);
  const unseen = isSame(shown.before, shown.after) ? ['Only hidden values differ.'] : [];
  return {
    change: 'update',
    ...shown,
    origin: originOf(judged, live, result, writers.length > 0),
    writers,
    notes: [...notes, ...ignoring, ...unseen],
  };
}

function originOf({ isApplied }: Judged, live: KubeObject, result: KubeObject, hasWriters: boolean): Verdict['origin'] {
  if (isApplied) return 'cluster';
  if (!hasWriters) return 'source';
  return differsWhereFluxApplied(live, result) ? 'both' : 'cluster';
}

/** Both sides as they may be read; a hidden value that changes says so. */
function bothShown(hidden: Hidden, before: KubeObject, after: KubeObject) {
  const [shownBefore, shownAfter] = [showObject(before, hidden), showObject(after, hidden)];
  return { before: shownBefore, after: withHiddenChanges(before, after, shownBefore, shownAfter) as KubeObject };
}
