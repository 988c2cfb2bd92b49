import { SluiceError } from '../../../errors.ts';
import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { LoadedPage, PageRequest } from '../../../web/page.ts';
import { commandsFor } from '../commands.ts';
import type { FoldedEvent } from '../events.ts';
import type { KindDefinition } from '../kind.ts';
import { kinds } from '../kinds/index.ts';
import { referenceTo } from '../references.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary } from '../summary.ts';
import { toYaml } from '../yaml.ts';
import type { BuildSeen } from './build-seen.ts';
import { conditionViews } from './condition-view.ts';
import { artifactViews, conditionsSeen, labelViews, setUpViews } from './detail-facts.ts';
import { eventView } from './event-view.ts';
import type { DiffSeen } from './diff-seen.ts';
import type { EventsSeen } from './events-seen.ts';
import { noInventory } from './inventory-page-parts.ts';
import type { InventorySeen } from './inventory-page-parts.ts';
import { listPath } from './object-view.ts';
import { needsViews, usedByViews } from './related-view.ts';
import { count } from './words.ts';
import { yamlView } from './yaml-view.ts';

const tabs = ['summary', 'inventory', 'events', 'yaml'] as const;

/** The views of an object's page; `build` and `diff` have addresses of their own and are of Kustomizations only. */
export type Tab = (typeof tabs)[number] | 'build' | 'diff';

const eventsInSummary = 10;

/** The view that `?tab=` asks for. Throws invalid with the views there are. */
export function tabOf(asked: string | null): Tab {
  if (asked === null) return 'summary';
  const tab = tabs.find((each) => each === asked);
  if (tab !== undefined) return tab;
  throw new SluiceError('invalid', `There is no view “${asked.slice(0, 40)}” of an object.`, {
    field: 'tab',
    wayOut: `The views are ${tabs.join(', ')}.`,
  });
}

/** The feed of the open view. */
export function eventLists(tab: Tab, folds: readonly FoldedEvent[]): LoadedPage['lists'] {
  if (tab !== 'summary' && tab !== 'events') return {};
  const shown = tab === 'summary' ? folds.slice(0, eventsInSummary) : folds;
  const rows = shown.map((fold) => eventView(fold));
  return { 'detail-events': { template: 'flux/event.njk', rows: rows.map((row) => ({ id: row.id, model: row })) } };
}

interface TabInput {
  request: PageRequest;
  kind: KindDefinition;
  entry: Entry<FluxSummary>;
  tab: Tab;
  sight: Sight;
  inventory: InventorySeen | undefined;
  events: EventsSeen;
  diff: DiffSeen | undefined;
  build: BuildSeen | undefined;
  hrefOf(tab: Tab): string;
}

/** Only what the open view shows is made and compared. */
export function tabParts(input: TabInput): LoadedPage['parts'] {
  const { kind, entry, tab, sight, inventory, request } = input;
  const { link, now } = request;
  const { object, summary, key } = entry;
  if (tab === 'yaml')
    return { 'detail-yaml': { template: 'flux/detail-yaml.njk', model: { key, ...yamlView(toYaml(object)) } } };
  if (tab === 'inventory') return { 'detail-inventory': inventory?.part ?? noInventory };
  if (input.diff !== undefined) return { 'detail-diff': input.diff.part };
  if (input.build !== undefined) return { 'detail-build': input.build.part };
  if (tab === 'events') return eventParts(input);
  const uses = usedByViews(sight, referenceTo(object), link, now);
  return {
    'detail-facts': {
      template: 'flux/detail-facts.njk',
      model: {
        generation: object.metadata.generation ?? 1,
        title: kind.title,
        rows: setUpViews(entry, kind, link),
        labels: labelViews(object, kind, link),
      },
    },
    'detail-artifact': { template: 'flux/detail-artifact.njk', model: { rows: artifactViews(object, link) } },
    'detail-inventory': inventory?.part ?? noInventory,
    'detail-commands': { template: 'flux/detail-commands.njk', model: { commands: commandsFor(object, kind) } },
    'detail-conditions': {
      template: 'flux/detail-conditions.njk',
      model: {
        rows: conditionViews(object, summary.state),
        seen: conditionsSeen(object),
        instead:
          kind.statusless?.(object) === true ? 'This kind reports no status.' : 'No controller has reported on it yet.',
      },
    },
    ...eventParts(input),
    'detail-needs': {
      template: 'flux/detail-related.njk',
      model: {
        id: 'detail-needs',
        heading: 'What it needs',
        sub: 'sources and dependencies',
        rows: needsViews(sight, summary, link, now),
        more: 0,
        moreLinks: [],
        instead: '',
      },
    },
    'detail-used-by': {
      template: 'flux/detail-related.njk',
      model: {
        id: 'detail-used-by',
        heading: 'Used by',
        sub: uses.total === 0 ? '' : count(uses.total, 'object'),
        rows: uses.rows,
        more: uses.total - uses.rows.length,
        moreLinks: usersLinks(kind, object, uses.total - uses.rows.length, link),
        instead: kind.section === 'sources' ? 'Nothing that you may see uses it.' : '',
      },
    },
  };
}

/** Where all users of a source stand: the lists of the kinds that have sources, filtered by it. */
function usersLinks(kind: KindDefinition, { metadata }: KubeObject, more: number, link: PageRequest['link']) {
  if (more <= 0 || kind.section !== 'sources') return [];
  const source = `${kind.kind}/${metadata.namespace ?? ''}/${metadata.name}`;
  return kinds
    .filter((each) => each.section === 'reconcilers')
    .map((each) => ({ label: each.title, href: link(listPath(each.plural), { source }) }));
}

function eventParts({ tab, events, hrefOf }: TabInput): LoadedPage['parts'] {
  const { folds, problem } = events;
  const more = tab === 'summary' && folds.length > eventsInSummary;
  return {
    'detail-events-head': {
      template: 'flux/detail-events-head.njk',
      model: { sub: 'times in UTC, repeated ones folded', total: folds.length, href: more ? hrefOf('events') : '' },
    },
    'detail-events-none': {
      template: 'flux/detail-events-none.njk',
      model: {
        text: problem ?? (folds.length === 0 ? 'None. Kubernetes forgets events, by default after an hour.' : ''),
      },
    },
  };
}
