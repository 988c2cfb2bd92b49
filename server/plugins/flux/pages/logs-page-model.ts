import { grantYaml } from '../../../kube/grant.ts';
import type { SluiceError } from '../../../errors.ts';
import type { PageRequest } from '../../../web/page.ts';
import { logParameters, sinceChoices, tailChoices } from '../log-lines/query.ts';
import type { LogQuery } from '../log-lines/query.ts';
import type { ReadLogs } from '../log-lines/read-logs.ts';
import type { NoticeView } from './problem-notices.ts';
import { count, enumerate, rightInWords } from './words.ts';

type Link = PageRequest['link'];

export const logsPath = '/flux/logs';

interface Select {
  name: string;
  label: string;
  value: string;
  options: { value: string; label: string }[];
}

/** The controls over a log. */
export interface LogFilters {
  action: string;
  q: string;
  selects: Select[];
  previous: boolean;
  /** What is filtered by and stands in no control, with the link that takes it away. */
  chips: { label: string; href: string }[];
  hidden: { name: string; value: string }[];
}

function select(name: string, label: string, all: string, value: string | undefined, names: readonly string[]): Select {
  const known = value === undefined || names.includes(value) ? names : [...names, value];
  return {
    name,
    label,
    value: value ?? '',
    options: [{ value: '', label: all }, ...known.map((each) => ({ value: each, label: each }))],
  };
}

const sinceWords: Record<string, string> = {
  '5m': 'Last 5 minutes',
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
};

interface FilterInput {
  query: LogQuery;
  home: string;
  isFluxHome: boolean;
  namespaces: readonly string[];
  found: Pick<ReadLogs['chosen'], 'controllers' | 'pods' | 'containers'>;
  link: Link;
}

/** The controls with what can be chosen here and now. */
export function logFilters({ query, home, isFluxHome, namespaces, found, link }: FilterInput): LogFilters {
  const selects: Select[] = [
    select(
      'namespace',
      'Namespace',
      `Flux (${home})`,
      query.namespace,
      namespaces.filter((name) => name !== home),
    ),
  ];
  const pods = found.pods.map(({ name }) => name);
  if (isFluxHome)
    selects.push(select('controller', 'Controller', 'All controllers', query.controller, found.controllers));
  if (!isFluxHome) selects.push(select('pod', 'Pod', 'All pods', query.pod, pods));
  if (found.containers.length > 1 || query.container !== undefined)
    selects.push(select('container', 'Container', 'All containers', query.container, found.containers));
  const level = select('level', 'Level', 'All levels', query.level === 'debug' ? undefined : query.level, []);
  level.options = [
    { value: '', label: 'All levels' },
    { value: 'info', label: 'Info and graver' },
    { value: 'error', label: 'Errors' },
  ];
  const since = select('since', 'Since', 'Any time', query.since, [...sinceChoices]);
  since.options = since.options.map(({ value, label }) => ({ value, label: sinceWords[value] ?? label }));
  const tails = [...new Set([...tailChoices, query.tail])].toSorted((one, other) => one - other);
  selects.push(level, since, {
    name: 'tail',
    label: 'How many lines',
    value: String(query.tail),
    options: tails.map((tail) => ({ value: String(tail), label: `Newest ${tail.toLocaleString('en-GB')}` })),
  });
  const chip = (label: string, change: Partial<LogQuery>) => ({
    label,
    href: link(logsPath, logParameters(query, change)),
  });
  const chips = [
    ...(query.object === undefined ? [] : [chip(`about ${query.object}`, { object: undefined })]),
    ...(isFluxHome && query.pod !== undefined
      ? [chip(`pod ${query.pod}`, { pod: undefined, container: undefined })]
      : []),
  ];
  const hidden = [
    { name: 'object', value: query.object },
    { name: 'pod', value: isFluxHome ? query.pod : undefined },
    { name: 'follow', value: query.follow ? undefined : 'false' },
  ].flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  return { action: link(logsPath), q: query.q, selects, previous: query.previous, chips, hidden };
}

/** What is to be known of the containers: which cannot be read, which were restarted, how many are left out. */
export function logNotices({ chosen, problems, namespace }: ReadLogs, query: LogQuery): NoticeView[] {
  const notices: NoticeView[] = [];
  const note = (state: NoticeView['state'], strong: string, text: string) =>
    notices.push({ state, strong, text, since: undefined });
  if (chosen.left > 0) {
    const all = chosen.sources.length + chosen.left;
    note(
      'info',
      'Not every pod is shown.',
      `The newest ${chosen.sources.length} of ${all} containers are; choose a pod.`,
    );
  }
  const of = (kind: ReadLogs['problems'][number]['kind']) => problems.filter((problem) => problem.kind === kind);
  for (const { source, message } of of('waiting')) {
    note('warning', `${source.label} has not started.`, `${source.reason ?? ''} ${message}`.trim());
  }
  const never = of('no-previous').map(({ source }) => source.label);
  if (never.length > 0 && never.length < chosen.sources.length)
    note('info', 'Never restarted:', `${enumerate(never)} ${never.length === 1 ? 'has' : 'have'} no earlier log.`);
  for (const { source, message } of of('dropped')) note('info', `A log of ${source.label} is gone.`, message);
  for (const { source } of of('gone')) note('info', `${source.label} is gone.`, 'Its log went with it.');
  for (const { source, message } of of('failed')) note('warning', `${source.label} cannot be read.`, message);
  const refused = of('forbidden');
  if (refused.length > 0 && refused.length < chosen.sources.length)
    note('warning', 'Not every log is shown.', `You may not read ${refused.length} of them in ${namespace}.`);
  const restarted = query.previous ? [] : chosen.sources.filter(({ restarts }) => restarts > 0);
  if (restarted.length > 0) {
    const told = restarted.slice(0, 3).map(({ label, restarts }) => `${label} ${count(restarts, 'time')}`);
    note('info', 'Restarted:', `${enumerate(told)}. The log before that is under “Before the last restart”.`);
  }
  return notices;
}

