import { expect, test } from 'vitest';
import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { KustomizationDiff, ObjectDiff } from '../diff/diff.ts';
import { createKeptDiffs } from '../diff/kept-diffs.ts';
import type { CompareNow } from '../diff/kept-diffs.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary } from '../summary.ts';
import { diffSeen } from './diff-seen.ts';

const cluster = fakeCluster({ watches: [] });
const kustomization: KubeObject = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'apps', namespace: 'shop', uid: '1', resourceVersion: '1', generation: 1 },
  spec: {},
  status: { observedGeneration: 1, lastAppliedRevision: 'v1' },
};
const entry = { key: 'shop/apps', object: kustomization, summary: { intervalSeconds: 600 } } as Entry<FluxSummary>;
const sight = { entry: () => undefined } as unknown as Sight;

function object(index: number, more: Partial<ObjectDiff> = {}): ObjectDiff {
  const shown = (value: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c-${index}`, namespace: 'shop', uid: '', resourceVersion: '' },
    data: { value },
  });
  return {
    reference: { group: '', kind: 'ConfigMap', namespace: 'shop', name: `c-${index}` },
    apiVersion: 'v1',
    change: 'update',
    before: shown('old'),
    after: shown('new'),
    origin: 'source',
    writers: [],
    notes: [],
    problem: undefined,
    ...more,
  };
}

function diffOf(objects: readonly ObjectDiff[]): KustomizationDiff {
  const counts: Record<string, number> = {};
  for (const { change } of objects) counts[change] = (counts[change] ?? 0) + 1;
  return { revision: 'v2', comparedAt: '', objects, counts, problems: [], leftOut: 0, builtWith: '' };
}

/** What the view shows for a query, with a comparison of the test's own. */
async function seen(compare: CompareNow, query = '', isOpen = false) {
  const request = {
    cluster,
    identity: cluster.self,
    params: {},
    query: new URLSearchParams(query),
    url: '/',
    link: (path: string, parameters: Record<string, string | undefined> = {}) =>
      `${path}?${new URLSearchParams(Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString()}`,
    now: new Date(),
    isOpen,
  } as PageRequest;
  const { part, again } = await diffSeen({ request, entry, sight, kept: createKeptDiffs(compare), path: '/diff' });
  return { model: part.model as Record<string, unknown>, again };
}

test('an open page gets the progress at once, and is looked at again', async () => {
  const never: CompareNow = (_question, { progress }) => {
    progress(12, 1_400);
    return new Promise(() => undefined);
  };
  const { model, again } = await seen(never, '', true);
  expect(model).toMatchObject({ phase: 'running', done: 12, total: 1_400 });
  expect(model['told']).toContain('12 of 1,400');
  expect(again).toBeInstanceOf(Date);
});

test('a comparison that failed says why and what to do', async () => {
  const rule = { verb: 'get', group: '', resource: 'services', subresource: 'proxy', namespace: 'flux-system' };
  const { model, again } = await seen(async () => {
    throw new SluiceError('forbidden', 'You may not fetch the artifact.', { missing: [rule] });
  });
  expect(model).toMatchObject({ phase: 'failed', isForbidden: true, told: 'You may not fetch the artifact.' });
  expect(model['wayOut']).toBe('You lack get on services/proxy in namespace flux-system.');
  expect(again).toBeUndefined();
});

test('hundreds of objects come in pages, and those that are the same only when they are asked for', async () => {
  const objects = [
    ...Array.from({ length: 130 }, (_, index) => object(index)),
    object(999, { change: 'none', before: undefined, after: undefined }),
  ];
  const first = await seen(async () => diffOf(objects));
  expect(first.model['rows']).toHaveLength(50);
  expect(first.model['pages']).toMatchObject({ from: 1, to: 50, total: 130, nextHref: '/diff?page=2' });
  const last = await seen(async () => diffOf(objects), 'page=9&view=unified');
  expect(last.model['rows']).toHaveLength(30);
  const same = await seen(async () => diffOf(objects), 'change=none');
  expect(same.model['rows']).toMatchObject([{ name: 'c-999', comparison: undefined }]);
});

test('a missing right to try is told once for all objects', async () => {
  const problem = {
    kind: 'limited' as const,
    message: 'not tried',
    missing: [{ verb: 'patch', group: '', resource: 'configmaps', namespace: 'shop', name: 'x' }],
  };
  const { model } = await seen(async () => diffOf([object(1, { problem }), object(2, { problem })]));
  expect(model['notices']).toEqual([
    expect.objectContaining({ strong: 'You may look but not try.', text: expect.stringContaining('2 objects') }),
  ]);
  expect(JSON.stringify(model['notices']).match(/patch on configmaps in namespace shop/g)).toHaveLength(1);
  expect(model['rows']).toMatchObject([{ isLimited: true, problem: '' }, { isLimited: true }]);
});

test('a very long comparison is cut on the page, and says by how much', async () => {
  const long = object(1, { before: undefined, change: 'create' });
  const after = {
    ...long.after,
    data: { lines: Array.from({ length: 5_000 }, (_, line) => `line ${line}`).join('\n') },
  };
  const { model } = await seen(async () => diffOf([{ ...long, after: after as KubeObject }]));
  const [row] = model['rows'] as { leftOut: number }[];
  expect(row?.leftOut).toBeGreaterThan(4_000);
});
