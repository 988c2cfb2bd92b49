import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Cluster, WatchDefinition } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import type { Audit } from '../operations/audit.ts';
import type { Operation, Subject } from '../operations/define.ts';
import type { Runs } from '../operations/run.ts';
import { createTools } from '../tools/tools.ts';
import type { Download } from '../web/download.ts';
import type { Page } from '../web/page.ts';
import type { Stream } from '../web/stream.ts';
import type { Gauge, NavigationGroup, NavigationItem, PathSubject, Plugin, PluginParts } from './define.ts';

/** A plugin and how it is: `failed` ones are shown with their problem and take nothing else down. */
interface PluginStatus {
  readonly name: string;
  readonly title: string;
  readonly state: 'on' | 'off' | 'failed';
  readonly problem?: string;
}

/** All plugins as one: what they add, and how they are. */
export interface PluginHost {
  readonly plugins: readonly PluginStatus[];
  readonly pages: readonly Page[];
  readonly streams: readonly Stream[];
  readonly downloads: readonly Download[];
  readonly answers: readonly Page[];
  readonly operations: readonly Operation[];
  readonly watches: readonly WatchDefinition[];
  /** The path of the search page, of the first plugin that brings one. */
  readonly search: string | undefined;
  /** The rail: groups of the same heading are one; a failed plugin stands in it with its problem. */
  navigation(cluster: Cluster, identity: Identity): Promise<NavigationGroup[]>;
  gauge(cluster: Cluster, identity: Identity): Promise<Gauge | undefined>;
  versionOf(cluster: Cluster): string | undefined;
  /** What the page at a path below the cluster is about, by the first plugin that knows. */
  describe(cluster: Cluster, identity: Identity, path: string): Promise<PathSubject | undefined>;
  close(): Promise<void>;
}

interface PluginHostOptions {
  plugins: readonly Plugin[];
  config: Pick<Config, 'plugins' | 'tools.helm' | 'tools.kustomize'>;
  logger: Logger;
  runs: Runs;
  audit: Audit;
}

/** Where the rail names what is about the cluster or Sluice itself. */
const clusterHeading = 'Cluster';

function sameWatch(one: WatchDefinition, other: WatchDefinition): boolean {
  return one.group === other.group && one.resource === other.resource;
}

function mergeGroups(groups: readonly NavigationGroup[]): NavigationGroup[] {
  const merged = new Map<string, { heading: string | undefined; items: NavigationItem[] }>();
  for (const group of groups) {
    const same = merged.get(group.heading ?? '');
    if (same === undefined) merged.set(group.heading ?? '', { heading: group.heading, items: [...group.items] });
    else same.items.push(...group.items);
  }
  return [...merged.values()].map(({ heading, items }) => (heading === undefined ? { items } : { heading, items }));
}

/** Sets every enabled plugin up. A plugin that throws, now or later, is logged and shown as failed. */
export function createPluginHost({ plugins, config, logger, runs, audit }: PluginHostOptions): PluginHost {
  const statuses = new Map<string, PluginStatus>();
  const running: { plugin: Plugin; parts: PluginParts }[] = [];

  function failed(plugin: Plugin, doing: string, error: unknown): void {
    const problem = `${doing} failed: ${error instanceof Error ? error.message : String(error)}`;
    if (statuses.get(plugin.name)?.problem !== problem) {
      logger.error({ err: error, plugin: plugin.name }, `The plugin ${plugin.title} has a problem: ${doing} failed.`);
    }
    statuses.set(plugin.name, { name: plugin.name, title: plugin.title, state: 'failed', problem });
  }

  function works(plugin: Plugin): void {
    statuses.set(plugin.name, { name: plugin.name, title: plugin.title, state: 'on' });
  }

  const tools = createTools(config);
  const isOn = (name: string): boolean => statuses.get(name)?.state === 'on';
  const pageOf = (subject: Subject): string | undefined => {
    return running.map(({ parts }) => parts.pageOf?.(subject)).find((path) => path !== undefined);
  };
  const watches: WatchDefinition[] = [];
  for (const plugin of plugins) {
    const own = config.plugins[plugin.name];
    if (own?.enabled === false) {
      statuses.set(plugin.name, { name: plugin.name, title: plugin.title, state: 'off' });
      continue;
    }
    try {
      const section = own?.section ?? plugin.config.parse({});
      const child = logger.child({ plugin: plugin.name });
      const parts = plugin.setup({ config: section, logger: child, runs, audit, tools, isOn, pageOf });
      const twice = parts.watches?.find((watch) => watches.some((other) => sameWatch(watch, other)));
      if (twice !== undefined) throw new Error(`${twice.resource} are watched by another plugin already`);
      watches.push(...(parts.watches ?? []));
      running.push({ plugin, parts });
      works(plugin);
    } catch (error) {
      failed(plugin, 'Setting it up', error);
    }
  }

  function failedItems(): NavigationGroup[] {
    const items = [...statuses.values()].flatMap((status): NavigationItem[] =>
      status.state === 'failed'
        ? [
            {
              path: `/${status.name}`,
              label: status.title,
              icon: 's-warning',
              disabled: status.problem ?? 'It failed.',
            },
          ]
        : [],
    );
    return items.length === 0 ? [] : [{ heading: clusterHeading, items }];
  }

  return {
    get plugins() {
      return [...statuses.values()];
    },
    pages: running.flatMap(({ parts }) => parts.pages ?? []),
    streams: running.flatMap(({ parts }) => parts.streams ?? []),
    downloads: running.flatMap(({ parts }) => parts.downloads ?? []),
    answers: running.flatMap(({ parts }) => parts.answers ?? []),
    operations: running.flatMap(({ parts }) => (parts.operations ?? []) as readonly Operation[]),
    watches,
    search: running.find(({ parts }) => parts.search !== undefined)?.parts.search,
    async navigation(cluster, identity) {
      const groups = await Promise.all(
        running.map(async ({ plugin, parts }) => {
          if (parts.navigation === undefined) return [];
          try {
            const own = await parts.navigation(cluster, identity);
            works(plugin);
            return own;
          } catch (error) {
            failed(plugin, 'Its part of the navigation', error);
            return [];
          }
        }),
      );
      return mergeGroups([...groups.flat(), ...failedItems()]);
    },
    async gauge(cluster, identity) {
      for (const { plugin, parts } of running) {
        try {
          const gauge = await parts.gauge?.(cluster, identity);
          if (gauge !== undefined) return gauge;
        } catch (error) {
          failed(plugin, 'Its gauge', error);
        }
      }
      return undefined;
    },
    versionOf(cluster) {
      const versions = running.flatMap(({ plugin, parts }) => {
        try {
          return parts.versionOf?.(cluster) ?? [];
        } catch (error) {
          failed(plugin, 'Telling its version', error);
          return [];
        }
      });
      return versions.length === 0 ? undefined : versions.join(', ');
    },
    async describe(cluster, identity, path) {
      for (const { plugin, parts } of running) {
        try {
          const subject = await parts.describe?.(cluster, identity, path);
          if (subject !== undefined) return subject;
        } catch (error) {
          failed(plugin, 'Telling what a page is about', error);
        }
      }
      return undefined;
    },
    async close() {
      for (const { plugin, parts } of running) {
        try {
          await parts.close?.();
        } catch (error) {
          failed(plugin, 'Closing it', error);
        }
      }
    },
  };
}
