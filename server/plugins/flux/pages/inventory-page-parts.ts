import { SluiceError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Part, PageRequest } from '../../../web/page.ts';
import type { HealthState } from '../health/health.ts';
import type { InventoryNode, InventoryTree } from '../inventory-tree/tree.ts';
import { inventoryTree } from '../inventory-tree/read-tree.ts';
import { hasStoredInventory } from '../inventory-tree/stored-inventory.ts';
import { inventorySize } from '../inventory.ts';
import type { Sight } from '../sight.ts';
import { everyNode, kindRank } from '../inventory-tree/tree.ts';
import { healthWords, nodeView } from './inventory-page-rows.ts';
import type { NodeView } from './inventory-page-rows.ts';
import { pageNumber, paged } from './paging.ts';
import { problemNotices } from './problem-notices.ts';
import { count, enumerate, rightInWords } from './words.ts';

/** The inventory as the open view of an object's page shows it. */
export interface InventorySeen {
  /** Entries of the inventory; undefined while they have to be read first. */
  total: number | undefined;
  /** The tab's filter controls. */
  bar: object | undefined;
  part: Part;
  /** When to look again; undefined where the open view shows nothing that was read. */
  again: Date | undefined;
}

interface SeenInput {
  request: PageRequest;
  object: KubeObject;
  sight: Sight;
  /** The open view; those that show no inventory read none. */
  tab: string;
  /** Path of the page below the cluster. */
  path: string;
}

/** Reads what an object owns for the view that is open; undefined for what has no inventory. */
export async function inventorySeen({
  request,
  object,
  sight,
  tab,
  path,
}: SeenInput): Promise<InventorySeen | undefined> {
  const size = inventorySize(object);
  if (size === undefined && !hasStoredInventory(object)) return undefined;
  const { cluster, identity, now, link, query } = request;
  const nothing = { total: size, bar: undefined, part: noInventory, again: undefined };
  if (tab !== 'summary' && tab !== 'inventory') return nothing;
  const tree = await inventoryTree({ cluster, identity, object, sight, now, patienceMilliseconds: inventoryPatience });
  if (tree === undefined) return nothing;
  const total = size ?? (tree.late ? undefined : tree.nodes.length);
  const home = object.metadata.namespace;
  const again = nextLook(tree, now);
  if (tab === 'inventory') return { total, again, ...inventoryTab({ tree, home, query, path, link }) };
  const part = inventoryPanel(tree, home, link(path, { tab: 'inventory' }), link);
  return { total, bar: undefined, part, again };
}

/** The part in place of an inventory that is not shown: it keeps its place. */
export const noInventory: Part = { template: 'flux/inventory-panel.njk', model: {} };

/** Reads on the first look wait so long at most; after that the page comes without health and fills by itself. */
export const inventoryPatience = 1_500;
/** An open page looks again after this time. */
const lookAgain = 3_000;
const lookAgainWhenLate = 700;

const shownInSummary = 12;
const pageSize = 100;

const states = Object.keys(healthWords) as HealthState[];

/** When a page with this tree is to be looked at again. */
export function nextLook(tree: Pick<InventoryTree, 'late'>, now: Date): Date {
  return new Date(now.getTime() + (tree.late ? lookAgainWhenLate : lookAgain));
}

/** `17 objects: 3 failing, 13 healthy, 1 hidden`. */
function inventoryInWords({ nodes, counts, late, problems }: InventoryTree): string {
  if (nodes.length === 0 && problems.length > 0) return 'not known';
  const all = count(nodes.length, 'object');
  if (late) return `${all}, being read`;
  const parts = states.flatMap((state) => {
    const number = counts[state] ?? 0;
    return number === 0 ? [] : [`${number.toLocaleString('en-GB')} ${healthWords[state]}`];
  });
  return parts.length === 0 ? all : `${all}: ${parts.join(', ')}`;
}

