import type { Problem } from '../../../kube/cluster.ts';
import type { StateCounts } from '../counts.ts';
import { totalOf } from '../counts.ts';
import type { Sight } from '../sight.ts';
import type { Cause } from './causes.ts';
import { count, enumerate, numberWord } from './words.ts';

/** Why the cluster's objects are not known, where that is why there are none; undefined when all may be as it seems. */
export function unknownBecause(sight: Sight): Problem['kind'] | undefined {
  const served = sight.seen.filter(({ collection }) => collection.state !== 'absent');
  const kindsOfProblem = served.map(({ problems }) => problems.find((problem) => problem.kind !== 'stale')?.kind);
  if (served.length > 0 && kindsOfProblem.every((kind) => kind === 'forbidden')) return 'forbidden';
  return (['bad_credentials', 'unreachable', 'failed', 'syncing'] as const).find((kind) =>
    kindsOfProblem.includes(kind),
  );
}

const unknownTitles: Record<Problem['kind'], string> = {
  forbidden: 'Flux is hidden from you',
  unreachable: 'The cluster does not answer yet',
  bad_credentials: 'Sluice cannot sign in to the cluster',
  failed: 'The cluster cannot be read now',
  syncing: 'Reading what is in the cluster',
  absent: '',
  stale: '',
};

const unknownTexts: Record<Problem['kind'], string> = {
  forbidden: 'You may list none of its kinds in any namespace.',
  unreachable: 'Nothing was read from it so far. It is tried again and again, and shows here as soon as it answers.',
  bad_credentials: 'Nothing was read from it so far. Its credentials are tried again and again.',
  failed: 'Nothing was read from it so far. It is tried again and again.',
  syncing: 'The first lists are under way; this page fills by itself.',
  absent: '',
  stale: '',
};

/** The overview's heading. */
export function verdictTitle(
  causes: readonly Cause[],
  counts: StateCounts,
  unknown: Problem['kind'] | undefined,
): string {
  if (unknown !== undefined && (totalOf(counts) === 0 || causes.length === 0)) return unknownTitles[unknown];
  const held = causes.reduce((sum, cause) => sum + cause.hit.length, 0);
  const total = totalOf(counts);
  if (held > 0) {
    const what = causes.length === 1 ? 'cause holds' : 'causes hold';
    return `${numberWord(causes.length)} ${what} back ${count(held, 'object')}`;
  }
  if (total === 0) return 'Flux has nothing to do yet';
  if (counts.stale > 0) return `${count(counts.stale, 'object')} ${counts.stale === 1 ? 'is' : 'are'} overdue`;
  if (counts.reconciling > 0) return `Nothing is broken, ${count(counts.reconciling, 'object')} on the move`;
  return counts['suspended-failing'] > 0 ? 'Nothing fails but what is suspended' : 'Everything is ready';
}

/** The sentence under it. */
export function verdictText(
  counts: StateCounts,
  unknown: Problem['kind'] | undefined,
  down: readonly string[] = [],
): string {
  if (unknown !== undefined && totalOf(counts) === 0) return unknownTexts[unknown];
  const reporting = totalOf(counts) - counts.none;
  const failing = counts.failing + counts.stalled;
  const sentences: string[] = [];
  if (down.length > 0)
    sentences.push(
      `${enumerate(down)} ${down.length === 1 ? 'does' : 'do'} not run: what ${down.length === 1 ? 'it looks' : 'they look'} after stands still.`,
    );
  if (failing > 0 && counts.waiting > 0)
    sentences.push(
      `${failing} ${failing === 1 ? 'is' : 'are'} failing and ${counts.waiting} ${counts.waiting === 1 ? 'waits' : 'wait'}.`,
    );
  else if (failing > 0) sentences.push(`${failing} ${failing === 1 ? 'is' : 'are'} failing.`);
  else if (counts.waiting > 0)
    sentences.push(`${counts.waiting} ${counts.waiting === 1 ? 'waits' : 'wait'} for others.`);
  if (reporting > 0)
    sentences.push(
      `${counts.ready.toLocaleString('en-GB')} of the ${reporting.toLocaleString('en-GB')} that report a status ${counts.ready === 1 ? 'is' : 'are'} ready.`,
    );
  else sentences.push('No object reports a status. Add a source and a Kustomization to begin.');
  return sentences.join(' ');
}

/** What stands in place of the causes when there are none. */
export function calmWords(counts: StateCounts, unknown: Problem['kind'] | undefined): string {
  const total = totalOf(counts);
  if (unknown !== undefined) return 'Nothing that is known so far.';
  if (total === 0) return 'There are no objects of Flux that you may see.';
  return `Nothing fails and nothing waits among ${count(total, 'object')}.`;
}
