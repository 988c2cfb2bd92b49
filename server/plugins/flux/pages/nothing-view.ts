import type { AccessRule } from '../../../errors.ts';
import { grantYaml } from '../../../kube/grant.ts';
import type { Problem } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { ListFilter } from '../filter.ts';
import type { KindDefinition } from '../kind.ts';
import { listPath } from './object-view.ts';
import { count, rightInWords } from './words.ts';

/** Why a table has no rows, as `views/flux/list-nothing.njk` draws it; `kind` is empty when it has some. */
export interface NothingView {
  kind: '' | 'syncing' | 'absent' | 'forbidden' | 'unreachable' | 'empty' | 'no-match';
  symbol: string;
  title: string;
  text: string;
  near: { label: string; href: string }[];
  rights: string[];
  next: { label: string; href: string } | undefined;
  grant: string | undefined;
}

const something: NothingView = {
  kind: '',
  symbol: '',
  title: '',
  text: '',
  near: [],
  rights: [],
  next: undefined,
  grant: undefined,
};

/** Everything the reason for an empty table depends on. */
export interface NothingInput {
  kind: KindDefinition;
  filter: ListFilter;
  rows: number;
  /** How many the reader may see without a filter. */
  visible: number;
  problems: readonly Problem[];
  /** How many were read so far, while the first list is under way. */
  read: number;
  /** Names that are close to what was searched for. */
  near: readonly { label: string; href: string }[];
  identity: Identity;
  clusterName: string;
  link: PageRequest['link'];
}

/** Why nothing is shown: the kind is absent, forbidden, still read, there is none, or none matches. */
export function nothingView(input: NothingInput): NothingView {
  const { kind, rows, visible, problems } = input;
  if (rows > 0) return something;
  const find = (what: Problem['kind']) => problems.find((problem) => problem.kind === what);
  if (visible > 0) return noMatch(input);
  const absent = find('absent');
  if (absent !== undefined) return absentView(input);
  const forbidden = find('forbidden');
  if (forbidden !== undefined) return forbiddenView(input, forbidden);
  const unreachable = find('unreachable') ?? find('bad_credentials') ?? find('failed');
  if (unreachable !== undefined)
    return {
      ...something,
      kind: 'unreachable',
      symbol: 's-warning',
      title: `${kind.title} cannot be read now`,
      text: `${unreachable.message} Sluice tries again by itself; this page fills as soon as it gets through.`,
    };
  if (find('syncing') !== undefined)
    return {
      ...something,
      kind: 'syncing',
      title: `Reading ${kind.title}`,
      text: input.read === 0 ? 'the first list is under way' : `${count(input.read, 'object')} read so far`,
    };
  return {
    ...something,
    kind: 'empty',
    symbol: kind.icon,
    title: `No ${kind.title} in this cluster`,
    text: `${kind.purpose} Sluice watches for the first one.`,
  };
}

function absentView({ kind, clusterName, link }: NothingInput): NothingView {
  return {
    ...something,
    kind: 'absent',
    symbol: kind.icon,
    title: `${clusterName} does not know ${kind.title}`,
    text: `The API server serves no ${kind.plural}.${kind.group}, because the controller that brings them is not installed. ${kind.purpose} The list comes on by itself when they appear.`,
    next: { label: 'Install Flux', href: link('/bootstrap') },
  };
}

function forbiddenView({ kind, identity }: NothingInput, problem: Problem): NothingView {
  const rules: readonly AccessRule[] = problem.missing ?? [{ verb: 'list', group: kind.group, resource: kind.plural }];
  const lacking = problem.lacking ?? identity;
  const groups = lacking.groups.length === 0 ? '' : ` (groups ${lacking.groups.join(', ')})`;
  return {
    ...something,
    kind: 'forbidden',
    symbol: 's-forbidden',
    title: `${kind.title} are hidden from you`,
    text: `${problem.message} ${lacking === identity ? 'You are' : 'Sluice is'} ${lacking.name}${groups}. Needed:`,
    rights: rules.map(rightInWords),
    grant: grantYaml(rules, lacking),
  };
}

function noMatch({ kind, filter, visible, near, link }: NothingInput): NothingView {
  const asked = [
    filter.q === '' ? undefined : `“${filter.q}”`,
    filter.states.length === 0 ? undefined : filter.states.join(' or '),
    filter.label === undefined ? undefined : `label ${filter.label}`,
    filter.source === undefined ? undefined : `source ${filter.source}`,
  ].filter((part) => part !== undefined);
  const where = filter.namespace === undefined ? '' : ` in ${filter.namespace}`;
  const what = asked.length === 0 ? (where === '' ? 'is' : 'lies') : filter.q === '' ? 'is' : 'matches';
  return {
    ...something,
    kind: 'no-match',
    symbol: 'i-filter',
    title: `None of ${count(visible, kind.kind, kind.title)} ${what} ${asked.join(', ')}${where}`.trimEnd(),
    text: '',
    near: [...near],
    next: { label: 'Clear the filter', href: link(listPath(kind.plural)) },
  };
}
