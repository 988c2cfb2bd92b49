import type { Entry } from '../../../kube/cluster.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Lookup, RootCause } from '../diagnosis/diagnosis.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';

/** Objects that are held back by one and the same cause. */
export interface Cause {
  root: RootCause;
  /** The object of Flux nearest to the cause: its page shows it. */
  nearest: Entry<FluxSummary>;
  since: string | undefined;
  /** Everything it holds back, the worst first. */
  hit: Entry<FluxSummary>[];
}

const troubled: ReadonlySet<ObjectState> = new Set(['failing', 'stalled', 'waiting']);

/** Whether an object is held back by something, so that it belongs to a cause. */
function isTroubled(entry: Entry<FluxSummary>): boolean {
  return troubled.has(entry.summary.state) || entry.summary.failedBefore;
}

/** Groups what fails and waits by its common root. Widest effect first, then the worst, then the oldest. */
export function causesOf(entries: Iterable<Entry<FluxSummary>>, lookup: Lookup): Cause[] {
  const causes = new Map<string, Cause>();
  for (const entry of entries) {
    if (!isTroubled(entry)) continue;
    const { root, nearest } = diagnose(entry, lookup);
    if (root === undefined) continue;
    const known = causes.get(root.key);
    if (known === undefined) causes.set(root.key, { root, nearest, since: root.since, hit: [entry] });
    else {
      known.hit.push(entry);
      known.since = earlier(known.since, root.since);
    }
  }
  for (const cause of causes.values()) cause.hit.sort(worstFirst);
  return [...causes.values()].toSorted(
    (one, other) =>
      other.hit.length - one.hit.length ||
      severity(one.nearest.summary.state) - severity(other.nearest.summary.state) ||
      (one.since ?? '').localeCompare(other.since ?? '') ||
      one.root.title.localeCompare(other.root.title),
  );
}

function worstFirst(one: Entry<FluxSummary>, other: Entry<FluxSummary>): number {
  return severity(one.summary.state) - severity(other.summary.state) || (one.key < other.key ? -1 : 1);
}

function severity(state: ObjectState): number {
  const order: readonly ObjectState[] = ['failing', 'stalled', 'suspended-failing', 'waiting'];
  const index = order.indexOf(state);
  return index === -1 ? order.length : index;
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
