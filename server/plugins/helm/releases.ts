import type { Cluster, Entry, Problem } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { listAt, numberAt, textAt } from '../flux/read.ts';
import type { FluxSummary } from '../flux/summary.ts';
import { managers } from './managed-by.ts';
import { listAllStorage, listStorage, newestOf, readOutline } from './storage.ts';
import type { StoredRevision } from './storage.ts';

/** A release in the list. */
export interface ListedRelease {
  stored: StoredRevision;
  chart: string;
  chartVersion: string;
  appVersion: string | undefined;
  damage: string | undefined;
  manager: Entry<FluxSummary> | undefined;
}

/** A page of the releases the asker may see, and what is missing from it. */
export interface ListedReleases {
  rows: ListedRelease[];
  total: number;
  page: number;
  pages: number;
  /** Of all that may be seen. */
  namespaces: string[];
  foreign: string[];
  problems: Problem[];
}

const pageSize = 50;

/** Which releases are asked for. */
export interface ReleaseFilter {
  namespace: string | undefined;
  /** Part of the name. */
  q: string;
  page: number;
}

/**
 * The releases that Helm keeps. Their charts come from the HelmReleases' status where that tells of the same revision;
 * only the others on this page are read.
 */
export async function listReleases(
  cluster: Cluster,
  identity: Identity,
  filter: ReleaseFilter,
): Promise<ListedReleases> {
  const [storage, managed] = await Promise.all([
    filter.namespace === undefined
      ? listAllStorage(cluster, identity)
      : listStorage(cluster, identity, filter.namespace),
    managers(cluster, identity),
  ]);
  const all = newestOf(storage);
  const wanted = filter.q.toLowerCase();
  const found = all.filter(({ release, namespace }) => `${namespace}/${release}`.toLowerCase().includes(wanted));
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const page = Math.min(filter.page, pages);
  const rows = await Promise.all(
    found.slice((page - 1) * pageSize, page * pageSize).map(async (stored): Promise<ListedRelease> => {
      const manager = managed.get(`${stored.namespace}/${stored.release}`);
      return { stored, manager, ...(toldBy(manager, stored) ?? (await readOutline(cluster, identity, stored))) };
    }),
  );
  const namespaces = [...new Set(all.map(({ namespace }) => namespace))].toSorted();
  return { rows, total: found.length, page, pages, namespaces, foreign: storage.foreign, problems: storage.problems };
}

function toldBy(manager: Entry<FluxSummary> | undefined, { revision }: StoredRevision) {
  const told = listAt(manager?.object, 'status', 'history').find((one) => numberAt(one, 'version') === revision);
  const chart = textAt(told, 'chartName');
  if (chart === undefined) return undefined;
  return {
    chart,
    chartVersion: textAt(told, 'chartVersion') ?? '',
    appVersion: textAt(told, 'appVersion'),
    damage: undefined,
  };
}
