import type { Cluster, Entry, Problem } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import { isUnanswered } from '../../kube/unanswered.ts';
import { pageOf } from '../flux/page-of.ts';
import { unlessItTakes } from '../flux/pages/unless-it-takes.ts';
import { instantAt, listAt, numberAt, textAt } from '../flux/read.ts';
import { storedAs } from '../flux/stored-release.ts';
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
  const listed = listedOn(newestOf(storage), filter);
  const rows = await Promise.all(
    listed.stored.map(async (stored): Promise<ListedRelease> => {
      const manager = managed.get(`${stored.namespace}/${stored.release}`);
      return { stored, manager, ...(toldBy(manager, stored) ?? (await readOutline(cluster, identity, stored))) };
    }),
  );
  return { ...listed, rows, foreign: storage.foreign, problems: storage.problems };
}

/**
 * The same for a page, which is there after `patienceMilliseconds` at the latest: when the API server has not answered by
 * then, or does not answer at all, with what the HelmReleases tell of their releases. What is asked goes on being awaited.
 * Throws what was answered: forbidden, too_large.
 */
export async function listReleasesSoon(
  cluster: Cluster,
  identity: Identity,
  filter: ReleaseFilter,
  patienceMilliseconds: number,
): Promise<ListedReleases> {
  try {
    const listed = await unlessItTakes(patienceMilliseconds, listReleases(cluster, identity, filter));
    return listed ?? (await listKnown(cluster, identity, filter, 'The cluster has not answered yet.'));
  } catch (thrown) {
    if (!isUnanswered(thrown)) throw thrown;
    return listKnown(cluster, identity, filter, thrown.message);
  }
}

/** What the HelmReleases' status tells, without asking anybody. */
async function listKnown(
  cluster: Cluster,
  identity: Identity,
  filter: ReleaseFilter,
  why: string,
): Promise<ListedReleases> {
  const known = [...(await managers(cluster, identity)).values()].flatMap((manager) => {
    const stored = storedAsTold(manager);
    return stored === undefined ? [] : [{ stored, manager }];
  });
  const managed = new Map(known.map(({ stored, manager }) => [`${stored.namespace}/${stored.release}`, manager]));
  const all = newestOf({ revisions: known.map(({ stored }) => stored) }).filter(
    ({ namespace }) => filter.namespace === undefined || namespace === filter.namespace,
  );
  const listed = listedOn(all, filter);
  const rows = listed.stored.flatMap((stored): ListedRelease[] => {
    const manager = managed.get(`${stored.namespace}/${stored.release}`);
    const told = toldBy(manager, stored);
    return told === undefined ? [] : [{ stored, manager, ...told }];
  });
  const message = `${why} What you see is what HelmReleases last told of their releases; others are missing. Sluice asks again by itself.`;
  return { ...listed, rows, foreign: [], problems: [{ kind: 'stale', subject: 'The list', message }] };
}

/** The newest revision that helm-controller remembers. */
function storedAsTold({ object }: Entry<FluxSummary>): StoredRevision | undefined {
  const place = storedAs(object);
  const newest = listAt(object, 'status', 'history')[0];
  const revision = numberAt(newest, 'version');
  if (place === undefined || revision === undefined) return undefined;
  return {
    driver: 'Secret',
    namespace: place.namespace,
    release: place.name,
    revision,
    status: textAt(newest, 'status') ?? 'unknown',
    writtenAt: instantAt(newest, 'lastDeployed'),
    objectName: '',
    uid: '',
    resourceVersion: '',
  };
}

function listedOn(all: readonly StoredRevision[], filter: ReleaseFilter) {
  const wanted = filter.q.toLowerCase();
  const found = all.filter(({ release, namespace }) => `${namespace}/${release}`.toLowerCase().includes(wanted));
  const { rows: stored, total, page, pages } = pageOf(found, filter.page, pageSize);
  return {
    stored,
    total,
    page,
    pages,
    namespaces: [...new Set(all.map(({ namespace }) => namespace))].toSorted(),
  };
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
