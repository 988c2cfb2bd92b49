import type { Answer } from './exchange.ts';

type Fields = Record<string, unknown>;

/** Fields whose values no two servers share. */
const own: Record<string, string> = {
  continue: '<continue>',
  creationTimestamp: '<time>',
  deletionTimestamp: '<time>',
  lastTransitionTime: '<time>',
  resourceVersion: '<version>',
  uid: '<uid>',
};

/**
 * Text without uids and versions, which are each server's own, and with the wrong fields of an invalid object in order:
 * a real server names them in any.
 */
function normalisedText(text: string): string {
  const list = /^(.* is invalid: )\[(.*)\]$/.exec(text);
  const ordered = list
    ? `${list[1]}${(list[2] ?? '')
        .split(/, (?=\S+: )/)
        .toSorted()
        .join(', ')}`
    : text;
  return ordered
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>')
    .replace(/(too old resource version: \d+) \(\d+\)/, '$1 (<version>)');
}

/** Lists whose order means nothing. */
const inAnyOrder = new Set(['causes', 'resources']);

interface Manager {
  manager: string;
  operation: string;
  subresource?: string;
}

/** Who manages fields, without which: servers may cut lists into items there. */
function managers(value: unknown): string[] {
  const entries = value as Manager[];
  return entries.map(({ manager, operation, subresource = '' }) => `${manager} ${operation} ${subresource}`).toSorted();
}

/** A value as two servers must share it: what is each server's own is replaced by a word for it. */
function normalised(value: unknown, field = ''): unknown {
  if (field === 'managedFields') return managers(value);
  if (field in own && (typeof value === 'string' || value === null)) return value === '' ? '' : own[field];
  if (typeof value === 'string') return normalisedText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => normalised(item));
    return inAnyOrder.has(field) ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as Fields).map(([key, child]) => [key, normalised(child, key)]));
}

interface WatchEvent {
  type: string;
  object: unknown;
}

/** The events of a watch less its bookmarks, which each server sends when it likes. */
function eventsOf(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as WatchEvent).filter(({ type }) => type !== 'BOOKMARK');
}

/** An answer as it is compared: JSON as a value, a watch as its events, everything else as text. */
export function normalisedAnswer({ code, contentType, text }: Answer, isWatch: boolean): Fields {
  const isJson = contentType.startsWith('application/json');
  if (text === '') return { code };
  if (!isJson) return { code, text };
  return { code, body: normalised(isWatch && code < 300 ? eventsOf(text) : JSON.parse(text)) };
}

/** The value at a path such as `body.items.0.metadata.name`; `*` stands for all items of a list. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  const [step = '', ...rest] = path.split('.');
  const deeper = rest.join('.');
  if (step === '*') return Array.isArray(value) ? value.map((item) => valueAt(item, deeper)) : undefined;
  return valueAt((value as Fields | undefined)?.[step], deeper);
}

/** Where two values differ: one line each, deepest first difference only. */
export function differences(sandbox: unknown, real: unknown, path: string): string[] {
  if (Object.is(sandbox, real)) return [];
  const areLists = Array.isArray(sandbox) && Array.isArray(real);
  const areObjects = !Array.isArray(sandbox) && !Array.isArray(real) && sandbox && real && typeof sandbox === 'object';
  if (areLists || (areObjects && typeof real === 'object')) {
    const keys = new Set([...Object.keys(sandbox), ...Object.keys(real)]);
    return [...keys].flatMap((key) => differences((sandbox as Fields)[key], (real as Fields)[key], `${path}.${key}`));
  }
  return [`${path}: sandbox ${JSON.stringify(sandbox)}, real ${JSON.stringify(real)}`];
}
