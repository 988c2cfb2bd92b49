import { groupOf } from '../../../kube/object.ts';
import { maskObject, maskText } from '../../../mask-credentials.ts';
import { at, entriesAt, textAt } from '../read.ts';
import type { ObjectReference } from '../summary.ts';
import { levelOf, levelOfText } from './level.ts';
import type { LogLevel } from './level.ts';
import { logfmtOf } from './logfmt.ts';

/** A line of a log in human form; masked of credentials. */
export interface LogLine {
  level: LogLevel | undefined;
  message: string;
  /** Why it failed, where the line says so beside its message. */
  error: string | undefined;
  /** Which part of the program speaks, where it is no controller: `event-server`. */
  logger: string | undefined;
  /** What it is about. */
  object: ObjectReference | undefined;
  /** What else it says that is worth reading: revision, what was applied. */
  facts: { label: string; value: string }[];
  /** The whole line, masked. */
  raw: string;
  /** It was JSON or logfmt, so `raw` says more than the rest. */
  structured: boolean;
}

/** Fields that stand elsewhere in the human form, or that only machines read. */
const toldElsewhere = new Set([
  'level',
  'severity',
  'lvl',
  'ts',
  'time',
  'timestamp',
  '@timestamp',
  'msg',
  'message',
  'error',
  'err',
  'logger',
  'controller',
  'controllerGroup',
  'controllerKind',
  'namespace',
  'name',
  'reconcileID',
  'stacktrace',
  'eventInvolvedObject',
  'caller',
  'pid',
  'hostname',
  'v',
]);

const mostFacts = 6;
const longestFact = 300;

/** Reads a line as JSON where it is, as controllers of Flux write it, or as logfmt; else as the text it is. Never throws. */
export function readLine(text: string): LogLine {
  const json = jsonOf(text);
  const record = json ?? logfmtOf(text);
  if (record === undefined) {
    return {
      level: levelOfText(text),
      message: maskText(withoutColours(text)),
      error: undefined,
      logger: undefined,
      object: undefined,
      facts: [],
      raw: maskText(text),
      structured: false,
    };
  }
  // Masked field by field: within the JSON text a credential may hide behind escapes.
  const masked = maskObject(record);
  const object = objectOf(masked);
  const error = textAt(masked, 'error') ?? textAt(masked, 'err') ?? textAt(masked, 'err', 'message');
  return {
    level: levelOf(masked),
    message: textAt(masked, 'msg') ?? textAt(masked, 'message') ?? '',
    error: error?.trim(),
    logger: textAt(masked, 'controller') === undefined ? textAt(masked, 'logger') : undefined,
    object,
    facts: factsOf(masked, object),
    raw: json === undefined ? maskText(text) : JSON.stringify(masked),
    structured: true,
  };
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not JSON after all: it is shown as the text it is.
    return undefined;
  }
}

/** controller-runtime names the object by `controllerKind`; notification-controller by the event it handles. */
function objectOf(record: object): ObjectReference | undefined {
  const involved = at(record, 'eventInvolvedObject');
  const kind = textAt(record, 'controllerKind') ?? textAt(involved, 'kind');
  const about = textAt(record, 'controllerKind') === undefined ? involved : record;
  const name = textAt(about, 'name');
  if (kind === undefined || name === undefined) return undefined;
  return {
    group: textAt(record, 'controllerGroup') ?? groupOf(textAt(involved, 'apiVersion') ?? ''),
    kind,
    namespace: textAt(about, 'namespace'),
    name,
  };
}

function factsOf(record: object, object: ObjectReference | undefined): LogLine['facts'] {
  const facts: LogLine['facts'] = [];
  for (const [label, value] of entriesAt(record)) {
    if (toldElsewhere.has(label) || label === object?.kind) continue;
    const told = label === 'output' ? outputText(value) : plainText(value);
    if (told !== '') facts.push({ label, value: told.length > longestFact ? `${told.slice(0, longestFact)}…` : told });
    if (facts.length === mostFacts) break;
  }
  return facts;
}

/** What a Kustomization has applied: what changed by name, what did not as a number. */
function outputText(output: unknown): string {
  const changes = entriesAt(output).map(([name, how]) => ({ name, how: String(how) }));
  if (changes.length === 0) return plainText(output);
  const changed = changes.filter(({ how }) => how !== 'unchanged');
  const same = changes.length - changed.length;
  const told = changed.map(({ name, how }) => `${name} ${how}`);
  return [...told, ...(same === 0 ? [] : [`${same} unchanged`])].join(', ');
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- terminal colours begin with the escape character
  return text.replaceAll(/\u001B\[[\d;]*m/g, '');
}
