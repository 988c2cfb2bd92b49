import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { fakeCluster } from '../../../../testing/fake-cluster.ts';
import { fluxWatches } from '../../watches.ts';
import { artifactOf } from '../testing/artifact-of.ts';
import { fetchArtifact } from './fetch-artifact.ts';

type Told = (error: null, addresses: { address: string; family: number }[]) => void;

const names = vi.hoisted(() => ({ address: '', family: 4 }));
vi.mock('node:dns', () => ({ lookup: (_name: string, _options: object, told: Told) => told(null, [names]) }));

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
    Object.assign(names, { address: '127.0.0.1', family: 4 });
    expect(await from('artifacts.example')).toEqual(archive);
    for (const [address, family] of [
      ['169.254.169.254', 4],
      ['fe80::1', 6],
      ['::ffff:169.254.169.254', 6],
    ] as const) {
      Object.assign(names, { address, family });
      await expect(from(`own-${family}-${address.length}.example`)).rejects.toMatchObject({ kind: 'refused' });
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
