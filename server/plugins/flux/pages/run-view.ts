import { identityKey } from '../../../kube/identity.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { Run } from '../../../operations/run.ts';

/** A run as the run component tells it: what moves, what it did, how it ended. */
export interface RunView {
  id: string;
  state: Run['state'];
  /** `Syncing`, `Suspended`, `Sync failed`. */
  title: string;
  /** The latest step while it runs, the result or the cause once it ended. */
  sentence: string;
  startedAt: string;
  /** `you` or the asker's name in the cluster. */
  by: string;
  /** While it runs, and where it broke off. */
  steps: { label: string; detail: string | undefined; step: 'done' | 'now' | 'bad' }[];
  dismiss: { action: string; run: string } | undefined;
}

interface Verb {
  running: string;
  done: string;
  failed: string;
}

const verbs: Record<string, Verb> = {
  'flux.reconcile': { running: 'Syncing', done: 'Synced', failed: 'Sync failed' },
  'flux.suspend': { running: 'Suspending', done: 'Suspended', failed: 'Not suspended' },
  'flux.resume': { running: 'Resuming', done: 'Resumed', failed: 'Not resumed' },
  'helm.rollback': { running: 'Rolling back', done: 'Rolled back', failed: 'Rollback failed' },
};

/** For how long a run that went well keeps its place; one that failed stays until it is dismissed. */
const successShownMilliseconds = 60_000;

/**
 * The runs of one object that its page still tells of, newest first: what is under way, and how the last one of each
 * sort ended. What went well gives way to whatever came after it.
 */
export function runsToTell(runs: readonly Run[], now: Date): Run[] {
  const told = new Set<string>();
  return runs.filter((run, index) => {
    if (told.has(run.operation) || run.dismissed) return false;
    told.add(run.operation);
    if (run.state !== 'succeeded' || run.endedAt === undefined) return true;
    return index === 0 && now.getTime() - run.endedAt.getTime() < successShownMilliseconds;
  });
}

/** The moment at which the first of `runs` leaves its page by itself; undefined when none does. */
export function nextRunToLeave(runs: readonly Run[], now: Date): Date | undefined {
  const ends = runs.flatMap((run) => {
    if (run.dismissed || run.state !== 'succeeded' || run.endedAt === undefined) return [];
    const end = run.endedAt.getTime() + successShownMilliseconds;
    return end > now.getTime() ? [end] : [];
  });
  return ends.length === 0 ? undefined : new Date(Math.min(...ends));
}

/** A run in words for `reader`; `dismissAction` is where its message is put away. */
export function runView(run: Run, reader: Identity, dismissAction: string): RunView {
  const mine = run.by.name === reader.name && identityKey(run.by) === identityKey(reader);
  const title = titleOf(run);
  return {
    id: run.id,
    state: run.state,
    title,
    sentence: afterTitle(title, sentenceOf(run)),
    startedAt: run.startedAt.toISOString(),
    by: mine ? 'you' : run.by.name,
    steps: run.state === 'succeeded' ? [] : stepsOf(run),
    dismiss: run.state === 'running' ? undefined : { action: dismissAction, run: run.id },
  };
}

function titleOf(run: Run): string {
  const verb = verbs[run.operation];
  if (verb === undefined) return run.operation;
  if (run.state === 'running') return verb.running;
  return run.state === 'succeeded' ? verb.done : verb.failed;
}

function sentenceOf(run: Run): string {
  if (run.state === 'running') return run.progress.at(-1)?.sentence ?? 'Asked.';
  return run.message ?? run.error?.message ?? (run.state === 'succeeded' ? 'Done.' : 'It ended without saying why.');
}

/** The sentence as it stands behind the title, which it does not say once more: `Suspended: moving it.` */
function afterTitle(title: string, sentence: string): string {
  if (!sentence.startsWith(`${title}.`) && !sentence.startsWith(`${title}:`)) return sentence;
  const rest = sentence.slice(title.length + 1).trimStart();
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function stepsOf(run: Run): RunView['steps'] {
  const last = run.progress.length - 1;
  return run.progress.map(({ at, sentence }, index) => ({
    label: sentence,
    detail: secondsBetween(run.startedAt, at),
    step: index < last ? 'done' : run.state === 'failed' ? 'bad' : 'now',
  }));
}

/** How long after the start a step came: `0.8 s`. */
function secondsBetween(start: Date, at: Date): string {
  return `after ${((at.getTime() - start.getTime()) / 1000).toFixed(1)} s`;
}
