import { describe, expect, test } from 'vitest';
import { groupOf } from '../../kube/object.ts';
import { kindOf } from './kinds/index.ts';
import { summarizeFor } from './summarize.ts';
import type { Situation } from './testing/situations.ts';
import { situations } from './testing/situations.ts';

function summaryOf({ object }: Situation) {
  const kind = kindOf(groupOf(object.apiVersion), object.kind);
  if (kind === undefined) throw new Error(`no kind for ${object.kind}`);
  return { summary: summarizeFor(kind)(object), facts: kind.facts(object) };
}

const explained = situations.filter(({ because }) => because !== undefined);

describe('every situation has its state, its since and its sentence', () => {
  test.each(situations)('$name', (situation) => {
    const { state, since } = summaryOf(situation).summary;
    expect({ state, since }).toEqual({ state: situation.state, since: situation.since });
  });

  test.each(explained)('$name, in words', (situation) => {
    expect(summaryOf(situation).summary.because).toContain(situation.because);
  });

  test.each(situations.filter(({ because }) => because === undefined))('$name needs no words', (situation) => {
    expect(summaryOf(situation).summary.because).toBeUndefined();
  });

  test.each(situations)('$name shows no credential', (situation) => {
    expect(JSON.stringify(summaryOf(situation))).not.toMatch(/planted-password|52ce658f/);
  });

  test.each(explained)('$name: the sentence is short, ends, and repeats no folder of a controller', (situation) => {
    const because = summaryOf(situation).summary.because ?? '';
    expect(because.length).toBeLessThan(420);
    expect(because).toMatch(/[.!?…)]$/);
    expect(because).not.toMatch(/\/tmp\/|\n| {2}|\.\./);
  });
});
