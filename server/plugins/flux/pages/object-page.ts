import type { Address } from '../../../kube/object-reader.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Topic } from '../../../web/page.ts';
import { addressOf } from '../inventory-tree/address.ts';
import { readObject } from '../inventory-tree/read-object.ts';
import type { ObjectSeen } from '../inventory-tree/read-object.ts';
import { kindOf } from '../kinds/index.ts';
import { toYaml } from '../yaml.ts';
import { conditionViews } from './condition-view.ts';
import { conditionsSeen } from './detail-facts.ts';
import { eventView } from './event-view.ts';
import { eventsResource, eventsSeen } from './events-seen.ts';
import { noticesOf } from './inventory-page-parts.ts';
import { logsHref, nodeView } from './inventory-page-rows.ts';
import { containerViews, objectFacts, objectLine } from './object-page-facts.ts';
import { foreignIcon, listPath, objectPath } from './object-view.ts';
import { yamlView } from './yaml-view.ts';

const lookAgain = 3_000;
const eventsShown = 20;

/** The page of any object: `/objects/apps/v1/deployments/shop/web`; group `core`, and `_` for what has no namespace. */
export function anyObjectPage(): Page {
  return definePage({
    path: '/objects/:group/:version/:plural/:namespace/:name',
    async load(request) {
      const address = addressOf(request.cluster, request.params);
      const seen = await readObject({ ...request, address });
      return seen === undefined ? gone(request, address) : loadObject(request, address, seen);
    },
  });
}

async function loadObject(request: PageRequest, address: Address, seen: ObjectSeen): Promise<LoadedPage> {
  const { link, now } = request;
  const { object, node } = seen;
  const { namespace, name } = object.metadata;
  const { folds, problem } = await eventsSeen(request, { object });
  const isSecret = object.kind === 'Secret' && address.resource.group === '';
  const [manager] = seen.managers;
  const current = manager === undefined ? undefined : kindOf(manager.group, manager.kind);
  const key = namespace === undefined ? name : `${namespace}/${name}`;
  const flux = kindOf(address.resource.group, object.kind);
  const made = [...node.children, ...node.folded];
  const rows = nodeView(node, { link, home: namespace });
  return {
    title: `${name}, ${object.kind}`,
    template: 'flux/object.njk',
    model: { key },
    parts: {
      'object-notices': { template: 'flux/object-notices.njk', model: { notices: noticesOf(seen) } },
      'object-subject': {
        template: 'flux/object-subject.njk',
        model: {
          kind: object.kind,
          symbol: flux?.icon ?? foreignIcon(object.kind),
          key,
          namespace: namespace ?? '',
          name,
          logsHref: object.kind === 'Pod' && address.resource.group === '' ? logsHref(node.reference, link) : '',
          fluxHref: flux === undefined ? '' : link(objectPath(flux.plural, namespace, name)),
          line: objectLine(seen, link),
        },
      },
      'object-finding': {
        template: 'flux/object-finding.njk',
        model: {
          state: node.health.state,
          word: sentence(rows.word),
          says: sentence(node.health.says),
          detail: node.health.detail ?? '',
        },
      },
      'object-containers': { template: 'flux/object-containers.njk', model: { rows: containerViews(object, link) } },
      'object-made': {
        template: 'flux/object-made.njk',
        model: { rows: made.length === 0 ? [] : [{ ...rows, open: true }] },
      },
      'object-facts': { template: 'flux/object-facts.njk', model: objectFacts(object, address.resource) },
      'object-conditions': {
        template: 'flux/object-conditions.njk',
        model: { rows: conditionViews(object, stateOf(node.health.state)), seen: conditionsSeen(object) },
      },
      'detail-events-head': {
        template: 'flux/detail-events-head.njk',
        model: { sub: 'times in UTC, repeated ones folded', total: folds.length, href: '' },
      },
      'detail-events-none': {
        template: 'flux/detail-events-none.njk',
        model: {
          text: problem ?? (folds.length === 0 ? 'None. Kubernetes forgets events, by default after an hour.' : ''),
        },
      },
      'detail-yaml': {
        template: 'flux/object-yaml.njk',
        model: { key, isSecret, ...yamlView(toYaml(object)) },
      },
    },
    lists: {
      'detail-events': {
        template: 'flux/event.njk',
        rows: folds
          .slice(0, eventsShown)
          .map((fold) => eventView(fold))
          .map((row) => ({ id: row.id, model: row })),
      },
    },
    topics: topicsOf(namespace ?? 'default', now),
    ...(current !== undefined && { current: listPath(current.plural) }),
    breadcrumb: [
      ...(manager === undefined || current === undefined
        ? []
        : [
            { label: current.title, href: link(listPath(current.plural)) },
            {
              label: `${manager.namespace ?? ''}/${manager.name}`,
              href: link(objectPath(current.plural, manager.namespace, manager.name)),
            },
          ]),
      ...(current === undefined ? [{ label: object.kind }] : []),
      { label: current === undefined ? key : `${object.kind} ${name}` },
    ],
  };
}

/** With a capital at its beginning and a full stop, unless it is nothing. */
function sentence(words: string): string {
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Conditions are drawn by the states that Flux objects have. */
function stateOf(state: ObjectSeen['node']['health']['state']) {
  return state === 'forbidden' ? 'none' : state;
}

function topicsOf(namespace: string, now: Date): Topic[] {
  return [
    { type: 'clock', at: new Date(now.getTime() + lookAgain) },
    { type: 'resource', resource: eventsResource, namespace },
    { type: 'connection' },
  ];
}

function gone(request: PageRequest, { resource, namespace, name }: Address): LoadedPage {
  const { link, now, cluster } = request;
  const key = namespace === undefined ? name : `${namespace}/${name}`;
  const title = `There is no ${resource.kind} ${key}`;
  return {
    status: 404,
    title,
    template: 'flux/gone.njk',
    model: {},
    parts: {
      gone: {
        template: 'flux/gone-object.njk',
        model: {
          symbol: foreignIcon(resource.kind),
          title,
          text: `It was deleted, or it was never in ${cluster.name}. If it comes back, it shows here within seconds.`,
          near: [],
          list: { href: link('/'), label: 'Overview' },
        },
      },
    },
    lists: {},
    topics: topicsOf(namespace ?? 'default', now),
    breadcrumb: [{ label: resource.kind }, { label: key }],
  };
}
