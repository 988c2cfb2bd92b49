import type { KubeObject } from './object.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The object without what takes room and is never shown (`managedFields`, the last-applied annotation), and with the
 * words that thousands of objects share held once. Returns a new object; nothing is deleted in place, because that would
 * turn V8's compact objects into large dictionaries.
 */
export function slim(object: KubeObject): KubeObject {
  const { managedFields: _managedFields, annotations, ...metadata } = object.metadata;
  const kept = annotations === undefined ? undefined : shownAnnotations(annotations);
  return share({
    ...object,
    metadata: kept === undefined ? metadata : { ...metadata, annotations: kept },
  });
}

function shownAnnotations(annotations: Record<string, string>): Record<string, string> | undefined {
  if (!(lastApplied in annotations)) return annotations;
  const { [lastApplied]: _lastApplied, ...shown } = annotations;
  return Object.keys(shown).length === 0 ? undefined : shown;
}

const longestShared = 120;
const mostShared = 20_000;
const shared = new Map<string, string>();
/** Fields whose value no other object has: to look them up would be work for nothing, half of all strings of a list. */
const unlike = new Set(['uid', 'resourceVersion', 'id', 'digest', 'configDigest']);

/** Strings of up to 120 characters that come again are kept once. The table is emptied when it is full. */
function share<Value>(value: Value): Value {
  if (typeof value === 'string') return shareString(value) as Value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) value[index] = share(value[index]);
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    for (const field of Object.keys(record)) {
      if (unlike.has(field)) continue;
      const before = record[field];
      const after = share(before);
      if (after !== before || typeof before === 'string') record[field] = after;
    }
  }
  return value;
}

function shareString(text: string): string {
  if (text.length > longestShared) return text;
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size >= mostShared) shared.clear();
  shared.set(text, text);
  return text;
}
