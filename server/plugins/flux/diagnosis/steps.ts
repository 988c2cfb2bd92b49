import type { Entry } from '../../../kube/cluster.ts';
import { sentence } from '../because/rule.ts';
import { listAt, numberAt, textAt } from '../read.ts';
import { referenceName } from '../references.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import type { Step, StepState } from './diagnosis.ts';
import type { Culprit } from './fixes/remedy.ts';
import type { Holder } from './holder.ts';
import type { Workload } from './workload-cause.ts';

const standings: Readonly<Record<StepState, string>> = {
  failing: 'which fails',
  stalled: 'which fails and has given up',
  'suspended-failing': 'which fails and is suspended',
  waiting: 'which waits itself',
  stale: 'which is stale',
  suspended: 'which is suspended',
  reconciling: 'which is being reconciled',
  deleting: 'which is being deleted',
  none: 'which is ready by now',
  ready: 'which is ready by now',
  missing: 'which does not exist',
  hidden: 'which you may not see',
  unknown: 'of which nothing is known',
  late: 'which is not ready',
};

/** Of one that is held up: by what, and how that stands. */
export function heldWords({ reference, found, as }: Holder, { object, summary }: Entry<FluxSummary>): string {
  const name = referenceName(reference, object.metadata.namespace);
  const standing = standings[found.state === 'seen' ? found.entry.summary.state : found.state];
  if (as === 'provider') return `Sends by ${name}, ${standing}.`;
  if (as === 'health check') return `Its health check waits for ${name}, ${standing}.`;
  return summary.state === 'waiting' ? `Waits for ${name}, ${standing}.` : `Needs ${name}, ${standing}.`;
}

/** An object of Flux on the way. */
export function stepOf(entry: Entry<FluxSummary>, reference: ObjectReference, text: string): Step {
  const { summary, object } = entry;
  return {
    reference,
    state: summary.state,
    text,
    since: summary.since,
    reason: summary.reason,
    attempts: attemptsOf(entry, object),
  };
}

const tries: ReadonlySet<StepState> = new Set(['failing', 'stalled', 'suspended-failing']);

/** How often it was tried, where the status counts: a release's failures, a Kustomization's reconciliations. */
function attemptsOf({ summary }: Entry<FluxSummary>, object: Entry['object']): number | undefined {
  if (!tries.has(summary.state)) return undefined;
  const failures = numberAt(object, 'status', 'failures');
  if (failures !== undefined && failures > 0) return failures;
  const [newest] = listAt(object, 'status', 'history');
  if (textAt(newest, 'lastReconciledStatus') !== summary.reason) return undefined;
  return numberAt(newest, 'totalReconciliations');
}

/** What a message tells of an object beneath. */
export function culpritStep({ reference, state, text }: Culprit): Step {
  return { reference, state, text, since: undefined, reason: undefined, attempts: undefined };
}

/** What Flux applied, or what that made. */
export function workloadStep({ reference, health, says, reason, since }: Workload): Step {
  const state = health === 'failed' ? 'failing' : 'late';
  return {
    reference,
    state,
    text: sentence(says.charAt(0).toUpperCase() + says.slice(1)),
    since,
    reason,
    attempts: undefined,
  };
}