/** Why no line is shown, as `views/flux/logs-nothing.njk` draws it; an empty title when there are some. */
export interface LogsNothing {
  symbol: string;
  title: string;
  text: string;
  rights: string[];
  grant: string | undefined;
  next: { label: string; href: string } | undefined;
}

const something: LogsNothing = { symbol: '', title: '', text: '', rights: [], grant: undefined, next: undefined };

/** Why nothing stands there although it could be asked for. */
export function logsNothing(found: ReadLogs, query: LogQuery, link: Link): LogsNothing {
  if (found.lines.length > 0) return something;
  const { chosen, namespace, isFluxHome, problems, looked } = found;
  const all = { label: `All of ${namespace}`, href: link(logsPath, { namespace: query.namespace }) };
  if (chosen.sources.length === 0) {
    if (query.pod !== undefined || query.controller !== undefined) {
      const wanted = query.pod === undefined ? `controller ${query.controller}` : `pod ${query.pod}`;
      const text = 'It may have been replaced since this address was made.';
      return { ...something, symbol: 'k-pod', title: `There is no ${wanted} in ${namespace}`, text, next: all };
    }
    const text = isFluxHome
      ? `No pod in ${namespace} is a controller of Flux. They may run elsewhere, or be scaled to nothing.`
      : 'This namespace has no pods now.';
    return { ...something, symbol: 'k-pod', title: 'There is nothing to read', text };
  }
  const [first] = problems;
  if (first !== undefined && problems.length === chosen.sources.length) {
    if (first.kind === 'no-previous') {
      const text = 'An earlier log exists only where a container was restarted in the same pod.';
      const next = { label: 'The log of now', href: link(logsPath, logParameters(query, { previous: false })) };
      return { ...something, symbol: 'i-clock', title: 'No container was restarted', text, next };
    }
    if (first.kind === 'dropped') {
      const next = query.previous
        ? { label: 'The log of now', href: link(logsPath, logParameters(query, { previous: false })) }
        : undefined;
      return { ...something, symbol: 'i-clock', title: 'This log is gone', text: first.message, next };
    }
    if (first.kind === 'waiting')
      return { ...something, symbol: 's-waiting', title: 'Nothing has started yet', text: first.message };
    if (first.kind === 'forbidden')
      return { ...something, symbol: 's-forbidden', title: 'You may not read these logs', text: first.message };
    return { ...something, symbol: 's-warning', title: 'These logs cannot be read now', text: first.message };
  }
  if (looked === 0) {
    const text = query.since === undefined ? 'It has written no line yet.' : 'It has written no line in this time.';
    return { ...something, symbol: 'i-logs', title: 'The log is empty', text };
  }
  const text = `${count(looked, 'line')} ${looked === 1 ? 'was' : 'were'} looked at. New ones that match appear here by themselves.`;
  const cleared: Partial<LogQuery> = { q: '', level: undefined, object: undefined };
  const next = { label: 'Clear the filter', href: link(logsPath, logParameters(query, cleared)) };
  return { ...something, symbol: 'i-filter', title: 'No line matches', text, next };
}

/** Why nothing can be asked for. */
export function logsRefused(error: SluiceError, identity: PageRequest['identity']): LogsNothing {
  if (error.kind !== 'forbidden')
    return { ...something, symbol: 's-warning', title: 'Logs cannot be read now', text: error.message };
  const groups = identity.groups.length === 0 ? '' : ` (groups ${identity.groups.join(', ')})`;
  return {
    ...something,
    symbol: 's-forbidden',
    title: 'These logs are hidden from you',
    text: `You are ${identity.name}${groups}. Needed:`,
    rights: error.missing.map(rightInWords),
    grant: grantYaml(error.missing, identity),
  };
}

/** How much of the logs is shown, one sentence. */
export function logsTold({ lines, looked, matched, further, chosen }: ReadLogs, selective: boolean): string {
  if (looked === 0) return '';
  const from = chosen.sources.length === 1 ? '' : ` of ${chosen.sources.length} logs`;
  if (!selective) {
    const older = further || looked > lines.length;
    return older ? `The newest ${count(lines.length, 'line')}${from}.` : `All ${count(lines.length, 'line')}${from}.`;
  }
  const shown = matched > lines.length ? `, the newest ${lines.length.toLocaleString('en-GB')} are shown` : '';
  const reach = further ? 'newest lines' : 'lines';
  return `${matched.toLocaleString('en-GB')} of ${looked.toLocaleString('en-GB')} ${reach}${from} match${shown}.`;
}
