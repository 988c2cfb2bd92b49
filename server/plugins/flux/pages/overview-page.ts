import { SluiceError } from '../../../errors.ts';
import type { Entry, Scope } from '../../../kube/cluster.ts';
import { grantYaml } from '../../../kube/grant.ts';
import { knownNamespaces } from '../../../kube/visible.ts';
import { definePage } from '../../../web/page.ts';
import type { LoadedPage, Page, PageRequest, Topic } from '../../../web/page.ts';
import { kinds } from '../kinds/index.ts';
import { referenceTo } from '../references.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { FluxSummary, ObjectState } from '../summary.ts';
import { objectStates } from '../summary.ts';
import { isInstalled } from './navigation.ts';
import { eventsGlance } from './latest-events.ts';
import { referenceView } from './object-view.ts';
import { controllersGlance } from './overview-controllers.ts';
import { overviewModel } from './overview-model.ts';
import type { OverviewModel } from './overview-model.ts';
import { patchableIn } from './patchable.ts';
import { problemNotices } from './problem-notices.ts';
import { unknownBecause } from './verdict.ts';
import { countWords, rightInWords, stateMeanings } from './words.ts';

const eventsRule = { verb: 'list', group: '', resource: 'events' };
const mostInState = 200;

/** The overview, at the root and at `/flux`; `?status=` lists every object in a state in place of the causes. */
export function overviewPage(): Page[] {
  return ['/', '/flux'].map((path) => definePage({ path, load: loadOverview }));
}

async function loadOverview(request: PageRequest): Promise<LoadedPage> {
  const { cluster, identity, link, now } = request;
  if (isInstalled(cluster) === false) return notInstalled(request);
  const state = stateOf(request.query.get('status'));
  const allCauses = request.query.get('causes') === 'all';
  const sight = await look(cluster, identity);
  const namespaces = knownNamespaces(cluster);
  const patchable = new Map<string, Scope>(
    await Promise.all(
      kinds.map(async ({ group, plural }): Promise<[string, Scope]> => {
        return [plural, await patchableIn(cluster, identity, { group, plural }, namespaces)];
      }),
    ),
  );
  const events = await eventsGlance(cluster, identity);
  const controllers = await controllersGlance(request);
  const { down, fluxVersion } = controllers;
  const model = overviewModel({ cluster, sight, patchable, events, down, fluxVersion, allCauses, link, now });
  const channel = {
    ...model.channel,
    allCurrent: state === undefined,
    segments: model.channel.segments.map((segment) => ({ ...segment, current: segment.state === state })),
  };
  return {
    title: 'Overview',
    template: 'flux/overview.njk',
    model: {
      eventsHref: link('/flux/events'),
      noEvents: events.isHidden ? `You lack ${rightInWords(eventsRule)}.` : 'None that you may see.',
      back: link('/flux', { status: state, causes: allCauses ? 'all' : undefined }),
      forms: kinds.filter((kind) => kind.actions.reconcile).map((kind) => kind.plural),
    },
    parts: {
      'overview-notices': {
        template: 'flux/overview-notices.njk',
        model: { notices: noticesOf(sight), notSent: model.notSent },
      },
      'overview-verdict': { template: 'flux/overview-verdict.njk', model: model.verdict },
      'overview-channel': { template: 'flux/overview-channel.njk', model: { view: channel } },
      'overview-causes':
        unknownBecause(sight) === 'forbidden'
          ? { template: 'flux/overview-hidden.njk', model: hiddenModel(request) }
          : state === undefined
            ? { template: 'flux/overview-causes.njk', model: model.causes }
            : { template: 'flux/overview-state.njk', model: inState(sight, state, request) },
      'overview-kinds': { template: 'flux/overview-kinds.njk', model: model.kinds },
      'overview-moving': briefPart(
        'overview-moving',
        'Moving now',
        model.moving,
        link('/flux', { status: 'reconciling' }),
      ),
      'overview-controllers': controllers.part,
      'overview-arrived': {
        template: 'flux/overview-arrived.njk',
        model: { rows: model.arrived, href: link('/flux/gitrepositories') },
      },
      'overview-recent': { template: 'flux/overview-recent.njk', model: { rows: model.recent } },
      'overview-suspended': briefPart(
        'overview-suspended',
        'Suspended, and by whom',
        model.suspended,
        link('/flux', { status: 'suspended' }),
      ),
    },
    lists: {
      'overview-events': {
        template: 'flux/overview-event.njk',
        rows: model.events.map((event) => ({ id: event.id, model: event })),
      },
    },
    topics: [
      ...topicsOf(model),
      ...(controllers.again === undefined ? [] : [{ type: 'clock', at: controllers.again } as const]),
    ],
    current: '/',
    breadcrumb: [{ label: 'Overview' }],
  };
}

