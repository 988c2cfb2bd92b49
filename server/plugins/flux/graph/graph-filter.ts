import { SluiceError } from '../../../errors.ts';
import { kindByPlural } from '../kinds/index.ts';
import { objectStates } from '../summary.ts';
import type { ObjectState } from '../summary.ts';

export const groupings = ['namespace', 'kind', 'none'] as const;

/** What of the graph is asked for. */
export interface GraphFilter {
  namespace: string | undefined;
  /** A plural. */
  kind: string | undefined;
  /** Empty: any. `attention` in the query stands for all that ask for somebody's. */
  states: readonly ObjectState[];
  /** A node's id: what leads to it and from it. */
  focus: string | undefined;
  /** Undefined: as the number of nodes has it. */
  group: (typeof groupings)[number] | undefined;
  /** Groups that are not drawn as one. */
  open: readonly string[];
  /** Only edges along which a revision goes. */
  flowOnly: boolean;
  /** Also what the objects own, read for this look. */
  inventory: boolean;
  /** Nodes of which more than a few of what they made are drawn. */
  more: readonly string[];
}

const calm = new Set<ObjectState>(['ready', 'none']);
/** The word for all states that ask for attention. */
export const attention = 'attention';

/** Reads the graph's query strictly. Throws invalid, naming the field. */
export function parseGraphFilter(query: URLSearchParams): GraphFilter {
  const kind = query.get('kind') || undefined;
  if (kind !== undefined && kindByPlural(kind) === undefined) {
    throw new SluiceError('invalid', `There is no kind ${kind}.`, { field: 'kind' });
  }
  const focus = query.get('focus') || undefined;
  if (focus !== undefined && !/^[a-z]+(\/[^/\s]*){2,3}$/.test(focus)) {
    throw new SluiceError('invalid', 'focus is <plural>/<namespace>/<name>.', { field: 'focus' });
  }
  const group = query.get('group') || undefined;
  const known = groupings.find((one) => one === group);
  if (group !== undefined && known === undefined) {
    throw new SluiceError('invalid', `group is one of ${groupings.join(', ')}.`, { field: 'group' });
  }
  const show = query.get('show') || undefined;
  if (show !== undefined && show !== 'flow' && show !== 'all') {
    throw new SluiceError('invalid', 'show is one of flow, all.', { field: 'show' });
  }
  const inventory = query.get('inventory') || undefined;
  if (inventory !== undefined && inventory !== 'show' && inventory !== 'hide') {
    throw new SluiceError('invalid', 'inventory is one of show, hide.', { field: 'inventory' });
  }
  return {
    namespace: query.get('namespace') || undefined,
    kind,
    states: statesOf(query.get('status') || undefined),
    focus,
    group: known,
    open: namesIn(query.get('open')),
    flowOnly: show === 'flow',
    inventory: inventory === 'show',
    more: namesIn(query.get('more')),
  };
}

function namesIn(text: string | null): string[] {
  return (text ?? '').split(',').filter((name) => name !== '');
}

function statesOf(text: string | undefined): ObjectState[] {
  if (text === undefined) return [];
  return text.split(',').flatMap((word) => {
    if (word === attention) return objectStates.filter((state) => !calm.has(state));
    const state = objectStates.find((one) => one === word);
    if (state === undefined) throw new SluiceError('invalid', `There is no status ${word}.`, { field: 'status' });
    return [state];
  });
}

/** The query of a filter, with changes. */
export function graphQuery(filter: GraphFilter, change: Partial<GraphFilter> = {}): Record<string, string | undefined> {
  const { namespace, kind, states, focus, group, open, flowOnly, inventory, more } = { ...filter, ...change };
  const all = objectStates.filter((state) => !calm.has(state));
  const isAttention = states.length === all.length && all.every((state) => states.includes(state));
  return {
    namespace,
    kind,
    status: states.length === 0 ? undefined : isAttention ? attention : states.join(','),
    focus,
    group,
    open: open.length === 0 ? undefined : open.join(','),
    show: flowOnly ? 'flow' : undefined,
    inventory: inventory ? 'show' : undefined,
    more: inventory && more.length > 0 ? more.join(',') : undefined,
  };
}
