import { expect, test } from 'vitest';
import { fakeCluster } from '../testing/fake-cluster.ts';
import type { KubeRequest } from './cluster.ts';
import { KubeError } from './kube-error.ts';
import { followPodLog, isLater, readPodLog } from './pod-logs.ts';

const target = { namespace: 'shop', pod: 'web-1', container: 'app' };
const self = { name: 'sluice', groups: [] };

function clusterThatAnswers(answer: (request: KubeRequest, asked: number) => unknown) {
  const cluster = fakeCluster({ watches: [] });
  let asked = 0;
  cluster.answer((request) => answer(request, (asked += 1)));
  return cluster;
}

async function take<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) taken.push(item);
  return taken;
}

test('reads the newest lines with the time the node took them in', async () => {
  const cluster = clusterThatAnswers(
    () => '2026-01-01T10:00:00.123456789Z first\n2026-01-01T10:00:01Z  indented\nno time',
  );
  const records = await readPodLog(
    cluster,
    self,
    target,
    { tailLines: 5, sinceSeconds: 60 },
    new AbortController().signal,
  );
  expect(records).toEqual([
    { at: '2026-01-01T10:00:00.123456789Z', text: 'first' },
    { at: '2026-01-01T10:00:01Z', text: ' indented' },
    { at: undefined, text: 'no time' },
  ]);
  expect(cluster.requests[0]).toMatchObject({
    path: '/api/v1/namespaces/shop/pods/web-1/log',
    query: { container: 'app', timestamps: 'true', tailLines: '5', sinceSeconds: '60' },
    as: self,
  });
});

test('follows after a moment to the nanosecond, although the API server counts in seconds', async () => {
  const cluster = clusterThatAnswers(() => [
    '2026-01-01T10:00:00.1Z known',
    '2026-01-01T10:00:00.100000001Z new',
    '2026-01-01T10:00:00.2Z newer',
  ]);
  const after = '2026-01-01T10:00:00.100Z';
  const records = await take(followPodLog(cluster, self, target, after, new AbortController().signal));
  expect(records.map(({ text }) => text)).toEqual(['new', 'newer']);
  expect(cluster.requests[0]?.query).toMatchObject({ follow: 'true', sinceTime: '2026-01-01T10:00:00Z' });
});

test('goes on where a lost connection broke off, and nothing comes twice', async () => {
  async function* broken(): AsyncGenerator<string> {
    yield '2026-01-01T10:00:01Z one';
    throw new KubeError('unreachable', 'it was cut', { httpStatus: 0, reason: 'ECONNRESET' });
  }
  const cluster = clusterThatAnswers((_request, asked) =>
    asked === 1 ? broken() : ['2026-01-01T10:00:01Z one', '2026-01-01T10:00:02Z two'],
  );
  const records = await take(followPodLog(cluster, self, target, '2026-01-01T10:00:00Z', new AbortController().signal));
  expect(records.map(({ text }) => text)).toEqual(['one', 'two']);
  expect(cluster.requests[1]?.query).toMatchObject({ sinceTime: '2026-01-01T10:00:01Z' });
});

test('a refusal is thrown, and an abort ends it silently', async () => {
  const refused = clusterThatAnswers(() => {
    throw new KubeError('forbidden', 'no', { httpStatus: 403, reason: 'Forbidden' });
  });
  const after = '2026-01-01T10:00:00Z';
  await expect(take(followPodLog(refused, self, target, after, new AbortController().signal))).rejects.toThrow('no');
  const stop = new AbortController();
  stop.abort();
  expect(await take(followPodLog(refused, self, target, after, stop.signal))).toEqual([]);
});

test('instants are compared as such', () => {
  expect(isLater('2026-01-01T10:00:00.2Z', '2026-01-01T10:00:00.19999Z')).toBe(true);
  expect(isLater('2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000000000Z')).toBe(false);
  expect(isLater('2026-01-01T12:00:00+01:00', '2026-01-01T10:30:00Z')).toBe(true);
});