/** The panel of the summary: what needs attention, then workloads, and the rest in a line. */
function inventoryPanel(
  tree: InventoryTree,
  home: string | undefined,
  allHref: string,
  link: PageRequest['link'],
): Part {
  const { nodes } = tree;
  const whole = nodes.length <= shownInSummary + 2;
  const shown = whole ? nodes : nodes.slice(0, shownInSummary);
  const rest = nodes.slice(shown.length);
  return {
    template: 'flux/inventory-panel.njk',
    model: {
      words: inventoryInWords(tree),
      href: allHref,
      notices: noticesOf(tree),
      rows: shown.map((node) => nodeView(node, { link, home })),
      rest: rest.length === 0 ? '' : restInWords(rest),
      restState: rest.every(({ health }) => health.state === 'ready') ? 'ready' : '',
      restSays: rest.every(({ health }) => health.state === 'ready') ? 'all healthy' : '',
    },
  };
}

/** `7 more: ConfigMap, ServiceAccount and Service`. */
function restInWords(rest: readonly InventoryNode[]): string {
  const kinds = [...new Set(rest.map(({ reference }) => reference.kind))];
  const named = kinds.length > 4 ? [...kinds.slice(0, 3), 'others'] : kinds;
  return `${rest.length.toLocaleString('en-GB')} more: ${enumerate(named)}`;
}

/** What the tab's query asks for. */
interface InventoryFilter {
  q: string;
  kind: string;
  state: HealthState | undefined;
  page: number;
}

/** Reads `q`, `kind`, `status` and `page`. Throws invalid naming the field. */
function filterOf(query: URLSearchParams): InventoryFilter {
  const asked = query.get('status') ?? '';
  const state = states.find((each) => each === asked);
  if (asked !== '' && state === undefined)
    throw new SluiceError('invalid', `“${asked.slice(0, 40)}” is no state of an object.`, {
      field: 'status',
      wayOut: `The states are ${states.join(', ')}.`,
    });
  return { q: (query.get('q') ?? '').trim(), kind: query.get('kind') ?? '', state, page: pageNumber(query) };
}

interface TabOptions {
  tree: InventoryTree;
  home: string | undefined;
  query: URLSearchParams;
  /** Path of the page below the cluster. */
  path: string;
  link: PageRequest['link'];
}

/** The tab: everything by kind, filtered and paged. */
function inventoryTab({ tree, home, query, path, link }: TabOptions): { bar: object; part: Part } {
  const filter = filterOf(query);
  const found = tree.nodes.filter((node) => isWanted(node, filter));
  const hrefOfPage = (number: number) =>
    link(path, {
      tab: 'inventory',
      q: filter.q || undefined,
      kind: filter.kind || undefined,
      status: filter.state,
      page: number === 1 ? undefined : String(number),
    });
  const { shown, pages } = paged(byKind(found), { asked: filter.page, size: pageSize, hrefOf: hrefOfPage });
  return {
    bar: barOf(tree, filter, link(path)),
    part: {
      template: 'flux/inventory-tab.njk',
      model: {
        words: inventoryInWords(tree),
        notices: noticesOf(tree),
        groups: groupsOf(shown, found, { link, home }),
        total: tree.nodes.length,
        nothing:
          found.length > 0 || (tree.nodes.length === 0 && tree.problems.length > 0)
            ? ''
            : noneInWords(tree.nodes.length),
        allHref: link(path, { tab: 'inventory' }),
        pages,
      },
    },
  };
}

function noneInWords(total: number): string {
  return total === 0 ? 'It owns nothing.' : 'Nothing it owns matches this filter.';
}

