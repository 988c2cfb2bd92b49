import { asSluiceError } from '../../../errors.ts';
import { visible } from '../../../kube/visible.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest } from '../../../web/page.ts';
import { fluxNamespace } from '../controllers/names.ts';
import { isSelective, logParameters, parseLogQuery } from '../log-lines/query.ts';
import type { LogQuery } from '../log-lines/query.ts';
import { readLogs } from '../log-lines/read-logs.ts';
import type { ReadLogs } from '../log-lines/read-logs.ts';
import { logLineView } from './log-line-view.ts';
import { logFilters, logNotices, logsNothing, logsPath, logsRefused, logsTold } from './logs-page-model.ts';

/** Logs of Flux's controllers and of any pod: `/flux/logs`, by its query string. */
export function logsPage(): Page {
  return definePage({
    path: logsPath,
    async load(request) {
      const query = parseLogQuery(request.query);
      try {
        return await loadLogs(request, query, await readLogs(request.cluster, request.identity, query));
      } catch (thrown) {
        const error = asSluiceError(thrown);
        if (error.kind === 'internal' || error.kind === 'invalid') throw thrown;
        const refused = { id: 'logs-refused', ...logsRefused(error, request.identity) };
        return {
          ...frameOf(request, query),
          template: 'flux/logs-refused.njk',
          model: {},
          parts: {
            'logs-filters': await filtersPart(request, query, undefined),
            'logs-refused': { template: 'flux/logs-nothing.njk', model: refused },
          },
        };
      }
    },
  });
}

/** Pods are not watched: which there are is looked at again from time to time, while somebody looks. */
function frameOf(
  { link }: PageRequest,
  query: LogQuery,
): Pick<LoadedPage, 'title' | 'lists' | 'topics' | 'current' | 'breadcrumb'> {
  const what = query.pod ?? query.controller ?? query.namespace;
  return {
    title: what === undefined ? 'Controller logs' : `Logs of ${what}`,
    lists: {},
    topics: [{ type: 'connection' }],
    current: logsPath,
    breadcrumb: [{ label: 'Flux', href: link('/flux') }, { label: 'Logs' }],
  };
}

async function loadLogs(request: PageRequest, query: LogQuery, found: ReadLogs): Promise<LoadedPage> {
  const { link } = request;
  const parameters = logParameters(query);
  const selective = isSelective(query);
  return {
    ...frameOf(request, query),
    template: 'flux/logs.njk',
    model: {
      // Not a part: lines are added by the stream, and what stands there stays.
      lines: found.lines.map(logLineView),
      told: logsTold(found, selective),
      stream: query.previous ? '' : JSON.stringify({ query: new URLSearchParams(defined(parameters)).toString() }),
      follow: query.follow,
      readAt: found.at.toISOString(),
      nothing: { id: 'logs-nothing', ...logsNothing(found, query, link) },
      downloadHref: link(`${logsPath}/download`, parameters),
      several: found.chosen.sources.length > 1,
    },
    parts: {
      'logs-filters': await filtersPart(request, query, found),
      'logs-notices': {
        template: 'flux/logs-notices.njk',
        model: { id: 'logs-notices', notices: logNotices(found, query) },
      },
    },
  };
}

async function filtersPart({ cluster, identity, link }: PageRequest, query: LogQuery, found: ReadLogs | undefined) {
  const { entries } = await visible(cluster, { group: '', resource: 'namespaces' }, identity);
  const home = fluxNamespace(cluster);
  const filters = logFilters({
    query,
    home,
    isFluxHome: (query.namespace ?? home) === home,
    namespaces: [...entries].map(({ object }) => object.metadata.name).toSorted(),
    found: found?.chosen ?? { controllers: [], pods: [], containers: [] },
    link,
  });
  const title = query.namespace === undefined || query.namespace === home ? 'Controller logs' : 'Pod logs';
  return { template: 'flux/logs-filters.njk', model: { title, filters } };
}

function defined(parameters: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
