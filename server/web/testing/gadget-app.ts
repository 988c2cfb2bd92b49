import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { loadConfig } from '../../config.ts';
import { SluiceError } from '../../errors.ts';
import type { WatchDefinition } from '../../kube/cluster.ts';
import { getVisible, visible } from '../../kube/visible.ts';
import { createLogger } from '../../logger.ts';
import { serveServices } from '../../main.ts';
import { defineOperation } from '../../operations/define.ts';
import type { Operation } from '../../operations/define.ts';
import { definePlugin } from '../../plugins/define.ts';
import { createServices } from '../../services.ts';
import type { RunningServices } from '../../services.ts';
import type { FakeCluster, FakeClusterOptions, PartialObject } from '../../testing/fake-cluster.ts';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import { definePage } from '../page.ts';
import { webOf } from '../web.ts';

/** A made-up resource, small enough to see the core at work: a gadget is in a state and says some words. */
export const gadgets = { group: 'gadgets.example', resource: 'gadgets' };

interface GadgetSummary {
  state: string;
  words: string;
}

const gadgetWatch: WatchDefinition<GadgetSummary> = {
  ...gadgets,
  kind: 'Gadget',
  namespaced: true,
  versions: ['v1'],
  summarize: (object) => ({
    state: textOf(object.status?.['state']) || 'none',
    words: textOf(object.spec?.['words']),
  }),
};

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function gadget(name: string, state: string, words = ''): PartialObject {
  return {
    apiVersion: 'gadgets.example/v1',
    kind: 'Gadget',
    metadata: { name, namespace: 'a' },
    spec: { words },
    status: { state },
  };
}

/** How often the list was loaded: rooms and caches are judged by it. */
interface Loads {
  list: number;
}

