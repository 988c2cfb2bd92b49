import { expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { maskObject } from '../../mask-credentials.ts';
import { commandsFor } from './commands.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { summarizeEvent } from './events.ts';
import { inventoryOf } from './inventory.ts';
import type { KindDefinition } from './kind.ts';
import { kinds } from './kinds/index.ts';
import { summarizeFor } from './summarize.ts';
import { objectStates } from './summary.ts';
import { fluxObject, situations } from './testing/situations.ts';
import { toYaml } from './yaml.ts';

/** A small generator of numbers that is the same in every run: a failure can be looked at again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  '',
  'x',
  '__proto__',
  '2026-03-02T08:00:00Z',
  'not a time',
  '1h',
  [],
  [[]],
  [null],
  {},
  { name: 'x' },
  { name: 7 },
  { kind: 'Kustomization', name: {} },
  { entries: [null, 3, { id: 5 }, { id: '_' }] },
];

/** A copy in which some values are something quite different. */
function broken(value: unknown, next: () => number): unknown {
  if (next() < 0.08) return odd[Math.floor(next() * odd.length)];
  if (Array.isArray(value)) return value.map((item) => broken(item, next));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => next() > 0.03)
      .map(([key, inner]) => [key, broken(inner, next)]),
  );
}

/** What the store guarantees: an API version, a kind and metadata with a name. The rest may be anything. */
function brokenObject(object: KubeObject, next: () => number): KubeObject {
  const metadata = broken(object.metadata, next);
  return {
    ...(broken(object, next) as KubeObject),
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      ...(typeof metadata === 'object' ? metadata : {}),
      name: object.metadata.name,
      namespace: 'shop',
    } as KubeObject['metadata'],
  };
}

test('whatever stands in an object, it has a summary and can be shown', () => {
  const next = numbers(20260302);
  const bases = [...situations.map(({ object }) => object), ...kinds.map(({ kind }) => fluxObject(kind, 'plain'))];
  for (let round = 0; round < 500; round += 1) {
    const kind = kinds[Math.floor(next() * kinds.length)];
    const base = bases[Math.floor(next() * bases.length)];
    if (kind === undefined || base === undefined) throw new Error('nothing to break');
    const object = brokenObject(base, next);
    const told = JSON.stringify(object);
    try {
      check(kind, object);
    } catch (error) {
      throw new Error(`${kind.kind} ${told}`, { cause: error });
    }
    expect(JSON.stringify(object)).toBe(told);
  }
});

function check(kind: KindDefinition, object: KubeObject): void {
  const summary = summarizeFor(kind)(object);
  expect(objectStates).toContain(summary.state);
  expect(typeof summary.searchText).toBe('string');
  const texts = [...kind.facts(object).map((fact) => fact.value), ...Object.values(summary.columns)];
  expect(texts.filter((text) => typeof text !== 'string' && text !== undefined)).toEqual([]);
  const entry = { key: 'shop/x', object, summary };
  for (const state of ['missing', 'hidden', 'unknown'] as const) diagnose(entry, () => ({ state }));
  expect(diagnose(entry, () => ({ state: 'seen', entry })).steps.length).toBeLessThan(30);
  inventoryOf(object);
  commandsFor(object, kind);
  toYaml(object);
  summarizeEvent(object);
  const masked = maskObject(object);
  expect(maskObject(masked)).toEqual(masked);
}
