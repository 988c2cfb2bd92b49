import { expect, test } from 'vitest';
import { SluiceError } from '../../../errors.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import { kustomization } from '../kinds/kustomization.ts';
import { fluxWatches } from '../watches.ts';
import { nobodyToAsk, patchableIn } from './patchable.ts';
import { rowActions } from './row-actions.ts';

const ada = { name: 'ada', groups: [] };
const shop = { namespace: 'apps', name: 'shop', state: 'ready', hasSource: true, never: undefined } as const;

function clusterThat(throws: Error) {
  const cluster = fakeCluster({ watches: fluxWatches });
  cluster.access.scope = () => Promise.reject(throws);
  return cluster;
}

test('while the API server is away every button says so, and none says that a right is missing', async () => {
  const cluster = clusterThat(new SluiceError('unreachable', 'gone'));
  const patchable = await patchableIn(cluster, ada, kustomization, ['apps']);
  const { quick, menu } = rowActions(kustomization, shop, patchable, (path) => path, '/');
  expect(quick).toEqual([]);
  expect(menu.map(({ denied }) => denied)).toEqual([nobodyToAsk, nobodyToAsk, nobodyToAsk]);
});

test('another failure is told', async () => {
  const cluster = clusterThat(new SluiceError('forbidden', 'Sluice may not act as ada.'));
  await expect(patchableIn(cluster, ada, kustomization, ['apps'])).rejects.toMatchObject({ kind: 'forbidden' });
});