function gadgetPlugin(loads: Loads) {
  const listPage = definePage({
    path: '/gadgets',
    async load({ cluster, identity, query }) {
      loads.list += 1;
      const q = query.get('q') ?? '';
      const seen = await visible<GadgetSummary>(cluster, gadgets, identity);
      const entries = [...seen.entries]
        .filter((entry) => entry.key.includes(q))
        .toSorted((one, other) => (one.summary.words + one.key < other.summary.words + other.key ? -1 : 1));
      return {
        title: 'Gadgets',
        template: 'gadgets.njk',
        model: { q },
        parts: {
          'gadget-counts': {
            template: 'gadget-counts.njk',
            model: {
              total: entries.length,
              hidden: seen.problems.map((problem) => problem.message).join(' '),
              segments: [
                {
                  state: 'failing',
                  count: entries.filter((entry) => entry.summary.state === 'failing').length,
                  word: 'failing',
                  href: '/gadgets?status=failing',
                },
                {
                  state: 'ready',
                  count: entries.filter((entry) => entry.summary.state === 'ready').length,
                  word: 'ready',
                  href: '/gadgets?status=ready',
                },
              ],
            },
          },
        },
        lists: {
          gadgets: {
            template: 'gadget-row.njk',
            rows: entries.map((entry) => ({
              id: `gadget-${entry.object.metadata.name}`,
              model: { id: `gadget-${entry.object.metadata.name}`, name: entry.key, ...entry.summary },
            })),
          },
        },
        topics: [{ type: 'resource', resource: gadgets }],
        current: '/gadgets',
        breadcrumb: [{ label: 'Gadgets' }],
      };
    },
  });
  const detailPage = definePage({
    path: '/gadgets/:namespace/:name',
    async load({ cluster, identity, params }) {
      const { namespace = '', name = '' } = params;
      const { summary } = await getVisible<GadgetSummary>(cluster, gadgets, identity, namespace, name);
      return {
        title: name,
        template: 'gadget.njk',
        model: { name },
        parts: { 'gadget-body': { template: 'gadget-body.njk', model: { words: summary.words } } },
        lists: {},
        topics: [{ type: 'resource', resource: gadgets, namespace, name }],
        current: '/gadgets',
        breadcrumb: [{ label: 'Gadgets', href: '/gadgets' }, { label: name }],
      };
    },
  });
  const brokenPage = definePage({
    path: '/broken',
    async load() {
      throw new Error('connect ECONNREFUSED 10.1.2.3 with token s3cr3t');
    },
  });
  const deniedPage = definePage({
    path: '/denied',
    async load() {
      throw new SluiceError('forbidden', 'You may not list gadgets.', {
        missing: [{ verb: 'list', ...gadgets, namespace: 'a' }],
      });
    },
  });
  const turn = defineOperation({
    name: 'gadget.turn',
    summary: 'Turns a gadget',
    type: 'action',
    http: { method: 'POST', path: '/gadgets/:namespace/:name/turn' },
    input: z.object({ plural: z.string().optional(), namespace: z.string(), name: z.string() }),
    output: z.object({ message: z.string() }),
    needs: () => [],
    subject: ({ namespace, name }) => ({ ...gadgets, kind: 'Gadget', namespace, name }),
    check: ({ name }) => {
      if (name === 'stuck') throw new SluiceError('refused', 'The gadget is stuck.', { wayOut: 'Oil it.' });
    },
    timeoutMilliseconds: 1000,
    run: async () => ({ message: 'It turned.' }),
  });
  return definePlugin({
    name: 'gadgets',
    title: 'Gadgets',
    config: z.strictObject({}),
    setup: () => ({
      watches: [gadgetWatch],
      pages: [detailPage, listPage, brokenPage, deniedPage],
      operations: [turn as Operation<never, unknown>],
      async navigation(cluster, identity) {
        const entries = [...(await visible<GadgetSummary>(cluster, gadgets, identity)).entries];
        const failing = entries.filter((entry) => entry.summary.state === 'failing').length;
        return [
          {
            heading: 'Things',
            items: [
              { path: '/gadgets', label: 'Gadgets', icon: 'k-config', count: entries.length, failing },
              { path: '/gizmos', label: 'Gizmos', icon: 'k-config', disabled: 'The cluster does not serve Gizmos.' },
            ],
          },
        ];
      },
      async gauge(cluster) {
        const collection = cluster.collection<GadgetSummary>(gadgets);
        const ready = [...collection.entries()].filter((entry) => entry.summary.state === 'ready').length;
        return { ready, total: collection.size, silent: 0 };
      },
      versionOf: () => 'Gadgets 2',
    }),
  });
}

interface GadgetApp {
  url: string;
  clusters: FakeCluster[];
  cluster: FakeCluster;
  services: RunningServices;
  loads: Loads;
  close(): Promise<void>;
}

/** The whole server over fake clusters full of gadgets, on a free port of this machine. */
export async function startGadgetApp(
  options: {
    config?: Partial<Config>;
    cluster?: Omit<FakeClusterOptions, 'watches'>;
    others?: readonly string[];
  } = {},
): Promise<GadgetApp> {
  const loads: Loads = { list: 0 };
  const plugin = gadgetPlugin(loads);
  const flags = { port: ['0'], 'log-level': ['silent'] };
  const loaded = loadConfig({ flags, environment: {}, directory: `${tmpdir()}/nothing-here`, plugins: [plugin] });
  const config = { ...loaded.config, ...options.config };
  const clusters: FakeCluster[] = [];
  const services = await createServices({
    config,
    logger: createLogger(config),
    plugins: [plugin],
    async connect(watches) {
      clusters.push(fakeCluster({ ...options.cluster, watches }));
      for (const name of options.others ?? []) clusters.push(fakeCluster({ name, watches }));
      return clusters;
    },
  });
  webOf(services, [fileURLToPath(new URL('templates', import.meta.url))]);
  const served = await serveServices(services);
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error('No cluster was made.');
  return { url: served.url.replace(/\/$/, ''), clusters, cluster, services, loads, close: () => served.close() };
}