/** What would have to be granted for the overview to show anything. */
function hiddenModel({ identity }: PageRequest) {
  const rules = kinds.map(({ group, plural }) => ({ verb: 'list', group, resource: plural }));
  const groups = identity.groups.length === 0 ? '' : ` (groups ${identity.groups.join(', ')})`;
  return { who: `${identity.name}${groups}`, grant: grantYaml(rules, identity) };
}

function briefPart(id: string, heading: string, model: OverviewModel['moving'], href: string) {
  return { template: 'flux/overview-brief.njk', model: { id, heading, ...model, href: model.more > 0 ? href : '' } };
}

function stateOf(asked: string | null): ObjectState | undefined {
  if (asked === null || asked === '') return undefined;
  const state = objectStates.find((each) => each === asked);
  if (state !== undefined) return state;
  throw new SluiceError('invalid', `“${asked.slice(0, 40)}” is not a status.`, {
    field: 'status',
    wayOut: `Choose from ${objectStates.join(', ')}.`,
  });
}

/** Every object in one state, of all kinds. */
function inState(sight: Sight, state: ObjectState, { link, now }: PageRequest) {
  const found: Entry<FluxSummary>[] = [];
  for (const { entries } of sight.seen) {
    for (const one of entries) {
      const entry = entryAt(one, now);
      if (entry.summary.state === state) found.push(entry);
    }
  }
  found.sort((one, other) => (one.key < other.key ? -1 : 1));
  return {
    state,
    word: countWords[state],
    total: found.length,
    more: Math.max(0, found.length - mostInState),
    allHref: link('/flux'),
    rows: found.slice(0, mostInState).map(({ summary, object }) => ({
      state,
      object: referenceView(referenceTo(object), link),
      what: summary.because ?? (state === 'ready' || state === 'none' ? '' : stateMeanings[state]),
      since: summary.since,
    })),
  };
}

function noticesOf(sight: Sight) {
  const worth = sight.problems.filter((problem) => problem.kind === 'stale' || problem.kind === 'failed');
  return problemNotices(worth, 1);
}

function topicsOf(model: OverviewModel): Topic[] {
  return [
    ...kindTopics(),
    { type: 'resource', resource: { group: '', resource: 'events' } },
    { type: 'connection' },
    ...(model.changesAt === undefined ? [] : [{ type: 'clock', at: model.changesAt } as const]),
  ];
}

function kindTopics(): Topic[] {
  return kinds.map((kind) => ({ type: 'resource', resource: { group: kind.group, resource: kind.plural } }));
}

/** No kind of Flux is served: what it is, and where to begin. It comes on by itself when the kinds appear. */
function notInstalled({ cluster, link }: PageRequest): LoadedPage {
  return {
    title: 'Flux is not installed',
    template: 'flux/not-installed.njk',
    model: {},
    parts: {
      'not-installed': {
        template: 'flux/not-installed-say.njk',
        model: { cluster: cluster.name, href: link('/bootstrap') },
      },
    },
    lists: {},
    topics: [...kindTopics(), { type: 'connection' }],
    current: '/',
    breadcrumb: [{ label: 'Overview' }],
  };
}
