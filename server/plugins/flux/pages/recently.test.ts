import { expect, test } from 'vitest';
import type { Entry } from '../../../kube/cluster.ts';
import type { FluxSummary } from '../summary.ts';
import { createRecently } from './recently.ts';

const entry = (key: string, summary: Partial<FluxSummary>) => ({ key, summary }) as unknown as Entry<FluxSummary>;
const minute = (number: number) => `2026-03-02T08:0${number}:00Z`;

test('keeps those that were finished last, latest first', () => {
  const recently = createRecently(3);
  for (const number of [7, 2, 9, 4, 9, 1])
    recently.note(entry(`at-${number}`, { state: 'ready', reconciledAt: minute(number) }));
  expect(recently.latest().map(({ entry: { key } }) => key)).toEqual(['at-9', 'at-9', 'at-7']);
});

test('a failure counts from when it began, what is under way or never was reconciled not at all', () => {
  const recently = createRecently(5);
  recently.note(entry('failing', { state: 'failing', since: minute(3), reconciledAt: minute(9) }));
  recently.note(entry('done', { state: 'ready', since: minute(1), reconciledAt: minute(5) }));
  recently.note(entry('moving', { state: 'reconciling', since: minute(8), reconciledAt: minute(8) }));
  recently.note(entry('new', { state: 'ready', reconciledAt: undefined }));
  expect(recently.latest().map(({ entry: { key }, at }) => [key, at])).toEqual([
    ['done', minute(5)],
    ['failing', minute(3)],
  ]);
});
