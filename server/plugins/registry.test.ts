import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createAudit } from '../operations/audit-in-memory.ts';
import { createRuns } from '../operations/runs-in-memory.ts';
import { fakeCluster } from '../testing/fake-cluster.ts';
import { definePlugin } from './define.ts';
import type { Plugin } from './define.ts';
import { createPluginHost } from './registry.ts';

const logger = pino({ level: 'silent' });
const ada = { name: 'ada', groups: [] };

function plugin(name: string, parts: Plugin['setup']): Plugin {
  return definePlugin({ name, title: name.toUpperCase(), config: z.strictObject({}), setup: parts });
}

function host(plugins: readonly Plugin[], config: Record<string, { enabled: boolean; section: unknown }> = {}) {
  return createPluginHost({
    plugins,
    config: { plugins: config, 'tools.helm': undefined, 'tools.kustomize': undefined },
    logger,
    runs: createRuns(),
    audit: createAudit({ logger }),
  });
}

const item = (label: string) => ({ path: `/${label}`, label, icon: 'i-audit' });

test('a plugin that cannot be set up takes nothing else down and stands in the rail with its problem', async () => {
  const { plugins, navigation } = host([
    plugin('bad', () => {
      throw new Error('no disk');
    }),
    plugin('good', () => ({ navigation: async () => [{ heading: 'Cluster', items: [item('good')] }] })),
  ]);
  expect(plugins).toEqual([
    { name: 'bad', title: 'BAD', state: 'failed', problem: 'Setting it up failed: no disk' },
    { name: 'good', title: 'GOOD', state: 'on' },
  ]);
  expect(await navigation(fakeCluster({ watches: [] }), ada)).toEqual([
    {
      heading: 'Cluster',
      items: [
        item('good'),
        { path: '/bad', label: 'BAD', icon: 's-warning', disabled: 'Setting it up failed: no disk' },
      ],
    },
  ]);
});

test('a plugin that is off is not set up', () => {
  const off = plugin('off', () => {
    throw new Error('It was set up.');
  });
  expect(host([off], { off: { enabled: false, section: {} } }).plugins).toMatchObject([{ state: 'off' }]);
});

test('a plugin whose navigation fails is shown as failed for as long as it does', async () => {
  let broken = true;
  const own = host([
    plugin('shaky', () => ({
      async navigation() {
        if (broken) throw new Error('not now');
        return [{ items: [item('shaky')] }];
      },
      gauge() {
        throw new Error('no gauge');
      },
    })),
  ]);
  const cluster = fakeCluster({ watches: [] });
  expect((await own.navigation(cluster, ada))[0]?.items[0]?.disabled).toBe(
    'Its part of the navigation failed: not now',
  );
  expect(own.plugins[0]?.state).toBe('failed');
  broken = false;
  expect(await own.navigation(cluster, ada)).toEqual([{ items: [item('shaky')] }]);
  expect(own.plugins[0]?.state).toBe('on');
  expect(await own.gauge(cluster, ada)).toBeUndefined();
});

test('the first plugin that knows says where the search and the page of an object are', () => {
  const subject = { group: 'g', resource: 'things', kind: 'Thing', namespace: 'a', name: 'one' };
  let asked: (() => string | undefined) | undefined;
  const own = host([
    plugin('asks', ({ pageOf }) => {
      asked = () => pageOf(subject);
      return {};
    }),
    plugin('other', () => ({ pageOf: () => undefined })),
    plugin('knows', () => ({ search: '/knows/search', pageOf: ({ name }) => `/knows/${name}` })),
  ]);
  expect(own.search).toBe('/knows/search');
  expect(asked?.()).toBe('/knows/one');
  expect(host([]).search).toBeUndefined();
});

test('groups of the same heading are one, in the order of the plugins', async () => {
  const own = host([
    plugin('a', () => ({
      navigation: async () => [{ items: [item('a')] }, { heading: 'Cluster', items: [item('a2')] }],
    })),
    plugin('b', () => ({
      navigation: async () => [{ heading: 'Cluster', items: [item('b')] }],
      versionOf: () => 'B 1',
    })),
  ]);
  const cluster = fakeCluster({ watches: [] });
  expect(await own.navigation(cluster, ada)).toEqual([
    { items: [item('a')] },
    { heading: 'Cluster', items: [item('a2'), item('b')] },
  ]);
  expect(own.versionOf(cluster)).toBe('B 1');
});

test('two plugins that watch the same resource: the second one fails', () => {
  const watches = [
    { group: '', resource: 'pods', kind: 'Pod', namespaced: true, versions: ['v1'], summarize: () => undefined },
  ];
  const own = host([plugin('a', () => ({ watches })), plugin('b', () => ({ watches }))]);
  expect(own.plugins.map((status) => status.state)).toEqual(['on', 'failed']);
  expect(own.watches).toHaveLength(1);
});
