import { expect, test, vi } from 'vitest';
import { keepBriefly } from './brief-reads.ts';
import type { Cluster } from './cluster.ts';
import type { Identity } from './identity.ts';

const cluster = {} as Cluster;
const alice: Identity = { name: 'alice', groups: [] };

/** Asks for one thing and tells whether it was read anew. */
async function isRead(key: readonly unknown[], most?: number): Promise<boolean> {
  const read = vi.fn(async () => 'answer');
  expect(await keepBriefly(cluster, alice, key, 60, read, most)).toBe('answer');
  return read.mock.calls.length === 1;
}

test('of what is large only so many of its sort are kept, the latest ones; the rest is left alone', async () => {
  expect(await isRead(['small', 1])).toBe(true);
  for (const each of [1, 2, 3]) expect(await isRead(['large', each], 2)).toBe(true);
  expect(await isRead(['large', 3], 2)).toBe(false);
  expect(await isRead(['large', 2], 2)).toBe(false);
  expect(await isRead(['small', 1])).toBe(false);
  expect(await isRead(['large', 1], 2)).toBe(true);
});
