import { humanGoDuration } from '../duration.ts';
import { shortRevision } from '../revision.ts';
import type { Rule } from './rule.ts';

/** The step a controller is at, as its Reconciling condition says. */
export const progressRules: readonly Rule[] = [
  {
    when: /^Fetching manifests for revision (\S+)/,
    say: ([, revision = '']) => `Fetches the manifests of ${shortRevision(revision)}`,
  },
  {
    when: /^Building manifests for revision (\S+)/,
    say: ([, revision = '']) => `Builds the manifests of ${shortRevision(revision)}`,
  },
  {
    when: /^Detecting drift for revision (\S+)/,
    say: ([, revision = '']) => `Compares ${shortRevision(revision)} with the cluster and applies it`,
  },
  {
    when: /^Running health checks for revision (\S+) with a timeout of (\S+)/,
    say: ([, revision = '', timeout]) =>
      `Applied ${shortRevision(revision)}, waits for health checks, at most ${humanGoDuration(timeout)}`,
  },
  {
    when: /^Running '(\w+)' action with timeout of (\S+)/,
    say: ([, action, timeout]) => `Helm ${action} is running, at most ${humanGoDuration(timeout)}`,
  },
  {
    when: /^Fulfilling prerequisites/,
    say: () => 'Gets its chart, values and dependencies ready',
  },
  {
    when: /^building artifact: new revision '([^']+)'/,
    say: ([, revision = '']) => `Fetches the new revision ${shortRevision(revision)}`,
  },
  {
    when: /^building artifact/,
    say: () => 'Fetches its content',
  },
  {
    when: /^(?:Reconciliation in progress|reconciliation in progress)/,
    say: () => 'Its controller is at work on it',
  },
  {
    when: /^new generation (\d+)|^reconciling new object generation \((\d+)\)/i,
    say: ([, one, other]) => `Works on the edited spec (generation ${one ?? other})`,
  },
];
