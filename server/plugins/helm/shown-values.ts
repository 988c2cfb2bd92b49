import { isDeepStrictEqual } from 'node:util';
import { hideValues } from '../../hide-values.ts';
import { maskObject, maskText } from '../../mask-credentials.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import type { ValueSource } from './value-sources.ts';
import { hideShort } from './hide-short.ts';
import { isMap, leavesOf, mapLeaves, mergeValues, pathInWords, touches, valueAt } from './values.ts';
import type { ValuePath, Values } from './values.ts';

const mask = '***';

/** Who has set a value. */
export interface Origin {
  path: string;
  value: unknown;
  /** The source that has the last word; `chart` for a default, undefined when nobody sets it there now. */
  source: ValueSource | 'chart' | undefined;
  /** Sources that could not be read and may have the last word instead. */
  unless: ValueSource[];
  /** It is not shown, because it comes from a Secret, or may. */
  hidden: boolean;
}

/** What of a release may be shown, and how to make texts that may be. */
export interface Shown {
  /** What was set for the release. */
  set: Values;
  /** The same over the chart's defaults. */
  merged: Values;
  origins: Origin[];
  /** A text without credentials and without any value that is hidden. */
  text(text: string): string;
  /** An object of the manifest without them, also where they are too short to be looked for in a text. */
  object<T>(object: T): T;
  /** A text for people, the same. */
  words(text: string): string;
}

/**
 * A release's values as they may be shown. Hidden are values whose key says that it holds a credential, values that a
 * Secret sets or, unread, may set, and, where there is a Secret among the sources, values of which no other source says
 * anything: of a past revision nobody knows any more where they came from. `sources` is empty for releases that Flux does
 * not manage.
 */
export function shownValues({ values, chart }: StoredRelease, sources: readonly ValueSource[]): Shown {
  const secret = sources.filter((source) => source.kind === 'Secret');
  const plain = sources.filter((source) => source.kind !== 'Secret');
  const raw = mergeValues(chart.defaults, values);
  const doubts = (path: ValuePath) => unreadAfter(sources, path, valueAt(raw, path));
  const isSecret = (path: ValuePath) =>
    secret.some((source) => touches(source.values, path)) ||
    doubts(path).some(({ kind }) => kind === 'Secret') ||
    (secret.length > 0 && !plain.some((source) => touches(source.values, path)));
  const show = (whole: Values) =>
    mapLeaves(maskObject(whole), ({ path, value }) =>
      touches(values, path) && isSecret(path) && hasContent(value) ? mask : value,
    );
  const merged = show(raw);
  const shownAt = new Map(leavesOf(merged).map(({ path, value }) => [pathInWords(path), value]));
  const hidden = new Set<string>();
  const origins = leavesOf(raw).map(({ path, value }): Origin => {
    const words = pathInWords(path);
    const fromUser = touches(values, path);
    const shown = shownAt.get(words);
    const isHidden = JSON.stringify(shown) !== JSON.stringify(value);
    // A chart's defaults are public.
    if (isHidden && fromUser) for (const text of textsIn(value)) hidden.add(text);
    return {
      path: words,
      value: shown,
      source: fromUser ? sources.findLast((source) => touches(source.values, path)) : 'chart',
      unless: fromUser ? doubts(path) : [],
      hidden: isHidden,
    };
  });
  // Templates put values into ConfigMaps, arguments and notes too.
  const hide = hideValues(hidden);
  const short = hideShort(hidden);
  const text = (shown: string) => maskText(hide(shown));
  return {
    set: show(values),
    merged,
    origins,
    text,
    object: (object) => short.object(maskObject(object)),
    words: (shown) => text(short.words(shown)),
  };
}

/**
 * The sources that could not be read and come after the last one known to set this value: any of them may have set it.
 * None has where the value is just what that one says.
 */
function unreadAfter(sources: readonly ValueSource[], path: ValuePath, value: unknown): ValueSource[] {
  const last = sources.findLastIndex((source) => touches(source.values, path));
  const unread = sources.slice(last + 1).filter(({ isUnread }) => isUnread);
  const known = sources[last];
  return known !== undefined && unread.length > 0 && says(known, path, value) ? [] : unread;
}

function says({ values, targetPath }: ValueSource, path: ValuePath, value: unknown): boolean {
  const said = valueAt(values, path);
  // What is put at a place is text that Helm reads as a number or a truth value.
  return targetPath === undefined ? isDeepStrictEqual(said, value) : said === String(value);
}

function hasContent(value: unknown): boolean {
  return value !== '' && value !== null && !(isMap(value) && Object.keys(value).length === 0);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isMap(value) ? Object.values(value).flatMap(textsIn) : [];
}
