import { expect, test } from 'vitest';
import { SluiceError } from '../../../errors.ts';
import type { Run } from '../../../operations/run.ts';
import { nextRunToLeave, runsToTell, runView } from './run-view.ts';

const ann = { name: 'ann', groups: [] };
const start = new Date('2026-01-02T03:04:05Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

function run(over: Partial<Run> = {}): Run {
  return {
    id: 'r1',
    operation: 'flux.reconcile',
    cluster: 'test',
    subject: { group: 'g', resource: 'r', kind: 'K', namespace: 'shop', name: 'web' },
    by: ann,
    startedAt: start,
    state: 'running',
    progress: [
      { at: start, sentence: 'Asked.' },
      { at: later(1.5), sentence: 'Applying.' },
    ],
    dismissed: false,
    ...over,
  };
}

const succeeded = (over: Partial<Run> = {}) =>
  run({ state: 'succeeded', endedAt: later(2), message: 'Applied.', ...over });

test('a run under way tells its latest step and cannot be put away', () => {
  const view = runView(run(), ann, '/actions/dismiss');
  expect([view.title, view.sentence, view.by, view.dismiss]).toEqual(['Syncing', 'Applying.', 'you', undefined]);
  expect(view.steps.map(({ step, detail }) => [step, detail])).toEqual([
    ['done', 'after 0.0 s'],
    ['now', 'after 1.5 s'],
  ]);
});

test('a failed run tells the cause, for whoever did not ask too', () => {
  const error = new SluiceError('failed', 'The path does not exist.');
  const view = runView(run({ state: 'failed', endedAt: later(2), error }), { name: 'ben', groups: [] }, '/d');
  expect([view.title, view.sentence, view.by]).toEqual(['Sync failed', 'The path does not exist.', 'ann']);
  expect(view.steps.at(-1)?.step).toBe('bad');
  expect(view.dismiss).toEqual({ action: '/d', run: 'r1' });
});

test('the title is not said twice', () => {
  const ended = (message: string) => runView(succeeded({ operation: 'flux.suspend', message }), ann, '/d').sentence;
  expect(ended('Suspended: moving the repository.')).toBe('Moving the repository.');
  expect(ended('Suspended.')).toBe('');
  expect(ended('Suspended already')).toBe('Suspended already');
});

test('success leaves by itself, failure stays until it is dismissed or tried again', () => {
  const failed = run({ state: 'failed', endedAt: later(2) });
  expect(runsToTell([succeeded()], later(30))).toHaveLength(1);
  expect(runsToTell([succeeded()], later(90))).toHaveLength(0);
  expect(runsToTell([failed], later(9000))).toHaveLength(1);
  expect(runsToTell([run({ ...failed, dismissed: true })], later(3))).toHaveLength(0);
  expect(runsToTell([run(), failed], later(3))).toHaveLength(1);
  expect(
    runsToTell([run({ operation: 'flux.suspend' }), failed, succeeded()], later(3)).map((each) => each.state),
  ).toEqual(['running', 'failed']);
});

test('the page is looked at again when a success is to leave', () => {
  expect(nextRunToLeave([run(), succeeded()], later(3))).toEqual(later(62));
  expect(nextRunToLeave([run()], later(3))).toBeUndefined();
});
