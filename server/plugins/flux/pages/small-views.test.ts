import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { conditionViews } from './condition-view.ts';
import { intervalView } from './interval.ts';
import { nearNames } from './near-names.ts';
import { webUrl } from './row-view.ts';
import { enumerate, rightInWords } from './words.ts';
import { yamlView } from './yaml-view.ts';

const now = new Date('2026-01-02T03:10:00Z');
const summary = {
  state: 'ready',
  intervalSeconds: 600,
  reconciledAt: '2026-01-02T03:05:00Z',
  overdueAt: undefined,
} as const;

test('the gauge has a level only where the next work is known for certain', () => {
  expect(intervalView(summary, now)).toMatchObject({ gauge: 'none', every: '10 min' });
  expect(intervalView({ ...summary, overdueAt: '2026-01-02T03:21:00Z' }, now)).toMatchObject({ gauge: 'water' });
  const late = { ...summary, overdueAt: '2026-01-02T03:09:00Z' };
  expect(intervalView(late, now)).toMatchObject({ gauge: 'over', word: 'overdue' });
  expect(intervalView({ ...late, state: 'suspended' }, now)).toMatchObject({ gauge: 'still', word: 'held' });
});

test('near names are near, few, and none for a short or a long search', () => {
  const names = ['ledger', 'ledger-jobs', 'lodger', 'storefront'];
  expect(nearNames('ledgr', names)).toEqual(['ledger']);
  expect(nearNames('lodgr', names)).toEqual(['lodger']);
  expect(nearNames('le', names)).toEqual([]);
  expect(nearNames('two words', names)).toEqual([]);
});

test('a condition that is True is not always good news', () => {
  const object = {
    metadata: { name: 'x', generation: 3 },
    status: {
      conditions: [
        { type: 'Stalled', status: 'False', message: 'no' },
        { type: 'FetchFailed', status: 'True', reason: 'GitOperationFailed', message: 'https://u:pw@git.example.com' },
        { type: 'Ready', status: 'False', observedGeneration: 2, message: 'old' },
      ],
    },
  } as unknown as KubeObject;
  const views = conditionViews(object, 'failing');
  expect(views.map(({ word, state }) => [word, state])).toEqual([
    ['Ready: no', 'failing'],
    ['FetchFailed: yes', 'failing'],
    ['Stalled: no', 'none'],
  ]);
  expect(views[0]?.message).toContain('generation 2');
  expect(views[1]?.message).not.toContain('pw');
});

test('only web addresses are opened as pages', () => {
  expect(webUrl('https://git.example.com/a')).toBe('https://git.example.com/a');
  for (const text of ['javascript:alert(1)', 'ssh://git@x/y', 'oci://r/x', 'https://a b', undefined])
    expect(webUrl(text)).toBeUndefined();
});

test('rights and lists read as words', () => {
  const rule = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' };
  expect(rightInWords(rule)).toBe('patch on deployments.apps in namespace shop');
  expect(rightInWords({ verb: 'get', group: '', resource: 'pods', subresource: 'log' })).toBe(
    'get on pods/log in every namespace',
  );
  expect(enumerate(['a', 'b', 'c'])).toBe('a, b and c');
});

test('highlighted YAML is escaped', () => {
  const { html } = yamlView('key: <b>"x"</b>\n');
  expect(html).toContain('hljs-attr');
  expect(html).not.toContain('<b>');
});
