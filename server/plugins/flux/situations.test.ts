import { describe, expect, test } from 'vitest';
import { groupOf } from '../../kube/object.ts';
import { kindOf } from './kinds/index.ts';
import { summarizeFor } from './summarize.ts';
import { situations } from './testing/situations.ts';

describe('every situation has its state, its since and its sentence', () => {
  test.each(situations)('$name', ({ object, state, since, because }) => {
    const kind = kindOf(groupOf(object.apiVersion), object.kind);
    expect(kind).toBeDefined();
    if (kind === undefined) return;
    const summary = summarizeFor(kind)(object);
    expect({ state: summary.state, since: summary.since }).toEqual({ state, since });
    if (because === undefined) expect(summary.because).toBeUndefined();
    else expect(summary.because).toContain(because);
  });

  test.each(situations)('$name shows no credential', ({ object }) => {
    const kind = kindOf(groupOf(object.apiVersion), object.kind);
    if (kind === undefined) throw new Error(`no kind for ${object.kind}`);
    const shown = JSON.stringify([summarizeFor(kind)(object), kind.facts(object)]);
    expect(shown).not.toMatch(/planted-password|52ce658f/);
  });

  test.each(situations)('$name: the sentence is short, ends, and repeats no folder of a controller', ({ object }) => {
    const kind = kindOf(groupOf(object.apiVersion), object.kind);
    const because = kind === undefined ? undefined : summarizeFor(kind)(object).because;
    if (because === undefined) return;
    expect(because.length).toBeLessThan(420);
    expect(because).toMatch(/[.!?…)]$/);
    expect(because).not.toMatch(/\/tmp\/|\n| {2}|\.\./);
  });
});
