import { application, appliedObject } from './applied.ts';
import { failing, ready } from './conditions.ts';
import type { Draft } from './draft.ts';
import { imagePolicy, imageRepository } from './images.ts';
import { helmChart, helmRepository } from './helm-sources.ts';
import { gitRepository, revisionOfGit } from './repositories.ts';
import { addNotifications, addTeam } from './team.ts';
import { fleetRevision } from './fleet.ts';

const namespace = 'search';
const url = 'https://git.example.com/search/deploy.git';

/** The team behind search: charts that cannot be had, and a source borrowed from another namespace. */
export function addSearch(draft: Draft): void {
  const { before } = draft;
  draft.add(
    gitRepository(before, { namespace, name: 'search', url, tag: 'v41', stored: '4d', interval: '10m' }),
    helmRepository(before, { namespace, name: 'search-charts', url: 'oci://registry.example.com/search/charts' }),
    helmRepository(before, {
      namespace,
      name: 'community',
      url: 'https://charts.example.com/community',
      interval: '1h',
      outcome: failing(
        'Failed',
        'failed to fetch Helm repository index: failed to cache index to temporary file: failed to fetch https://charts.example.com/community/index.yaml : 404 Not Found',
        { since: '5d', last: '4m', applied: false },
      ),
    }),
    helmChart(before, {
      namespace,
      name: 'synonyms',
      chart: './charts/synonyms',
      range: '*',
      version: '0.4.1',
      source: { kind: 'GitRepository', name: 'search' },
      outcome: ready('4d'),
    }),
    imageRepository(before, {
      namespace,
      name: 'ranker',
      image: 'registry.example.com/search/ranker',
      tags: [],
      secret: 'registry-pull',
      outcome: failing(
        'ReadOperationFailed',
        'scan failed: GET https://registry.example.com/v2/search/ranker/tags/list?n=1000: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:search/ranker Type:repository]]',
        { since: '21h', last: '2m', applied: false },
      ),
    }),
    imagePolicy(before, {
      namespace,
      name: 'ranker',
      repository: { name: 'ranker' },
      image: 'registry.example.com/search/ranker',
      range: '2.x',
      tag: '2.0.0',
      outcome: failing('DependencyNotReady', 'referenced ImageRepository has not been scanned yet', {
        since: '21h',
        last: '2m',
        applied: false,
      }),
    }),
  );
  addTeam(draft, {
    namespace,
    source: { kind: 'GitRepository', name: 'search' },
    sourceUrl: url,
    revision: revisionOfGit({ url, tag: 'v41' }),
    apps: [
      {
        name: 'indexer',
        replicas: 3,
        also: [
          {
            ...appliedObject('StatefulSet', 'apps/v1', { namespace, name: 'index-store' }),
            image: 'registry.example.com/search/index-store:9.1.0',
            replicas: 3,
          },
          {
            ...appliedObject('CronJob', 'batch/v1', { namespace, name: 'index-compact' }),
            image: 'registry.example.com/search/index-compact:1.3.0',
          },
        ],
      },
      { name: 'query' },
      { name: 'suggest', interval: '1h' },
      {
        name: 'shared-settings',
        source: { kind: 'GitRepository', name: 'flux-system', namespace: 'flux-system' },
        revision: fleetRevision,
        path: './shared/search',
      },
      {
        name: 'spelling',
        outcome: failing(
          'ArtifactFailed',
          'kustomization path not found: stat /tmp/kustomization-1737916824/apps/spelling: no such file or directory',
          { since: '4d', last: '2m', applied: false },
        ),
      },
    ],
  });
  draft.release({
    namespace,
    name: 'opensearch',
    chart: {
      name: 'opensearch-cluster',
      range: '4.x',
      source: { kind: 'HelmRepository', name: 'search-charts' },
      outcome: failing(
        'ChartPullError',
        `chart pull error: failed to get chart version for remote reference: could not get tags for "opensearch-cluster": could not fetch tags for "oci://registry.example.com/search/charts/opensearch-cluster": GET "https://registry.example.com/v2/search/charts/opensearch-cluster/tags/list": response status code 404: name unknown: repository name not known to registry`,
        { since: '19h', last: '1m', applied: false },
      ),
    },
    version: '4.0.0',
    outcome: failing(
      'SourceNotReady',
      `HelmChart 'search/search-opensearch' is not ready: chart pull error: failed to get chart version for remote reference: could not get tags for "opensearch-cluster": could not fetch tags for "oci://registry.example.com/search/charts/opensearch-cluster": GET "https://registry.example.com/v2/search/charts/opensearch-cluster/tags/list": response status code 404: name unknown: repository name not known to registry`,
      { since: '19h', last: '1m', applied: false },
    ),
  });
  draft.release({
    namespace,
    name: 'opensearch-dashboards',
    chart: { name: 'dashboards', range: '1.x', source: { kind: 'HelmRepository', name: 'search-charts' } },
    version: '1.6.0',
    dependsOn: [{ name: 'opensearch' }],
    outcome: { is: 'waiting', on: 'search/opensearch', since: '19h' },
  });
  draft.release({
    namespace,
    name: 'synonyms',
    chartRef: { kind: 'HelmChart', name: 'synonyms' },
    version: '0.4.1',
    revisions: 2,
    applies: application({
      namespace,
      name: 'synonyms',
      image: 'registry.example.com/search/synonyms:0.4.1',
      replicas: 1,
    }),
  });
  addNotifications(draft, { namespace, type: 'matrix', channel: '!search:example.com', repository: 'search' });
}
