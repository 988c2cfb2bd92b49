import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { WatchDefinition } from '../server/kube/cluster.ts';
import { startDemoCluster } from './demo.ts';

const watches: WatchDefinition[] = [
  {
    group: 'kustomize.toolkit.fluxcd.io',
    resource: 'kustomizations',
    kind: 'Kustomization',
    namespaced: true,
    versions: ['v1'],
    summarize: () => undefined,
  },
];
const logger = pino({ level: 'silent' });

test('the demo is a cluster as any other, marked as a demo, and ends with its connection', async () => {
  const cluster = await startDemoCluster({ watches, logger, story: 'still' });
  const { server } = cluster.client;
  try {
    expect(cluster.name).toBe('demo');
    expect(cluster.note).toContain('invented data');
    await vi.waitFor(() => expect(cluster.ready()).toEqual({ ok: true, waitingFor: [] }), { timeout: 20_000 });
    const collection = cluster.collection({ group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' });
    expect(collection.get('team-checkout', 'cart')?.object.kind).toBe('Kustomization');
  } finally {
    await cluster.close();
  }
  await expect(fetch(server)).rejects.toThrow('fetch failed');
});

test('it grows by as many Flux objects as one asks for', async () => {
  const cluster = await startDemoCluster({ watches, logger, story: 'still', scale: 120 });
  try {
    await vi.waitFor(() => expect(cluster.ready().ok).toBe(true), { timeout: 20_000 });
    const collection = cluster.collection({ group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' });
    expect(collection.get('bulk-1', 'app-119')?.object.kind).toBe('Kustomization');
  } finally {
    await cluster.close();
  }
});

test('a story that nobody knows starts nothing', async () => {
  await expect(startDemoCluster({ watches, logger, story: 'thunder' })).rejects.toMatchObject({ kind: 'invalid' });
});
