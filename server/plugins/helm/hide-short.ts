import { isMap } from './values.ts';

const mask = '***';

/** Shorter than these, or one of them: such a text says nothing, and hiding it would hide what has nothing to do with it. */
const shortest = 3;
const commonplace = new Set(['true', 'false', 'null', 'none', 'yes', 'off']);
/** From here on a value is looked for anywhere in a text. */
const longest = 5;

/** What is hidden although it is too short to be looked for within texts. */
export interface ShortHider {
  /** A copy of an object of a manifest in which containers and ConfigMaps are given none of the values. */
  object<T>(object: T): T;
  /** A text for people without the values where they stand as words. */
  words(text: string): string;
}

/**
 * Short values of Secrets, hidden where they are the whole of something that a chart fills in: the value of an environment
 * variable or of a flag, an argument, an entry of a ConfigMap, a line `key: value` within one.
 */
export function hideShort(values: Iterable<string>): ShortHider {
  const short = new Set(
    [...values]
      .filter(({ length }) => length >= shortest && length <= longest)
      .filter((value) => !commonplace.has(value)),
  );
  if (short.size === 0) return { object: (object) => object, words: (text) => text };
  const either = [...short].map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|');
  const wholeWord = new RegExp(String.raw`(?<![\p{L}\p{N}_-])(?:${either})(?![\p{L}\p{N}_-])`, 'gu');
  const wholeLine = new RegExp(
    String.raw`^([ \t]*["']?[\w.-]+["']?[ \t]*[:=][ \t]*["']?)(?:${either})(["']?,?[ \t]*)$`,
    'gm',
  );

  const whole = (value: unknown): unknown => (typeof value === 'string' && short.has(value) ? mask : value);
  const argument = (value: unknown): unknown => {
    const flag = typeof value === 'string' ? /^(--?[\w.-]+=)([^]*)$/.exec(value) : null;
    return flag !== null && short.has(flag[2] ?? '') ? `${flag[1]}${mask}` : whole(value);
  };
  const entry = (value: unknown): unknown =>
    typeof value === 'string' ? whole(value.replace(wholeLine, `$1${mask}$2`)) : value;

  function hidden(value: unknown, key: string): unknown {
    if (Array.isArray(value)) {
      if (key === 'args' || key === 'command') return value.map(argument);
      if (key !== 'env') return value.map((item) => hidden(item, ''));
      return value.map((item: unknown) =>
        isMap(item) ? { ...item, ...('value' in item && { value: whole(item['value']) }) } : item,
      );
    }
    if (!isMap(value)) return value;
    return mapped(value, hidden);
  }

  return {
    object<T>(object: T): T {
      if (!isMap(object)) return object;
      const copy = mapped(object, hidden);
      if (object['kind'] === 'ConfigMap' && isMap(object['data'])) copy['data'] = mapped(object['data'], entry);
      return copy as T;
    },
    words: (text) => text.replace(wholeWord, mask),
  };
}

function mapped(value: Record<string, unknown>, change: (inner: unknown, key: string) => unknown) {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner, key)]));
}
