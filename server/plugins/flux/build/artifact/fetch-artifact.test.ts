import { lookup } from 'node:dns/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { fakeCluster } from '../../../../testing/fake-cluster.ts';
import { fluxWatches } from '../../watches.ts';
import { artifactOf } from '../testing/artifact-of.ts';
import { fetchArtifact } from './fetch-artifact.ts';

vi.mock(import('node:dns/promises'), () => ({ lookup: vi.fn<typeof lookup>() as unknown as typeof lookup }));

const identity = { name: 'ada', groups: [] };

test('fetches from a name, and connects to no address that was not looked at', async () => {
  const { archive, digest } = await artifactOf({ 'a.yaml': 'a: b\n' });
  const server = createServer((_request, response) => response.end(archive)).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => {
      server.once('listening', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const from = (name: string) => {
      const source = { group: 'source.toolkit.fluxcd.io', kind: 'Bucket', namespace: 'x', name: 'apps' };
      const artifact = { source, url: `http://${name}:${port}/a.tar.gz`, digest, revision: 'r' };
      return fetchArtifact({ cluster: fakeCluster({ watches: fluxWatches }), identity, artifact });
    };
    const answer = (address: string, family: number) =>
      vi.mocked(lookup).mockResolvedValue([{ address, family }] as unknown as Awaited<ReturnType<typeof lookup>>);
    answer('127.0.0.1', 4);
    expect(await from('artifacts.example')).toEqual(archive);
    for (const [address, family] of [
      ['169.254.169.254', 4],
      ['fe80::1', 6],
      ['::ffff:169.254.169.254', 6],
    ] as const) {
      answer(address, family);
      await expect(from(`own-${family}-${address.length}.example`)).rejects.toMatchObject({ kind: 'refused' });
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
