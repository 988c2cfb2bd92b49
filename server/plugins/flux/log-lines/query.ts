import { SluiceError } from '../../../errors.ts';
import { isAtLeast } from './level.ts';
import type { LogLevel } from './level.ts';
import type { LogLine } from './line.ts';

/** Which lines of which containers are shown: all of it stands in the URL. */
export interface LogQuery {
  /** Undefined: where Flux runs. */
  namespace: string | undefined;
  pod: string | undefined;
  container: string | undefined;
  /** `kustomize-controller`. */
  controller: string | undefined;
  /** The least grave one; undefined: all. */
  level: 'debug' | 'info' | 'error' | undefined;
  /** As written: `15m`; undefined: as long as the node keeps. */
  since: string | undefined;
  tail: number;
  q: string;
  /** `Kind/namespace/name` */
  object: string | undefined;
  previous: boolean;
  follow: boolean;
}

export const mostLines = 5_000;
export const tailChoices = [200, 1_000, 5_000] as const;
export const sinceChoices = ['5m', '15m', '1h', '6h', '24h'] as const;

const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const fields = [
  'namespace',
  'pod',
  'container',
  'controller',
  'level',
  'since',
  'tail',
  'q',
  'object',
  'previous',
  'follow',
];

/** Reads the query of a log page. Throws invalid, naming the field. */
export function parseLogQuery(query: URLSearchParams): LogQuery {
  for (const field of fields) {
    if (query.getAll(field).length > 1) throw invalid(field, `${field} may be given once.`, 'Leave one of them out.');
  }
  return {
    namespace: name(query, 'namespace', /^[a-z0-9-]{1,63}$/),
    pod: name(query, 'pod', /^[a-z0-9.-]{1,253}$/),
    container: name(query, 'container', /^[a-z0-9.-]{1,63}$/),
    controller: name(query, 'controller', /^[a-z0-9.-]{1,253}$/),
    level: level(query),
    since: since(query),
    tail: tail(query),
    q: (query.get('q') ?? '').trim().slice(0, 500),
    object: name(query, 'object', /^[A-Za-z]{1,63}\/[a-z0-9-]{0,63}\/[a-z0-9.:-]{1,253}$/),
    previous: flag(query, 'previous', false),
    follow: flag(query, 'follow', true),
  };
}

/** The query as it stands in a URL; what is as usual is left out. */
export function logParameters(query: LogQuery, change: Partial<LogQuery> = {}): Record<string, string | undefined> {
  const { namespace, pod, container, controller, level, since, tail, q, object, previous, follow } = {
    ...query,
    ...change,
  };
  return {
    namespace,
    pod,
    container,
    controller,
    level,
    since,
    tail: tail === tailChoices[0] ? undefined : String(tail),
    q: q === '' ? undefined : q,
    object,
    previous: previous ? 'true' : undefined,
    follow: follow ? undefined : 'false',
  };
}

/** `15m` in seconds. */
export function sinceSeconds(since: string | undefined): number | undefined {
  const parts = since === undefined ? null : /^(\d+)([smhd])$/.exec(since);
  return parts === null ? undefined : Number(parts[1]) * (units[parts[2] ?? ''] ?? 1);
}

/** Whether only some of the lines are wanted, so that more must be read than are shown. */
export function isSelective({ level, q, object }: LogQuery): boolean {
  return level === 'info' || level === 'error' || q !== '' || object !== undefined;
}

/** A test whether a line is wanted; the raw text is looked at first, because most lines fall there. */
export function lineFilter(query: LogQuery): { mayMatch(text: string): boolean; matches(line: LogLine): boolean } {
  const terms = query.q
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => term !== '' && term !== '!')
    .map((term) => (term.startsWith('!') ? { not: true, text: term.slice(1) } : { not: false, text: term }));
  const [kind, namespace = '', objectName] = query.object?.split('/') ?? [];
  const least: LogLevel | undefined = query.level;
  return {
    mayMatch: (text) => objectName === undefined || text.includes(objectName),
    matches(line) {
      if (least !== undefined && !isAtLeast(line.level, least)) return false;
      if (objectName !== undefined && !isAbout(line, kind ?? '', namespace, objectName)) return false;
      if (terms.length === 0) return true;
      const text = line.raw.toLowerCase();
      return terms.every((term) => text.includes(term.text) !== term.not);
    },
  };
}

/** The line's own object, or one that is named in its words as controllers write it. */
function isAbout(line: LogLine, kind: string, namespace: string, name: string): boolean {
  const { object } = line;
  if (object?.kind === kind && object.name === name && (object.namespace ?? '') === namespace) return true;
  return line.raw.includes(`${kind}/${namespace}/${name}'`) || line.raw.includes(`${kind}/${namespace}/${name} `);
}

function name(query: URLSearchParams, field: string, shape: RegExp): string | undefined {
  const text = query.get(field)?.trim() ?? '';
  if (text === '') return undefined;
  if (shape.test(text)) return text;
  const wayOut = field === 'object' ? 'Write it as Kind/namespace/name.' : 'Use a name as Kubernetes has them.';
  throw invalid(field, `${told(text)} is no ${field}.`, wayOut);
}

function level(query: URLSearchParams): LogQuery['level'] {
  const text = query.get('level')?.trim() ?? '';
  if (text === '') return undefined;
  if (text === 'debug' || text === 'info' || text === 'error') return text;
  throw invalid('level', `${told(text)} is no level.`, 'Choose from debug, info, error.');
}

function since(query: URLSearchParams): string | undefined {
  const text = query.get('since')?.trim() ?? '';
  if (text === '') return undefined;
  if (/^[1-9]\d{0,5}[smhd]$/.test(text)) return text;
  throw invalid('since', `${told(text)} is no length of time.`, 'Write it as 30s, 15m, 6h or 2d.');
}

function tail(query: URLSearchParams): number {
  const text = query.get('tail')?.trim() ?? '';
  if (text === '') return tailChoices[0];
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= mostLines) return number;
  throw invalid('tail', `${told(text)} is no number of lines.`, `Choose from 1 to ${mostLines}.`);
}

function flag(query: URLSearchParams, field: string, usual: boolean): boolean {
  const text = query.get(field)?.trim() ?? '';
  if (text === '') return usual;
  if (text === 'true' || text === '1' || text === 'on') return true;
  if (text === 'false' || text === '0' || text === 'off') return false;
  throw invalid(field, `${told(text)} is neither true nor false.`, 'Choose true or false.');
}

function told(text: string): string {
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
}

function invalid(field: string, message: string, wayOut: string): SluiceError {
  return new SluiceError('invalid', message, { field, wayOut });
}
