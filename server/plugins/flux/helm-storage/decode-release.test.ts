import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { decodeRelease, mostUnpackedBytes } from './decode-release.ts';
import { recordedRevisions } from '../../helm/testing/recorded-revisions.ts';
import { storedConfigMap } from '../../helm/testing/stored.ts';

function secretHolding(release: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sh.helm.release.v1.web.v1', namespace: 'shop', uid: '', resourceVersion: '' },
    data: { release: Buffer.from(release).toString('base64') },
  };
}

test('reads what helm-controller has stored', async () => {
  const [failed, rolledBack] = await Promise.all(recordedRevisions.map((object) => decodeRelease(object)));
  expect(failed).toMatchObject({
    name: 'upgrade-fails',
    namespace: 'sc',
    revision: 4,
    status: 'failed',
    chart: { name: 'hello', version: '1.1.0', appVersion: '1.0' },
    values: { image: 'docker.io/lab/none:9' },
    hooks: [],
    notes: '',
  });
  expect(rolledBack).toMatchObject({
    revision: 5,
    status: 'deployed',
    description: 'Rollback to 3',
    values: {},
    lastDeployed: '2026-11-21T06:08:31.544736015Z',
  });
  expect(rolledBack?.manifest).toContain('progressDeadlineSeconds: 20');
  expect(rolledBack?.chart.defaults).toEqual({ greeting: 'hi', image: 'docker.io/lab/pause:1', replicas: 1 });
});

test('reads ConfigMaps, and releases that are not packed', async () => {
  const configMap = storedConfigMap({ revision: 2 }) as unknown as KubeObject;
  expect(await decodeRelease(configMap)).toMatchObject({ name: 'web', revision: 2 });
  const plain = Buffer.from(JSON.stringify({ name: 'web', version: 1 })).toString('base64');
  expect(await decodeRelease(secretHolding(plain))).toMatchObject({ name: 'web', revision: 1, status: 'unknown' });
});

test.each([
  ['nothing of Helm', 'hello there'],
  ['a torn archive', gzipSync('{"name":"web","version":1}').subarray(0, 20).toString('base64')],
  ['JSON of something else', gzipSync('{"kind":"Pod"}').toString('base64')],
  ['no JSON', gzipSync('release').toString('base64')],
])('names what is damaged: %s', async (_what, release) => {
  await expect(decodeRelease(secretHolding(release))).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('The Secret shop/sh.helm.release.v1.web.v1 is damaged') as string,
  });
});

test('an archive that unpacks to more than the bound is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(mostUnpackedBytes + 1, 'a')).toString('base64');
  await expect(decodeRelease(secretHolding(bomb))).rejects.toMatchObject({ kind: 'too_large' });
});
