import { asSluiceError } from '../../../errors.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest } from '../../../web/page.ts';
import { controllerState } from '../controllers/controller-state.ts';
import { standingOf } from '../controllers/flux-releases.ts';
import { readControllers } from '../controllers/read-controllers.ts';
import type { Controller, Controllers, ServedDefinition } from '../controllers/read-controllers.ts';
import { kindOf } from '../kinds/index.ts';
import { logsRefused } from './logs-page-model.ts';
import { listPath } from './object-view.ts';
import type { NoticeView } from './problem-notices.ts';
import { count, rightInWords } from './words.ts';

const controllersPath = '/flux/controllers';
/** Deployments and pods are not watched: while somebody looks, they are read again after this time. */
const againAfter = 15_000;

/** Flux's controllers: `/flux/controllers`. */
export function controllersPage(): Page {
  return definePage({
    path: controllersPath,
    async load(request) {
      try {
        return pageOf(request, await readControllers(request.cluster, request.identity));
      } catch (thrown) {
        const error = asSluiceError(thrown);
        if (error.kind === 'internal') throw thrown;
        const refused = logsRefused(error, request.identity);
        const title =
          error.kind === 'forbidden' ? 'The controllers are hidden from you' : 'The controllers cannot be read now';
        return {
          ...frameOf(request),
          template: 'flux/controllers-refused.njk',
          model: {},
          parts: {
            'controllers-refused': {
              template: 'flux/logs-nothing.njk',
              model: { id: 'controllers-refused', ...refused, title },
            },
          },
        };
      }
    },
  });
}

function frameOf({
  link,
  now,
}: PageRequest): Pick<LoadedPage, 'title' | 'lists' | 'topics' | 'current' | 'breadcrumb'> {
  return {
    title: 'Controllers',
    lists: {},
    topics: [{ type: 'connection' }, { type: 'clock', at: new Date(now.getTime() + againAfter) }],
    current: controllersPath,
    breadcrumb: [{ label: 'Flux', href: link('/flux') }, { label: 'Controllers' }],
  };
}

function pageOf(request: PageRequest, found: Controllers): LoadedPage {
  const { link, now } = request;
  const rows = found.controllers.map((controller) => rowOf(controller, found, request));
  const up = rows.filter(({ up }) => up).length;
  return {
    ...frameOf(request),
    template: 'flux/controllers.njk',
    model: {},
    parts: {
      'controllers-notices': {
        template: 'flux/logs-notices.njk',
        model: { id: 'controllers-notices', notices: noticesOf(found) },
      },
      'controllers-title': {
        template: 'flux/controllers-title.njk',
        model: { total: rows.length, told: rows.length === 0 ? '' : `${up} of ${rows.length} up` },
      },
      'controllers-flux': { template: 'flux/controllers-flux.njk', model: fluxOf(found) },
      'controllers-rows': {
        template: 'flux/controllers-rows.njk',
        model: { rows, namespace: found.namespace, allLogs: link('/flux/logs'), seesPods: seesPods(found) },
      },
      'controllers-kinds': {
        template: 'flux/controllers-kinds.njk',
        model: {
          rows: found.controllers.flatMap((controller) => kindRows(controller, link)),
          at: now.toISOString().slice(0, 10),
        },
      },
    },
  };
}

function seesPods({ problems }: Controllers): boolean {
  return problems.every(({ subject }) => subject !== 'Pods');
}

/** Each part that is missing, and the right that would bring it. */
function noticesOf({ problems }: Controllers): NoticeView[] {
  const brings: Record<string, string> = {
    Pods: 'restarts and reasons',
    Leases: 'leaders',
    CustomResourceDefinitions: 'API versions',
  };
  return problems.map(({ subject, message, missing = [] }) => ({
    state: 'warning',
    strong: `No ${brings[subject] ?? subject} here.`,
    text: missing.length === 0 ? message : `It takes ${missing.map(rightInWords).join(', ')}.`,
    since: undefined,
  }));
}

function fluxOf({ fluxVersion, controllers, namespace }: Controllers) {
  const standing = standingOf(fluxVersion);
  const own = controllers.filter(({ name }) => name !== 'flux-operator');
  const labels = new Map(own.flatMap(({ distribution }) => Object.entries(distribution)));
  labels.delete('app.kubernetes.io/version');
  const registries = [...new Set(controllers.map(({ image }) => image.slice(0, image.lastIndexOf('/'))))];
  // The operator has versions of its own.
  const variants = [...new Set(own.flatMap((each) => each.distribution['app.kubernetes.io/version'] ?? []))];
  return {
    version: fluxVersion ?? 'version not known',
    standing,
    mixed: variants.length > 1 ? `Not all controllers are of one version: ${variants.join(', ')}.` : '',
    facts: [
      { label: 'Namespace', value: namespace },
      ...(registries.length === 0 ? [] : [{ label: 'Images from', value: registries.join(', '), as: 'code' }]),
      ...[...labels].map(([label, value]) => ({ label: labelWords[label] ?? label, value })),
    ],
  };
}

const labelWords: Record<string, string> = {
  'app.kubernetes.io/managed-by': 'Managed by',
  'app.kubernetes.io/instance': 'Instance',
};

function rowOf(controller: Controller, { problems }: Controllers, { link, now }: PageRequest) {
  const { name, ready, wanted, restarts, lastEnd, leader } = controller;
  const { state, sentence } = controllerState(controller, now);
  const code = lastEnd?.exitCode === undefined ? '' : `, exit code ${lastEnd.exitCode}`;
  const seesLeases = problems.every(({ subject }) => subject !== 'Leases');
  return {
    id: `controller-${name}`,
    name,
    purpose: controller.purpose,
    up: wanted > 0 && ready >= wanted,
    state,
    sentence,
    version: controller.version ?? 'by digest',
    image: controller.image,
    replicas: `${ready} of ${wanted}`,
    restarts: restarts === undefined ? '' : String(restarts),
    lastEnd: lastEnd === undefined ? undefined : { text: `${lastEnd.reason}${code}`, at: lastEnd.at },
    leader: leader?.pod ?? '',
    leaderNone: !seesLeases ? 'hidden' : wanted > 1 ? 'none' : '',
    transitions: leader === undefined || leader.transitions === 0 ? '' : count(leader.transitions, 'change'),
    arguments: controller.arguments,
    logsHref: link('/flux/logs', { controller: name }),
    errorsHref: link('/flux/logs', { controller: name, level: 'error' }),
  };
}

function kindRows({ name, definitions }: Controller, link: PageRequest['link']) {
  return definitions.map((definition) => {
    const kind = kindOf(definition.group, definition.kind);
    return {
      kind: definition.kind,
      icon: kind?.icon ?? 'k-config',
      href: kind === undefined ? '' : link(listPath(kind.plural)),
      group: definition.group,
      controller: name,
      versions: definition.versions.filter(({ served }) => served),
      old: oldVersions(definition),
    };
  });
}

/** Versions in which objects may still lie although others are stored by now: in the way of the next upgrade. */
function oldVersions({ versions, storedVersions }: ServedDefinition): string[] {
  const storage = versions.find((version) => version.storage)?.name;
  return storedVersions.filter((version) => version !== storage);
}