function isWanted(node: InventoryNode, { q, kind, state }: InventoryFilter): boolean {
  if (kind !== '' && node.reference.kind !== kind) return false;
  const all = [...everyNode([node])];
  if (state !== undefined && !all.some(({ health }) => health.state === state)) return false;
  if (q === '') return true;
  const words = q.toLowerCase().split(/\s+/);
  const texts = all.map(({ reference, health, images }) =>
    [reference.kind, reference.namespace, reference.name, health.says, health.reason, ...images]
      .join(' ')
      .toLowerCase(),
  );
  return words.every((word) => texts.some((text) => text.includes(word)));
}

/** Kinds with trouble first, the worst first in each; `nodes` come in the order of their urgency. */
function byKind(nodes: readonly InventoryNode[]): InventoryNode[] {
  const groups = Map.groupBy(nodes, ({ reference }) => `${reference.group}/${reference.kind}`);
  const calm = ({ health }: InventoryNode) => (health.state === 'ready' ? 1 : 0);
  return [...groups.values()]
    .toSorted(([one], [other]) =>
      one === undefined || other === undefined
        ? 0
        : calm(one) - calm(other) ||
          kindRank(one) - kindRank(other) ||
          (one.reference.kind < other.reference.kind ? -1 : 1),
    )
    .flat();
}

interface GroupView {
  id: string;
  kind: string;
  apiVersion: string;
  words: string;
  rows: NodeView[];
}

function groupsOf(
  shown: readonly InventoryNode[],
  found: readonly InventoryNode[],
  options: Parameters<typeof nodeView>[1],
): GroupView[] {
  const groups = Map.groupBy(shown, ({ reference }) => `${reference.group}/${reference.kind}`);
  return [...groups].map(([key, nodes]) => {
    const { reference, served } = nodes[0] as InventoryNode;
    const all = found.filter((node) => `${node.reference.group}/${node.reference.kind}` === key);
    const version = served?.version ?? '';
    const troubled = all.filter(({ health }) => health.state === 'failing' || health.state === 'stalled').length;
    return {
      id: `group-${key.replaceAll(/[^\w.-]/g, '_')}`,
      kind: reference.kind,
      apiVersion: [reference.group, version].filter((part) => part !== '').join('/'),
      words: troubled === 0 ? String(all.length) : `${all.length}, ${troubled} failing`,
      rows: nodes.map((node) => nodeView(node, options)),
    };
  });
}

function barOf(tree: InventoryTree, filter: InventoryFilter, action: string): object {
  const kinds = [...new Set(tree.nodes.map(({ reference }) => reference.kind))].toSorted();
  const present = new Set([...everyNode(tree.nodes)].map(({ health }) => health.state));
  return {
    action,
    subject: 'the inventory',
    q: filter.q,
    placeholder: 'Filter by name, kind, image or words',
    selects: [
      {
        name: 'kind',
        label: 'Kind',
        value: filter.kind,
        options: [{ value: '', label: 'All kinds' }, ...kinds.map((kind) => ({ value: kind, label: kind }))],
      },
      {
        name: 'status',
        label: 'Health',
        value: filter.state ?? '',
        options: [
          { value: '', label: 'Any health' },
          ...states
            .filter((state) => present.has(state) || state === filter.state)
            .map((state) => ({ value: state, label: healthWords[state] })),
        ],
      },
    ],
    hidden: [{ name: 'tab', value: 'inventory' }],
  };
}

/** What is not shown and the right that would show it. */
export function noticesOf({ problems }: Pick<InventoryTree, 'problems'>): object[] {
  const forbidden = problems.filter((problem) => problem.kind === 'forbidden');
  const others = problems.filter((problem) => problem.kind !== 'forbidden');
  const rights = forbidden.flatMap((problem) => (problem.missing ?? []).map(rightInWords));
  if (rights.length === 0) return problemNotices(others, 1);
  const named = rights.length > 4 ? [...rights.slice(0, 4), `${rights.length - 4} more`] : rights;
  return [
    {
      state: 'info',
      strong: 'Not everything is shown.',
      text: `You lack ${enumerate(named)}.`,
      since: undefined,
    },
    ...problemNotices(others, 1),
  ];
}
