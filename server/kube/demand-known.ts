import { SluiceError } from '../errors.ts';
import type { Problem, Scope } from './cluster.ts';

interface Asked {
  problems: readonly Problem[];
  scope: Scope;
  asOf: Date | undefined;
}

/**
 * For answers to programs: an empty list must mean that there is nothing. Throws when of all that was asked for nothing
 * is known, unreachable (not read yet), bad_credentials or forbidden, with the missing rights; as soon as a part is known, the rest is a
 * problem of the answer. What the cluster does not serve is known: there is none of it.
 */
export function demandKnown(asked: readonly Asked[]): void {
  const served = asked.filter(({ problems }) => !problems.some(({ kind }) => kind === 'absent'));
  const unknown = served.filter(({ asOf, scope }) => asOf === undefined || (!scope.all && scope.namespaces.size === 0));
  if (served.length === 0 || unknown.length < served.length) return;
  const problems = unknown.flatMap((one) => one.problems);
  const [first] = problems;
  if (first === undefined) return;
  const isForbidden = problems.every(({ kind }) => kind === 'forbidden');
  const missing = isForbidden ? problems.flatMap((problem) => problem.missing ?? []) : [];
  const kind = first.kind === 'bad_credentials' ? first.kind : 'unreachable';
  throw new SluiceError(isForbidden ? 'forbidden' : kind, first.message, { missing });
}
