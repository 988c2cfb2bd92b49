import { expect, test } from 'vitest';
import { kinds } from './kinds/index.ts';
import { fluxObject } from './testing/situations.ts';
import { fluxWatches, trimFluxObject } from './watches.ts';

test('every kind is watched once, in the versions it understands', () => {
  for (const kind of kinds) {
    const watches = fluxWatches.filter((watch) => watch.group === kind.group && watch.resource === kind.plural);
    expect(watches.map((watch) => watch.versions)).toEqual([kind.versions]);
  }
  const keys = fluxWatches.map((watch) => `${watch.group}/${watch.resource}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('only the Flux kinds are waited for at the start', () => {
  expect(fluxWatches.filter((watch) => watch.required === false).map((watch) => watch.kind)).toEqual([
    'Event',
    'Namespace',
  ]);
});

test('a long history is cut, everything else stays the same object', () => {
  const history = Array.from({ length: 8 }, (_, index) => ({ digest: `sha256:${index}` }));
  const long = fluxObject('Kustomization', 'a', {
    status: { history, inventory: { entries: [] } },
    spec: { patch: 'x'.repeat(10_000) },
  });
  const trimmed = trimFluxObject(long);
  expect(trimmed.status?.['history']).toEqual(history.slice(0, 5));
  expect(trimmed.spec).toBe(long.spec);
  expect(long.status?.['history']).toHaveLength(8);
  const short = fluxObject('Kustomization', 'b', { status: { history: history.slice(0, 5) } });
  expect(trimFluxObject(short)).toBe(short);
});
