import { SluiceError } from '../../errors.ts';
import type { Cluster } from '../../kube/cluster.ts';
import { definePage } from '../../web/page.ts';
import type { LoadedPage, Page, PageRequest } from '../../web/page.ts';
import { objectPath } from '../flux/pages/object-view.ts';
import { problemNotices } from '../flux/pages/problem-notices.ts';
import { count } from '../flux/pages/words.ts';
import { helmReleases, isFluxWatched } from './managed-by.ts';
import { listReleasesSoon } from './releases.ts';
import type { ListedRelease, ListedReleases, ReleaseFilter } from './releases.ts';
import { chartInWords, releasePath, statusView } from './words.ts';

/** Storage is not watched: an open page looks again after this time. */
const lookAgain = 10_000;
/** The same while the cluster has not answered. */
const lookSoon = 2_000;
/** So long the page waits for the cluster. */
const patience = 4_000;

/** All releases that Helm keeps where the asker may list Secrets: `/helm`. */
export const releasesPage: Page = definePage({
  path: '/helm',
  async load(request) {
    const filter = filterOf(request.query);
    const found = await listReleasesSoon(request.cluster, request.identity, filter, patience);
    return loaded(request, filter, found);
  },
});

/** Throws invalid naming the field. */
function filterOf(query: URLSearchParams): ReleaseFilter {
  const page = query.get('page') ?? '1';
  if (!/^[1-9]\d{0,4}$/.test(page))
    throw new SluiceError('invalid', `“${page.slice(0, 40)}” is no number of a page.`, { field: 'page' });
  const namespace = query.get('namespace') ?? '';
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/.test(namespace))
    throw new SluiceError('invalid', `“${namespace.slice(0, 63)}” is no name of a namespace.`, { field: 'namespace' });
  return {
    namespace: namespace === '' ? undefined : namespace,
    q: (query.get('q') ?? '').slice(0, 256).trim(),
    page: Number(page),
  };
}

function loaded(request: PageRequest, filter: ReleaseFilter, found: ListedReleases): LoadedPage {
  const { cluster, link, now } = request;
  const { rows, total, page, pages, namespaces, foreign, problems } = found;
  const notices = problemNotices(problems, 1);
  const isStale = problems.some(({ kind }) => kind === 'stale');
  if (foreign.length > 0)
    notices.push({
      state: 'warning',
      strong: 'Not everything labelled as Helm’s is a release.',
      text: `${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''} cannot be read as one.`,
      since: undefined,
    });
  const offered = [
    ...new Set([...namespaces, ...(filter.namespace === undefined ? [] : [filter.namespace])]),
  ].toSorted();
  const hrefOf = (to: number) =>
    link('/helm', { namespace: filter.namespace, q: filter.q || undefined, page: to === 1 ? undefined : String(to) });
  return {
    title: 'Helm releases',
    template: 'helm/releases.njk',
    model: {
      bar: {
        action: link('/helm'),
        subject: 'Helm releases',
        q: filter.q,
        placeholder: 'Filter by name',
        selects: [
          {
            name: 'namespace',
            label: 'Namespace',
            value: filter.namespace ?? '',
            options: [
              { value: '', label: 'All namespaces' },
              ...offered.map((namespace) => ({ value: namespace, label: namespace })),
            ],
          },
        ],
        hidden: [],
      },
    },
    parts: {
      'helm-notices': { template: 'helm/notices.njk', model: { id: 'helm-notices', notices } },
      'helm-title': { template: 'helm/releases-title.njk', model: { total } },
      'helm-nothing': {
        template: 'helm/releases-nothing.njk',
        model: {
          title:
            rows.length > 0
              ? ''
              : isStale
                ? 'Not known yet'
                : filter.q === ''
                  ? 'No release here'
                  : 'No release has such a name',
          text: isStale
            ? 'This page fills as soon as the cluster answers.'
            : filter.q === ''
              ? 'Helm keeps a Secret for every revision of a release. There is none where you may look.'
              : 'Take words away, or look in all namespaces.',
        },
      },
      'helm-pager': {
        template: 'helm/releases-pager.njk',
        model: {
          show: pages > 1,
          pages: {
            from: (page - 1) * 50 + 1,
            to: (page - 1) * 50 + rows.length,
            total,
            previousHref: page > 1 ? hrefOf(page - 1) : '',
            nextHref: page < pages ? hrefOf(page + 1) : '',
          },
        },
      },
    },
    lists: {
      'helm-rows': {
        template: 'helm/releases-row.njk',
        rows: rows.map((row) => ({
          id: `helm-${row.stored.namespace}-${row.stored.release}`,
          model: rowView(row, cluster, link),
        })),
      },
    },
    topics: [
      { type: 'clock', at: new Date(now.getTime() + (isStale ? lookSoon : lookAgain)) },
      { type: 'resource', resource: helmReleases },
      { type: 'connection' },
    ],
    current: '/helm',
    breadcrumb: [{ label: 'Helm', href: link('/helm') }, { label: count(total, 'release') }],
  };
}

function rowView(
  { stored, chart, chartVersion, appVersion, damage, manager }: ListedRelease,
  cluster: Cluster,
  link: PageRequest['link'],
) {
  const { namespace, release, revision, writtenAt } = stored;
  const { state, word } = damage === undefined ? statusView(stored.status) : { state: 'warning', word: 'Damaged' };
  return {
    id: `helm-${namespace}-${release}`,
    state,
    word,
    namespace,
    name: release,
    href: link(releasePath(stored)),
    chart: chartInWords(chart, chartVersion),
    appVersion: appVersion ?? '',
    revision,
    at: writtenAt ?? '',
    damage: damage ?? '',
    unmanaged: isFluxWatched(cluster) ? 'not by Flux' : 'not known',
    manager:
      manager === undefined
        ? undefined
        : {
            icon: 'k-helmrelease',
            kind: 'HelmRelease',
            namespace: manager.object.metadata.namespace,
            name: manager.object.metadata.name,
            href: link(objectPath('helmreleases', manager.object.metadata.namespace, manager.object.metadata.name)),
          },
  };
}
