import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Cluster, WatchDefinition } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import type { AccessRule } from '../errors.ts';
import type { Operation, Subject } from '../operations/define.ts';
import type { Runs } from '../operations/run.ts';
import type { Audit } from '../operations/audit.ts';
import type { Tools } from '../tools/tools.ts';
import type { Download } from '../web/download.ts';
import type { Page } from '../web/page.ts';
import type { Stream } from '../web/stream.ts';

/** All a plugin may reach of the core. */
interface PluginContext<Config> {
  config: Config;
  logger: Logger;
  runs: Runs;
  audit: Audit;
  tools: Tools;
  /** Whether another plugin serves its pages: neither switched off nor failed. Known once all are set up. */
  isOn(plugin: string): boolean;
  /** The path of an object's page, of the first plugin that has one. Known once all are set up. */
  pageOf(subject: Subject): string | undefined;
}

/** One entry of the rail. */
export interface NavigationItem {
  /** Path below the cluster: `/flux/kustomizations`. */
  path: string;
  label: string;
  /** Symbol id of public/icons.svg: `k-kustomization`. */
  icon: string;
  count?: number;
  /** How many of `count` fail; shown with the failing mark. */
  failing?: number;
  /** Why it leads nowhere now (absent, forbidden), in words. */
  disabled?: string;
}

export interface NavigationGroup {
  /** Undefined: stands at the top without heading. */
  heading?: string;
  items: NavigationItem[];
}

/** The share of ready objects, for the rail's gauge and foot. */
export interface Gauge {
  ready: number;
  total: number;
  /** Objects that report no status; not part of total. */
  silent: number;
}

/** What a page is about, as it is now. Texts are empty where there is nothing to say. */
export interface PathSubject {
  label: string;
  /** Symbol id of public/icons.svg. */
  icon: string;
  /** A `data-state` of the style sheet. */
  state: string;
  /** Why the path leads nowhere, in words. */
  problem: string;
}

/** What a plugin adds. Everything is optional. */
export interface PluginParts {
  watches?: readonly WatchDefinition[];
  pages?: readonly Page[];
  /** What open pages may follow as it comes. */
  streams?: readonly Stream[];
  /** Files that are made when they are asked for. */
  downloads?: readonly Download[];
  /** Pages that answer a form (POST), made once: kept by nobody and never live. */
  answers?: readonly Page[];
  operations?: readonly Operation<never, unknown>[];
  /** Rights Sluice's own service account needs for this plugin, for the chart and for messages. */
  rights?: readonly AccessRule[];
  /**
   * Path of the page that searches everything, below the cluster: `/flux/search`. The box in the bar leads there with `q`,
   * and shows what `<path>/palette` answers while one types. Without a plugin that brings one there is no box.
   */
  search?: string;
  navigation?(cluster: Cluster, identity: Identity): Promise<NavigationGroup[]>;
  gauge?(cluster: Cluster, identity: Identity): Promise<Gauge | undefined>;
  /** Words under the cluster's name: `Flux 2.9`. */
  versionOf?(cluster: Cluster): string | undefined;
  /** The path below the cluster of an object's page; undefined where the plugin has none for it. */
  pageOf?(subject: Subject): string | undefined;
  /** The object whose page a path below the cluster is; undefined for other pages. Must cost the API server nothing. */
  describe?(cluster: Cluster, identity: Identity, path: string): Promise<PathSubject | undefined>;
  close?(): Promise<void>;
}

export interface Plugin<Config = unknown> {
  /** One word, the key of its configuration: `flux`. */
  name: string;
  title: string;
  /** Its section of the configuration file. */
  config: z.ZodType<Config>;
  setup(context: PluginContext<Config>): PluginParts;
}

/** Gives a plugin its types. */
export function definePlugin<Config>(plugin: Plugin<Config>): Plugin<Config> {
  return plugin;
}
