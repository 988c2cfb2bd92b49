import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import type { Panel } from '../kind.ts';
import { fluxObject } from '../testing/situations.ts';
import { entryOf, surroundingsOf } from '../testing/surroundings.ts';
import { kustomizationPanels } from './kustomization-panels.ts';

async function panelsOf(object: KubeObject, around = surroundingsOf()): Promise<Record<string, Panel>> {
  const panels = await kustomizationPanels(entryOf(object), around);
  return Object.fromEntries(panels.map((panel) => [panel.id, panel]));
}

function dependent(name: string, ...on: string[]): KubeObject {
  return fluxObject('Kustomization', name, { spec: { dependsOn: on.map((each) => ({ name: each })) } });
}

test('a plain one has no panels', async () => {
  expect(await panelsOf(fluxObject('Kustomization', 'a'))).toEqual({});
});

test('its order is told over all steps, both ways', async () => {
  const all = [
    dependent('crds'),
    dependent('infra', 'crds'),
    dependent('apps', 'infra', 'gone'),
    dependent('web', 'apps'),
    dependent('tests', 'web', 'apps'),
  ];
  const apps = all[2] ?? dependent('apps');
  const { chain } = await panelsOf(apps, surroundingsOf({ objects: all }));
  expect(chain?.rows?.map(({ reference, how, what }) => [reference?.name, how, what])).toEqual([
    ['crds', '2 steps before', undefined],
    ['gone', 'before it', 'It does not exist.'],
    ['infra', 'before it', undefined],
    ['apps', 'this one', ''],
    ['web', 'after it', undefined],
    ['tests', 'after it', undefined],
  ]);
});

test('a circle of dependencies is told and ends', async () => {
  const all = [dependent('a', 'b'), dependent('b', 'a')];
  const { chain } = await panelsOf(all[0] ?? dependent('a'), surroundingsOf({ objects: all }));
  expect(chain?.says?.sentence).toContain('in a circle');
});

test('what its patches, images and ignore rules do is said in words, credentials masked', async () => {
  const { changes } = await panelsOf(
    fluxObject('Kustomization', 'a', {
      spec: {
        images: [
          { name: 'app', newName: 'mirror/app', newTag: '2' },
          { name: 'db', digest: 'sha256:aa' },
        ],
        patches: [
          {
            patch: '- op: add\n  path: /x\n  value: ghp_aaaaaaaaaaaaaaaaaaaa\n',
            target: { kind: 'Deployment', labelSelector: 'app=web' },
          },
          { patch: 'kind: Service\n' },
        ],
        namePrefix: 'eu-',
        commonMetadata: { labels: { team: 'shop' } },
        ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }],
      },
    }),
  );
  expect(changes?.rows).toEqual([
    { text: 'app', how: 'is taken from mirror/app, has the tag 2' },
    { text: 'db', how: 'has the digest sha256:aa' },
  ]);
  expect(changes?.blocks).toEqual([
    { label: 'Patch of Deployment with the label app=web', text: '- op: add\n  path: /x\n  value: ***\n' },
    { label: 'Patch of what it names itself', text: 'kind: Service\n' },
  ]);
  expect(changes?.facts?.map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'Before each name: eu-',
    'Label on everything: team: shop',
    'Leaves alone: /spec/replicas of Deployment',
  ]);
});

test('each build it remembers is a line', async () => {
  const { history } = await panelsOf(
    fluxObject('Kustomization', 'a', {
      status: {
        history: [
          {
            digest: 'sha256:aa',
            lastReconciled: '2026-03-02T08:00:00Z',
            lastReconciledDuration: '2.5s',
            lastReconciledStatus: 'HealthCheckFailed',
            metadata: { revision: 'main@sha1:4f1a5b1051b469108d1bdf0ebec6c814427e3834' },
            totalReconciliations: 3,
          },
          {
            lastReconciledStatus: 'ReconciliationSucceeded',
            lastReconciledDuration: '310.1ms',
            totalReconciliations: 1,
          },
        ],
      },
    }),
  );
  expect(history?.rows).toMatchObject([
    {
      text: 'main@4f1a5b1',
      state: 'failing',
      how: 'HealthCheckFailed, 3 times, last took 3 s',
      since: '2026-03-02T08:00:00Z',
    },
    { state: 'ready', how: 'once, last took less than 1 s' },
  ]);
});

test('its health checks are told as they stand', async () => {
  const checks = ['web', 'gone', 'secret'].map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name }));
  const flux = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', name: 'absent' };
  const object = fluxObject('Kustomization', 'a', {
    spec: {
      healthChecks: [...checks, flux],
      healthCheckExprs: [{ apiVersion: 'x/v1', kind: 'Thing', current: 'status.ok', failed: 'status.bad' }],
    },
  });
  const around = surroundingsOf();
  const seen = {
    ...around,
    read: async () => [
      { object: fluxObject('Deployment', 'web', { spec: { replicas: 1 }, status: { replicas: 0 } }), hidden: false },
      { object: undefined, hidden: false },
      { object: undefined, hidden: true },
    ],
  };
  const panels = await panelsOf(object, seen);
  const rows = panels['health-checks']?.rows?.map(({ reference, state, what }) => [reference?.name, state, what]);
  expect(rows?.slice(1, 3)).toEqual([
    ['gone', 'failing', 'It does not exist.'],
    ['secret', 'forbidden', 'You may not see it.'],
  ]);
  expect(rows?.[3]?.[0]).toBe('absent');
  expect(panels['health-checks']?.facts?.map(({ label, value }) => [label, value])).toEqual([
    ['Thing is healthy if', 'status.ok'],
    ['Thing is failed if', 'status.bad'],
  ]);
});
