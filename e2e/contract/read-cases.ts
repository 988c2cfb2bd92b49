import {
  allKustomizations,
  kustomization,
  kustomizations,
  merge,
  namespace,
  type ContractCase,
  type Earlier,
} from './case.ts';

const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
const events = `/api/v1/namespaces/${namespace}/events`;
const names = ['code', 'body.kind', 'body.apiVersion', 'body.metadata', 'body.items.*.metadata.name'];

interface ListBody {
  metadata: { resourceVersion: string; continue: string };
}

function versionOf(earlier: Earlier, name: string): string {
  return (earlier(name) as unknown as ListBody).metadata.resourceVersion;
}

function nextOf(earlier: Earlier, name: string): string {
  return encodeURIComponent((earlier(name) as unknown as ListBody).metadata.continue);
}

function event(name: string, type: string, reason: string, involved: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', name: involved, namespace },
    reason,
    message: 'Something happened',
    type,
    source: { component: 'kustomize-controller' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    count: 1,
  };
}

function selecting(selector: string): ContractCase {
  const path = `${kustomizations}?labelSelector=${encodeURIComponent(selector)}`;
  return { name: `list by label ${selector}`, method: 'GET', path, compare: names };
}

function eventsBy(selector: string): ContractCase {
  const path = `${events}?fieldSelector=${encodeURIComponent(selector)}`;
  return { name: `list events by ${selector}`, method: 'GET', path, compare: names };
}

const created = ['red', 'green', 'blue'].map((colour): ContractCase => ({
  name: `create the ${colour} one`,
  method: 'POST',
  path: kustomizations,
  body: kustomization(`colour-${colour}`, {}, { labels: { colour, 'sharding.fluxcd.io/key': 'none' } }),
  compare: ['code'],
}));

const paging: ContractCase[] = [
  { name: 'first page', method: 'GET', path: `${kustomizations}?limit=2`, compare: names },
  {
    name: 'delete the green one',
    method: 'DELETE',
    path: `${kustomizations}/colour-green`,
    compare: ['code', 'body.status'],
  },
  {
    name: 'second page, as of the first',
    method: 'GET',
    path: (earlier) => `${kustomizations}?limit=2&continue=${nextOf(earlier, 'first page')}`,
    compare: names,
  },
  {
    name: 'page at a broken token',
    method: 'GET',
    path: `${kustomizations}?limit=2&continue=broken`,
    compare: ['code', 'body.reason', 'body.status'],
  },
  {
    name: 'first page of the metadata',
    method: 'GET',
    path: `${kustomizations}?limit=1`,
    headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' },
  },
  {
    name: 'list as a table only',
    method: 'GET',
    path: `${kustomizations}?limit=1`,
    headers: { accept: 'application/json;as=Unknown;g=meta.k8s.io;v=v1' },
    compare: ['code', 'body.reason', 'body.status'],
  },
];

const watching: ContractCase[] = [
  { name: 'list before the watch', method: 'GET', path: kustomizations, compare: names },
  {
    name: 'create within the watch',
    method: 'POST',
    path: kustomizations,
    body: kustomization('watched', {}, { labels: { colour: 'red', 'sharding.fluxcd.io/key': 'none' } }),
    compare: ['code'],
  },
  {
    name: 'change within the watch',
    method: 'PATCH',
    path: `${kustomizations}/watched`,
    headers: merge,
    body: { metadata: { labels: { colour: 'blue' } } },
    compare: ['code'],
  },
  {
    name: 'delete within the watch',
    method: 'DELETE',
    path: `${kustomizations}/watched`,
    compare: ['code'],
  },
  {
    name: 'watch from a version',
    method: 'GET',
    path: (earlier) =>
      `${kustomizations}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=${versionOf(earlier, 'list before the watch')}`,
    reading: 'watch',
  },
  {
    name: 'watch a selection, which objects enter and leave',
    method: 'GET',
    path: (earlier) =>
      `${kustomizations}?watch=true&labelSelector=colour%3Dblue&timeoutSeconds=1&resourceVersion=${versionOf(earlier, 'list before the watch')}`,
    reading: 'watch',
  },
  {
    name: 'watch the metadata',
    method: 'GET',
    path: (earlier) =>
      `${kustomizations}?watch=true&timeoutSeconds=1&resourceVersion=${versionOf(earlier, 'list before the watch')}`,
    headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json' },
    reading: 'watch',
  },
  {
    name: 'watch from nowhere, which begins with what is there',
    method: 'GET',
    path: `${kustomizations}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dcolour-red`,
    reading: 'watch',
  },
  {
    name: 'watch a built-in kind',
    method: 'GET',
    path: `${configMaps}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Ddata`,
    reading: 'watch',
  },
  {
    name: 'watch a forgotten version',
    method: 'GET',
    path: `${allKustomizations}?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=1`,
    reading: 'watch',
    compact: true,
    compare: ['code', 'body.0.type', 'body.0.object.code', 'body.0.object.reason', 'body.0.object.status'],
  },
  {
    name: 'watch from a version that is none',
    method: 'GET',
    path: `${kustomizations}?watch=true&resourceVersion=abc`,
    reading: 'watch',
    compare: ['code', 'body.status'],
  },
];

/** Lists, selectors, pages, watches, events. */
export const readCases: readonly ContractCase[] = [
  ...created,
  {
    name: 'create some data',
    method: 'POST',
    path: configMaps,
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'data' }, data: { key: 'value' } },
  },
  { name: 'list', method: 'GET', path: `${kustomizations}?fieldSelector=metadata.name%3Dcolour-red` },
  {
    name: 'list a built-in kind, whose items have no kind',
    method: 'GET',
    path: `${configMaps}?fieldSelector=metadata.name%3Ddata`,
  },
  {
    name: 'list the metadata of a built-in kind',
    method: 'GET',
    path: `${configMaps}?fieldSelector=metadata.name%3Ddata`,
    headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' },
  },
  {
    name: 'list a namespace that is not there',
    method: 'GET',
    path: kustomizations.replace(namespace, 'sluice-nowhere'),
  },
  selecting('colour=red'),
  selecting('colour!=red'),
  selecting('colour in (red,blue)'),
  selecting('colour notin (red)'),
  selecting('!colour'),
  selecting('colour,colour!=blue'),
  {
    name: 'list by a broken selector',
    method: 'GET',
    path: `${kustomizations}?labelSelector=a%3D%3D%3Db`,
    compare: ['code', 'body.reason', 'body.status'],
  },
  {
    name: 'list by a field nobody can select by',
    method: 'GET',
    path: `${kustomizations}?fieldSelector=spec.path%3D.%2Fapps`,
  },
  ...paging,
  ...watching,
  { name: 'create an event', method: 'POST', path: events, body: event('one', 'Normal', 'Progressing', 'apps') },
  {
    name: 'create a warning',
    method: 'POST',
    path: events,
    body: event('two', 'Warning', 'BuildFailed', 'infra'),
    compare: ['code'],
  },
  eventsBy('involvedObject.name=apps'),
  eventsBy('involvedObject.kind=Kustomization,type=Warning'),
  eventsBy('type!=Normal'),
  eventsBy('reason=BuildFailed'),
  eventsBy(`involvedObject.namespace=${namespace}`),
];
