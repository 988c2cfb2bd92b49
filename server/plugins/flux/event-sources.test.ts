import { expect, test } from 'vitest';
import { eventSourceRows } from './event-sources.ts';
import { fluxObject } from './testing/situations.ts';
import { surroundingsOf } from './testing/surroundings.ts';

const healthy = [['Ready', 'True', 'Succeeded', 'done', '2026-03-02T08:00:00Z']] as const;
const broken = [['Ready', 'False', 'BuildFailed', 'no', '2026-03-02T08:00:00Z']] as const;
const objects = [
  fluxObject('Kustomization', 'a', { conditions: [...healthy], metadata: { labels: { tier: 'core' } } }),
  fluxObject('Kustomization', 'b', { conditions: [...broken] }),
  fluxObject('GitRepository', 'fleet', { conditions: [...healthy] }),
];

function rows(eventSources: readonly unknown[], hidden: readonly string[] = []) {
  const alert = fluxObject('Alert', 'all', { spec: { eventSources, providerRef: { name: 'chat' } } });
  return eventSourceRows(alert, 'eventSources', surroundingsOf({ objects, hidden }));
}

test('a star means every object of the kind in the namespace, counted', () => {
  expect(rows([{ kind: 'Kustomization', name: '*' }])).toEqual([
    {
      text: 'every Kustomization in shop',
      list: { group: 'kustomize.toolkit.fluxcd.io', kind: 'Kustomization', query: { namespace: 'shop' } },
      state: 'failing',
      how: '2 objects, 1 failing',
    },
  ]);
});

test('labels narrow a star; what fits nothing is worth a warning', () => {
  expect(rows([{ kind: 'Kustomization', name: '*', matchLabels: { tier: 'core' } }])).toMatchObject([
    { how: '1 object', state: 'ready', list: { query: { namespace: 'shop', label: 'tier=core' } } },
  ]);
  expect(rows([{ kind: 'Kustomization', name: '*', namespace: 'media' }])).toMatchObject([
    { text: 'every Kustomization in media', how: 'none', state: 'warning' },
  ]);
});

test('a name is the object, missing or hidden', () => {
  const named = [
    { kind: 'GitRepository', name: 'fleet' },
    { kind: 'GitRepository', name: 'gone' },
    { kind: 'Bucket', name: 'any' },
  ];
  expect(rows(named, ['Bucket'])).toMatchObject([
    { reference: { group: 'source.toolkit.fluxcd.io', name: 'fleet', namespace: 'shop' } },
    { reference: { name: 'gone' }, state: 'failing' },
    { reference: { name: 'any' }, state: 'forbidden' },
  ]);
  expect(rows([{ kind: 'Kustomization', name: '*' }], ['Kustomization'])).toMatchObject([{ state: 'forbidden' }]);
});

test('entries without a name or a kind are left out', () => {
  expect(rows([{ kind: 'Kustomization' }, { name: '*' }, null, 'x'])).toEqual([]);
});
