import type { Entry } from '../../../kube/cluster.ts';
import { referenceKey, referenceTo } from '../references.ts';
import type { FluxSummary, ObjectReference, ObjectState } from '../summary.ts';
import { causeChain } from './cause-chain.ts';
import type { Lookup } from './cause-chain.ts';

/** Objects that are held back by one and the same cause. */
export interface Cause {
  /** The object in which the cause lies; of several alike the first. */
  root: ObjectReference;
  rootEntry: Entry<FluxSummary>;
  state: ObjectState;
  /** One sentence. */
  title: string;
  /** What more is known. */
  why: string;
  since: string | undefined;
  /** Everything it holds back, the worst first; the root itself among them. */
  hit: Entry<FluxSummary>[];
}

const troubled: ReadonlySet<ObjectState> = new Set(['failing', 'stalled', 'waiting']);

/** Whether an object is held back by something, so that it belongs to a cause. */
function isTroubled(entry: Entry<FluxSummary>): boolean {
  return troubled.has(entry.summary.state);
}

/**
 * Groups what fails and waits by cause: first by the object at the end of each one's chain, then those whose objects
 * fail for the same reason in the same words. Widest effect first, then the oldest.
 */
export function causesOf(entries: Iterable<Entry<FluxSummary>>, lookup: Lookup): Cause[] {
  const causes = new Map<string, Cause>();
  for (const entry of entries) {
    if (!isTroubled(entry)) continue;
    const chain = causeChain(entry, lookup);
    const last = chain.at(-1);
    const root = last === undefined ? undefined : lookup(last.reference);
    const rootEntry = root ?? entry;
    const key = causeKey(rootEntry);
    const known = causes.get(key);
    if (known === undefined) causes.set(key, causeFrom(rootEntry, entry));
    else {
      known.hit.push(entry);
      known.since = earlier(known.since, rootEntry.summary.since);
    }
  }
  for (const cause of causes.values()) cause.hit.sort(worstFirst);
  return [...causes.values()].toSorted(
    (one, other) =>
      other.hit.length - one.hit.length ||
      severity(one.state) - severity(other.state) ||
      (one.since ?? '').localeCompare(other.since ?? '') ||
      one.title.localeCompare(other.title),
  );
}

/** Objects of one kind that fail in the same words have the same cause; what waits has its own. */
function causeKey(root: Entry<FluxSummary>): string {
  const { state, because, plural } = root.summary;
  if (state === 'waiting' || because === undefined) return referenceKey(referenceTo(root.object));
  return `${plural} ${state} ${because}`;
}

function causeFrom(root: Entry<FluxSummary>, entry: Entry<FluxSummary>): Cause {
  const { because, message, state, since } = root.summary;
  const { title, why } = titleAndWhy(because ?? message ?? `${root.object.kind} ${root.key} is not ready.`);
  return { root: referenceTo(root.object), rootEntry: root, state, title, why, since, hit: [entry] };
}

/** The first sentence, without its full stop, and what follows it. */
export function titleAndWhy(text: string): { title: string; why: string } {
  const end = /(?<=[\p{L}\p{N})”"'`])[.!?](?=\s+\p{Lu})/u.exec(text);
  if (end === null) return { title: text.replace(/\.$/, ''), why: '' };
  return { title: text.slice(0, end.index), why: text.slice(end.index + 1).trim() };
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
