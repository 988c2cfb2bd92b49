import type { Cluster, Entry } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { visible } from '../../kube/visible.ts';
import { storedAs } from '../flux/stored-release.ts';
import type { FluxSummary } from '../flux/summary.ts';

export const helmReleases = { group: 'helm.toolkit.fluxcd.io', resource: 'helmreleases' };

/** The HelmReleases that the asker may see, by the release they install: `namespace/name`. */
export async function managers(cluster: Cluster, identity: Identity): Promise<Map<string, Entry<FluxSummary>>> {
  const byRelease = new Map<string, Entry<FluxSummary>>();
  if (!isFluxWatched(cluster)) return byRelease;
  const { entries } = await visible<FluxSummary>(cluster, helmReleases, identity);
  for (const entry of entries) {
    const stored = storedAs(entry.object);
    if (stored !== undefined) byRelease.set(`${stored.namespace}/${stored.name}`, entry);
  }
  return byRelease;
}

/** The HelmRelease that installs a release, whoever may see it. */
export function managerIn(
  cluster: Cluster,
  { namespace, name }: { namespace: string; name: string },
): Entry<FluxSummary> | undefined {
  if (!isFluxWatched(cluster)) return undefined;
  for (const entry of cluster.collection<FluxSummary>(helmReleases).entries()) {
    const stored = storedAs(entry.object);
    if (stored?.namespace === namespace && stored.name === name) return entry;
  }
  return undefined;
}

/** Whether anything is known of HelmReleases: the plugin that watches them can be switched off. */
export function isFluxWatched(cluster: Cluster): boolean {
  return cluster
    .collections()
    .some(({ resource }) => resource.group === helmReleases.group && resource.resource === helmReleases.resource);
}
