import { expect, test } from 'vitest';
import { SluiceError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { KustomizationDiff } from './diff.ts';
import { createKeptDiffs } from './kept-diffs.ts';
import { standingOf } from './standing.ts';

const cluster = fakeCluster({ watches: [] });
const empty: KustomizationDiff = {
  revision: 'main@sha1:aaaaaaa0',
  comparedAt: '2026-01-01T00:00:00Z',
  objects: [],
  counts: {},
  problems: [],
  leftOut: 0,
  builtWith: '',
};

function kustomization(status: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'apps', namespace: 'shop', uid: '1', resourceVersion: '1', generation: 2 },
    spec,
    status: { observedGeneration: 2, ...status },
  };
}

const question = (who: string, status?: Record<string, unknown>) => ({
  cluster,
  identity: { name: who, groups: [], impersonate: { user: who, groups: [] } },
  kustomization: kustomization(status),
  source: undefined,
});

test('one asker compares once in a minute, another one for himself, and anew when Flux has moved on or it is asked for', async () => {
  let now = new Date('2026-01-01T00:00:00Z');
  const asked: string[] = [];
  const kept = createKeptDiffs(
    async ({ identity }) => {
      asked.push(identity.name);
      return empty;
    },
    () => now,
  );
  const first = kept.look(question('one'));
  expect(kept.look(question('one'))).toBe(first);
  await first.over;
  expect(first.diff).toBe(empty);
  expect(kept.look(question('one'))).toBe(first);
  await kept.look(question('two')).over;
  await kept.look(question('one', { lastAppliedRevision: 'main@sha1:b' })).over;
  expect(asked).toEqual(['one', 'two', 'one']);
  now = new Date('2026-01-01T00:00:30Z');
  const again = kept.look(question('one'), { after: first.startedAt });
  expect(again).not.toBe(first);
  expect(kept.look(question('one'), { after: first.startedAt })).toBe(again);
  await again.over;
  now = new Date('2026-01-01T00:02:00Z');
  expect(kept.look(question('one'), { isShown: true })).toBe(again);
  expect(kept.look(question('one'))).not.toBe(again);
});

test('what goes wrong is kept as what it is, and progress is told while it runs', async () => {
  const go = Promise.withResolvers<void>();
  const kept = createKeptDiffs(async (_question, { progress }) => {
    progress(3, 9);
    await go.promise;
    throw new SluiceError('not_found', 'The artifact is gone.');
  });
  const comparison = kept.look(question('one'));
  expect(comparison.progress).toEqual({ done: 3, total: 9 });
  expect(comparison.error).toBeUndefined();
  go.resolve();
  await comparison.over;
  expect(comparison.error).toMatchObject({ kind: 'not_found', message: 'The artifact is gone.' });
});

const differing = { ...empty, counts: { update: 1 } };
const applied = { lastAppliedRevision: empty.revision };

test.each([
  ['drift that is corrected', applied, {}, differing, 'drift', /changed in the cluster.*corrects it.*within 10 min/],
  ['drift while suspended', applied, { suspend: true }, differing, 'drift', /suspended: Flux does nothing/],
  [
    'a new revision',
    { lastAppliedRevision: 'main@sha1:bbbbbbb0' },
    {},
    differing,
    'ahead',
    /source’s newest.*applies it/,
  ],
  ['nothing applied yet', {}, {}, differing, 'ahead', /applied nothing yet/],
  ['a newer spec', { ...applied, observedGeneration: 1 }, {}, differing, 'ahead', /spec of the Kustomization is newer/],
  ['no difference', applied, {}, empty, 'same', /The cluster is as main@aaaaaaa says\. $/],
])('says what one looks at: %s', (_name, status, spec, diff, kind, words) => {
  const standing = standingOf(kustomization(status, spec), diff, '10 min');
  expect(standing.kind).toBe(kind);
  expect(`${standing.what} ${standing.next}`).toMatch(words);
});

test('a refused object stops Flux, and that is said', () => {
  const object = {
    reference: { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'a' },
    apiVersion: 'v1',
    change: 'refused' as const,
    before: undefined,
    after: undefined,
    origin: undefined,
    writers: [],
    notes: [],
    problem: { kind: 'refused' as const, message: 'no', missing: [] },
  };
  const diff = { ...empty, objects: [object], counts: { refused: 1 } };
  expect(standingOf(kustomization(applied), diff, '10 min').next).toMatch(/Flux will fail.*one object is refused/);
});
