import type { Cluster } from '../kube/cluster.ts';
import type { Clusters } from '../services.ts';

/** Makes a link of a path below a cluster. */
export type Link = (path: string, query?: Readonly<Record<string, string | undefined>>) => string;

/** Links of pages of `cluster`: the default cluster's stand at the root, others below `/clusters/<name>`. */
export function linkFor(cluster: Cluster, clusters: Clusters, basePath: string): Link {
  const prefix = cluster === clusters.default ? basePath : `${basePath}/clusters/${encodeURIComponent(cluster.name)}`;
  return (path, query) => {
    const given = Object.entries(query ?? {}).filter((pair): pair is [string, string] => {
      return pair[1] !== undefined && pair[1] !== '';
    });
    const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
    return `${prefix}${path}${search}`;
  };
}
