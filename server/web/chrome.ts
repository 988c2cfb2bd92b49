import { withFullStop } from '../full-stop.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import { identityKey } from '../kube/identity.ts';
import type { Gauge, NavigationGroup } from '../plugins/define.ts';
import type { Services } from '../services.ts';
import type { Link } from './links.ts';
import { linkFor } from './links.ts';
import type { Part } from './page.ts';
import { clockText } from './relative-time.ts';

interface RailItem {
  href: string;
  label: string;
  icon: string;
  count: number | undefined;
  failing: number | undefined;
  disabled: string | undefined;
  current: boolean;
}

/** What the rail shows besides the brand. */
interface RailModel {
  cluster: { name: string; versions: string };
  clusters: { name: string; server: string; href: string; current: boolean }[];
  groups: { heading: string | undefined; items: RailItem[] }[];
  /** `level` is the share that is ready, in per cent of the gauge's height; `above` is the rest. */
  gauge: (Gauge & { level: number; above: number }) | undefined;
}

interface Notice {
  state: 'info' | 'warning' | 'failing';
  strong: string;
  text: string;
  since: string | undefined;
}

/** What concerns every page. `asOf`: since when nothing new has come from the API server. */
interface NoticesModel {
  reachable: 'yes' | 'no';
  asOf: string | undefined;
  items: Notice[];
}

/** The living parts around a page's content, by element id. */
type ChromeParts = { 'rail-live': Part; notices: Part };

export interface Chrome {
  /** The parts around a page whose rail entry is `current`. */
  parts(cluster: Cluster, identity: Identity, current: string | undefined): Promise<ChromeParts>;
  /** The first rail entry that leads anywhere: where the root goes to when no page is there. */
  home(cluster: Cluster, identity: Identity): Promise<string | undefined>;
}

interface Known {
  groups: NavigationGroup[];
  gauge: Gauge | undefined;
}

interface Kept {
  known: Promise<Known>;
  since: number;
  dirty: boolean;
}

/** Rights are asked again after this time, even when nothing has changed. */
const keptMilliseconds = 30_000;
/** While changes keep coming, what is around the page is counted no more often than this. */
const restMilliseconds = 200;

/** Counts what the rail shows once per cluster and identity, again only after something has changed. */
export function createChrome(services: Services): Chrome {
  const { clusters, plugins, config } = services;
  const kept = new Map<string, Kept>();
  for (const cluster of clusters.list()) {
    cluster.onChange(() => {
      for (const [key, entry] of kept) if (key.startsWith(`${cluster.name} `)) entry.dirty = true;
    });
  }

  async function count(cluster: Cluster, identity: Identity): Promise<Known> {
    const [groups, gauge] = await Promise.all([
      plugins.navigation(cluster, identity),
      plugins.gauge(cluster, identity),
    ]);
    return { groups, gauge };
  }

  async function known(cluster: Cluster, identity: Identity): Promise<Known> {
    const key = `${cluster.name} ${identityKey(identity)}`;
    const now = performance.now();
    const entry = kept.get(key);
    const old = entry === undefined ? Infinity : now - entry.since;
    if (entry !== undefined && old < keptMilliseconds && (!entry.dirty || old < restMilliseconds)) return entry.known;
    const fresh: Kept = { known: count(cluster, identity), since: now, dirty: false };
    kept.set(key, fresh);
    fresh.known.catch(() => {
      if (kept.get(key) === fresh) kept.delete(key);
    });
    for (const [other, { since }] of kept) if (now - since > 2 * keptMilliseconds) kept.delete(other);
    return fresh.known;
  }

  function rail(cluster: Cluster, { groups, gauge }: Known, current: string | undefined, link: Link): RailModel {
    const level = gauge === undefined || gauge.total === 0 ? 100 : Math.round((gauge.ready / gauge.total) * 1000) / 10;
    return {
      cluster: { name: cluster.name, versions: versionsOf(cluster, plugins.versionOf(cluster)) },
      clusters: clusters.list().map((other) => ({
        name: other.name,
        server: other.client.server,
        href: linkFor(other, clusters, config.basePath)('/'),
        current: other === cluster,
      })),
      groups: groups.map(({ heading, items }) => ({
        heading,
        items: items.map((item) => ({
          href: link(item.path),
          label: item.label,
          icon: item.icon,
          count: item.count,
          failing: item.failing,
          disabled: item.disabled,
          current: item.path === current,
        })),
      })),
      gauge: gauge && { ...gauge, level, above: Math.round((100 - level) * 10) / 10 },
    };
  }

  function notices(cluster: Cluster): NoticesModel {
    const items: Notice[] = [];
    const { reachable, note } = cluster;
    if (!reachable.ok) {
      const strong = `Not live since ${clockText(reachable.since)}.`;
      const text = `${reachable.problem} What you see is what was last known. Sluice keeps trying.`;
      items.push({ state: 'warning', strong, text, since: reachable.since.toISOString() });
    }
    for (const plugin of plugins.plugins) {
      if (plugin.state !== 'failed') continue;
      const text = `${withFullStop(plugin.problem ?? 'It failed')} The rest works without it.`;
      items.push({ state: 'warning', strong: `The plugin ${plugin.title} has a problem.`, text, since: undefined });
    }
    if (note !== undefined) items.push({ state: 'info', strong: note, text: '', since: undefined });
    return {
      reachable: reachable.ok ? 'yes' : 'no',
      asOf: reachable.ok ? undefined : reachable.since.toISOString(),
      items,
    };
  }

  return {
    async parts(cluster, identity, current) {
      const link = linkFor(cluster, clusters, config.basePath);
      const model = rail(cluster, await known(cluster, identity), current, link);
      return {
        'rail-live': { template: 'layout/rail.njk', model },
        notices: { template: 'layout/notices.njk', model: notices(cluster) },
      };
    },
    async home(cluster, identity) {
      const { groups } = await known(cluster, identity);
      return groups.flatMap((group) => group.items).find((item) => item.disabled === undefined)?.path;
    },
  };
}

function versionsOf(cluster: Cluster, plugins: string | undefined): string {
  const kubernetes =
    cluster.version === undefined ? 'not connected yet' : `Kubernetes ${shortVersion(cluster.version)}`;
  return plugins === undefined ? kubernetes : `${kubernetes}, ${plugins}`;
}

/** `v1.36.3+k3s1` → `1.36`. */
function shortVersion(version: string): string {
  return /^v?(\d+\.\d+)/.exec(version)?.[1] ?? version;
}
