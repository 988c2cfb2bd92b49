import type { Entry } from '../../../kube/cluster.ts';
import { referenceKey, referenceTo } from '../references.ts';
import type { FluxSummary, ObjectReference, ObjectState } from '../summary.ts';

/** Another object as far as the reader may see it. */
export type Lookup = (reference: ObjectReference) => Entry<FluxSummary> | undefined;

/** One step from symptom to cause. */
export interface CauseStep {
  reference: ObjectReference;
  state: ObjectState;
  text: string;
  since: string | undefined;
}

/** States that hold others up. */
const holding: ReadonlySet<ObjectState> = new Set([
  'failing',
  'stalled',
  'waiting',
  'suspended-failing',
  'reconciling',
  'suspended',
  'stale',
]);

/** States in which the cause may lie in another object. */
const heldUp: ReadonlySet<ObjectState> = new Set(['failing', 'waiting', 'stalled', 'suspended-failing', 'reconciling']);

const longest = 5;

/**
 * From what one sees to what is wrong: the object, then as long as it is held up by another object of Flux that is not
 * ready (its source, one it depends on), that one. The last step is the cause as far as Flux's objects tell it. Objects
 * the reader may not see end the chain, and so does a circle.
 */
export function causeChain(entry: Entry<FluxSummary>, lookup: Lookup): CauseStep[] {
  const steps: CauseStep[] = [];
  const seen = new Set<string>();
  let current: Entry<FluxSummary> | undefined = entry;
  while (current !== undefined && steps.length < longest) {
    const reference = referenceTo(current.object);
    if (seen.has(referenceKey(reference))) break;
    seen.add(referenceKey(reference));
    const { state, because, message, since }: FluxSummary = current.summary;
    steps.push({ reference, state, text: because ?? message ?? '', since });
    current = heldUp.has(state) ? holderOf(current, lookup, seen) : undefined;
  }
  return steps;
}

/** What holds an object up: the worst of what it needs; its source counts before what it depends on. */
function holderOf(
  entry: Entry<FluxSummary>,
  lookup: Lookup,
  seen: ReadonlySet<string>,
): Entry<FluxSummary> | undefined {
  const { summary } = entry;
  const charts = summary.references.filter((reference) => reference.kind === 'HelmChart');
  const needs = [...(summary.source === undefined ? [] : [summary.source]), ...charts];
  // A failure of its own is not explained by a dependency that fails too: only waiting is.
  const waitsFor = summary.state === 'waiting' || summary.state === 'reconciling' ? summary.dependsOn : [];
  const candidates = [...waitsFor, ...needs]
    .filter((reference) => !seen.has(referenceKey(reference)))
    .map(lookup)
    .filter((found) => found !== undefined)
    .filter((found) => holding.has(found.summary.state) && isCause(summary.state, found.summary.state));
  return candidates.toSorted((one, other) => severity(one) - severity(other))[0];
}

/** What merely moves or is held explains waiting, not a failure. */
function isCause(state: ObjectState, of: ObjectState): boolean {
  if (state === 'reconciling') return of === 'failing' || of === 'stalled';
  return state === 'waiting' || of === 'failing' || of === 'stalled' || of === 'waiting';
}

function severity(entry: Entry<FluxSummary>): number {
  const order: readonly ObjectState[] = ['stalled', 'failing', 'suspended-failing', 'waiting', 'suspended', 'stale'];
  const index = order.indexOf(entry.summary.state);
  return index === -1 ? order.length : index;
}
