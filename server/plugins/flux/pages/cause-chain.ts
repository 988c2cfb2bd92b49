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

/** States in which an object holds up those that need it; the worst explains most. */
const holding: readonly ObjectState[] = [
  'stalled',
  'failing',
  'suspended-failing',
  'waiting',
  'suspended',
  'stale',
  'reconciling',
  'deleting',
];

/**
 * Kinds whose failing is their source's as soon as that fails too: a chart cannot be fetched from a repository that
 * cannot be read. What applies an artifact fails for reasons of its own, because it works on with the artifact it has.
 */
const failsWithSource: ReadonlySet<string> = new Set(['helmcharts', 'imagepolicies']);

const longest = 5;

/**
 * From what one sees to what is wrong: the object, then as long as it is held up by another object of Flux (one it
 * depends on, its source), that one. The last step is the cause as far as Flux's objects tell it. Objects
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
    current = isHeldUp(current.summary) ? holderOf(current, lookup, seen) : undefined;
  }
  return steps;
}

function isHeldUp({ state, plural }: FluxSummary): boolean {
  if (state === 'waiting') return true;
  return (state === 'failing' || state === 'stalled') && failsWithSource.has(plural);
}

/** What holds an object up: the worst of what it depends on, or of what its artifact comes from. */
function holderOf(
  { summary }: Entry<FluxSummary>,
  lookup: Lookup,
  seen: ReadonlySet<string>,
): Entry<FluxSummary> | undefined {
  const charts = summary.references.filter((reference) => reference.kind === 'HelmChart');
  const sources = [...charts, ...(summary.source === undefined ? [] : [summary.source])];
  const candidates = (references: readonly ObjectReference[]) =>
    references
      .filter((reference) => !seen.has(referenceKey(reference)))
      .map(lookup)
      .filter((found) => found !== undefined)
      .filter((found) => severity(found) !== -1)
      .filter(
        ({ summary: found }) => summary.state === 'waiting' || found.state === 'failing' || found.state === 'stalled',
      )
      .toSorted((one, other) => severity(one) - severity(other));
  return candidates(summary.dependsOn)[0] ?? candidates(sources)[0];
}

/** How much an object explains, from 0 on; -1: it holds nothing up. */
function severity(entry: Entry<FluxSummary>): number {
  return holding.indexOf(entry.summary.state);
}
