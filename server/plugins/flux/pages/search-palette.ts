import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { definePage } from '../../../web/page.ts';
import type { Page, PageRequest } from '../../../web/page.ts';
import type { KindDefinition } from '../kind.ts';
import { kustomization } from '../kinds/kustomization.ts';
import { bestHits, searchObjects } from '../search/search-objects.ts';
import type { SearchHit } from '../search/search-objects.ts';
import { asksForSomething, parseSearch } from '../search/search-query.ts';
import { typedCommand } from '../search/typed-command.ts';
import type { CommandVerb } from '../search/typed-command.ts';
import { look } from '../sight.ts';
import { logsPath } from './logs-page-model.ts';
import { objectPath } from './object-view.ts';
import { patchableIn } from './patchable.ts';
import type { Patchable } from './patchable.ts';
import { rowActions } from './row-actions.ts';
import { searchPath } from './search-page.ts';
import type { MenuItem } from './row-actions.ts';
import { count, wantsAttention } from './words.ts';

const objectsShown = 8;
const commandsShown = 6;

/** A line of the search box' list, as `views/flux/search-palette.njk` draws it: a place to go to, or a form to send. */
interface PaletteOption {
  id: string;
  /** A state's mark, or else a symbol. */
  mark: string;
  symbol: string;
  /** Stands before the object's name: the command or the kind. */
  before: string;
  namespace: string;
  name: string;
  small: string;
  href: string;
  /** Where it is posted; empty for a link. */
  action: string;
  plural: string;
  object: string;
  withSource: boolean;
  denied: string;
}

/** What the search box offers while one types: objects, and what can be done to them. A fragment, without a frame. */
export function searchPalette(): Page {
  return definePage({
    path: `${searchPath}/palette`,
    async load(request) {
      const { cluster, identity, link, now } = request;
      const typed = request.query.get('q') ?? '';
      const command = typedCommand(typed);
      const query = parseSearch(command?.rest ?? typed);
      const sight = await look(cluster, identity);
      const result = asksForSomething(query)
        ? searchObjects(sight, query, now, objectsShown)
        : { groups: [], total: 0 };
      const hits = bestHits(result, objectsShown);
      const commands =
        command === undefined
          ? await commandsOf(hits.slice(0, 1), undefined, request)
          : await commandsOf(hits, command.verb, request);
      const objects = command === undefined ? hits.map((hit, index) => objectOption(hit, index, link)) : [];
      const all = link(searchPath, { q: query.text });
      return {
        title: 'Search',
        template: 'flux/search-palette.njk',
        model: {
          groups: [
            { id: 'palette-objects', heading: 'Objects', options: objects },
            { id: 'palette-commands', heading: 'Commands', options: commands },
          ].filter(({ options }) => options.length > 0),
          all: result.total > hits.length ? { href: all, label: `All ${count(result.total, 'object')}` } : undefined,
          told: result.total === 0 ? 'Nothing fits.' : `${count(result.total, 'object')}.`,
        },
        parts: {},
        lists: {},
        topics: [],
      };
    },
  });
}

const nothingSpecial = { mark: '', symbol: '', action: '', href: '', withSource: false, denied: '', small: '' };

function objectOption({ kind, entry }: SearchHit, index: number, link: PageRequest['link']): PaletteOption {
  const { summary, object, key } = entry;
  const { namespace, name } = object.metadata;
  return {
    ...nothingSpecial,
    id: `palette-object-${index}`,
    mark: summary.state,
    before: kind.kind,
    namespace: namespace ?? '',
    name,
    small: wantsAttention(summary.state) ? (summary.because ?? '') : '',
    href: link(objectPath(kind.plural, namespace, name)),
    plural: kind.plural,
    object: key,
  };
}

async function commandsOf(
  hits: readonly SearchHit[],
  verb: CommandVerb | undefined,
  request: PageRequest,
): Promise<PaletteOption[]> {
  const { cluster, identity, link } = request;
  const scopes = await patchScopes(cluster, identity, hits);
  const options = hits.flatMap((hit) => {
    const patchable = scopes.get(hit.kind) ?? { all: false, namespaces: new Set<string>() };
    return (
      itemsOf(hit, patchable, link)
        .filter((item) => verb === undefined || item.verb === verb)
        // Among several objects the ways to sync one would crowd out the others.
        .filter((item) => item.form !== 'row-source' || hits.length === 1)
        .map((item) => ({ hit, item }))
    );
  });
  return options.slice(0, commandsShown).map(({ hit, item }, index) => {
    const { namespace, name } = hit.entry.object.metadata;
    return {
      ...nothingSpecial,
      id: `palette-command-${index}`,
      symbol: item.symbol,
      before: item.label,
      namespace: namespace ?? '',
      name,
      small: item.denied ?? item.small ?? hit.kind.kind,
      href: item.href ?? link(objectPath(hit.kind.plural, namespace, name)),
      action: item.denied === undefined ? (item.action ?? '') : '',
      plural: hit.kind.plural,
      object: hit.entry.key,
      withSource: item.form === 'row-source',
      denied: item.denied ?? '',
    };
  });
}

/** One question of rights per kind; the answers are kept by the cluster. */
async function patchScopes(
  cluster: Cluster,
  identity: Identity,
  hits: readonly SearchHit[],
): Promise<Map<KindDefinition, Patchable>> {
  const namespaces = [...new Set(hits.flatMap(({ entry }) => entry.object.metadata.namespace ?? []))];
  const kinds = [...new Set(hits.map(({ kind }) => kind))];
  return new Map(
    await Promise.all(
      kinds.map(async (kind): Promise<[KindDefinition, Patchable]> => {
        return [kind, await patchableIn(cluster, identity, kind, namespaces)];
      }),
    ),
  );
}

function itemsOf(
  { kind, entry }: SearchHit,
  patchable: Patchable,
  link: PageRequest['link'],
): (MenuItem & { verb: CommandVerb })[] {
  const { object, summary } = entry;
  const { namespace, name } = object.metadata;
  const path = objectPath(kind.plural, namespace, name);
  const never = kind.neverReconciled?.(object);
  const { menu } = rowActions(
    kind,
    { namespace, name, state: summary.state, hasSource: summary.source !== undefined, never },
    patchable,
    link,
    link(path),
  );
  const verbs: Readonly<Record<string, CommandVerb>> = { Suspend: 'suspend', Resume: 'resume' };
  const logs = link(logsPath, { object: `${kind.kind}/${namespace ?? ''}/${name}` });
  return [
    ...menu.map((item) => ({ ...item, verb: verbs[item.label.replace('…', '')] ?? ('sync' as const) })),
    ...(kind === kustomization
      ? [{ verb: 'diff' as const, label: 'Diff of', symbol: 'i-diff', href: link(`${path}/diff`) }]
      : []),
    { verb: 'events', label: 'Events of', symbol: 'i-events', href: link(path, { tab: 'events' }) },
    { verb: 'yaml', label: 'YAML of', symbol: 'i-diff', href: link(path, { tab: 'yaml' }) },
    { verb: 'logs', label: 'Logs about', symbol: 'i-logs', href: logs },
  ];
}
