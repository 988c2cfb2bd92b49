import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { maskText } from '../../../mask-credentials.ts';
import { conditionsOf } from '../conditions.ts';
import { eventsAbout } from '../events.ts';
import type { EventSummary } from '../events.ts';
import { inventoryOf } from '../inventory.ts';
import type { Panel, PanelRow } from '../kind.ts';
import { at, listAt, textAt } from '../read.ts';
import type { ObjectReference } from '../summary.ts';

/** A longer list says no more than its number. */
const mostRows = 20;

/** What helm-controller said of drift last, in an Event or, from Flux 2.8 on, in the condition. */
interface Told {
  message: string;
  /** ISO instant. */
  at: string | undefined;
}

/**
 * Whether changes past Helm are looked for, what was found and what became of it, and which are none of its business.
 * Found is told by Events, which Kubernetes forgets after an hour, and by the condition `Drifted`, which older versions of
 * Flux do not have; corrected by Events alone.
 */
export function driftPanel(object: KubeObject, events: Iterable<Entry<EventSummary>> | undefined): Panel[] {
  const mode = textAt(object, 'spec', 'driftDetection', 'mode');
  if (mode !== 'enabled' && mode !== 'warn') return [];
  const condition = conditionsOf(object).find(({ type }) => type === 'Drifted');
  // They can be gone through once only.
  const own = [...eventsAbout(events ?? [], object)].map(({ summary }) => summary);
  const told = (reason: string) => newestOf(own, reason);
  const now: Told | undefined =
    condition?.status === 'True' ? { message: maskText(condition.message ?? ''), at: condition.since } : undefined;
  const found = now ?? told('DriftDetected');
  const after = (one: Told | undefined) => (found !== undefined && isSince(one, found) ? one : undefined);
  const corrected = now === undefined ? after(told('DriftCorrected')) : undefined;
  const failed = after(told('DriftCorrectionFailed'));
  const isOver = corrected !== undefined || condition?.status === 'False';
  const does = mode === 'enabled' ? 'corrects it' : 'reports it and leaves it';
  const ignored = ignoredRows(object);
  const drifted = found === undefined ? [] : driftedRows(object, found, corrected, isOver);
  const says =
    found === undefined
      ? undefined
      : failed !== undefined && !isOver
        ? uncorrected(failed)
        : verdict(mode, isOver, corrected);
  return [
    {
      id: 'drift',
      heading: 'Drift',
      sub: `Flux compares at each interval and ${does}`,
      ...(says !== undefined && { says }),
      headsPage: true,
      rows: [...drifted.slice(0, mostRows), ...ignored],
      note: [
        drifted.length > mostRows ? `${drifted.length - mostRows} more objects differed.` : '',
        found === undefined ? nothingFound(events !== undefined || condition !== undefined) : '',
        ignored.length === 0 ? 'Nothing is ignored.' : '',
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
    },
  ];
}

function nothingFound(isKnown: boolean): string {
  return isKnown ? 'Nothing was found in the last hour.' : 'What was found is told by Events, which you may not list.';
}

function verdict(mode: string, isOver: boolean, corrected: Told | undefined): Panel['says'] {
  if (corrected !== undefined) return { state: 'ready', sentence: 'There was drift, and Flux has corrected it.' };
  if (isOver) return { state: 'ready', sentence: 'There was drift; at the last look there was none.' };
  return {
    state: 'warning',
    sentence:
      mode === 'enabled'
        ? 'The cluster differs from what Helm applied; Flux corrects it.'
        : 'The cluster differs from what Helm applied, and stays so: Flux only reports it.',
  };
}

function uncorrected({ message }: Told): Panel['says'] {
  const cause = message.replace(/^[^\n]*:\n/, '').split('\n\n')[0] ?? '';
  return { state: 'failing', sentence: `There is drift that Flux could not correct: ${cause.replaceAll(/\s+/g, ' ')}` };
}

/** The objects that the message names, one on each of its lines: `Deployment/shop/web changed (0 additions, 1 changes, 0 removals)`. */
function driftedRows(object: KubeObject, found: Told, corrected: Told | undefined, isOver: boolean): PanelRow[] {
  const mended = new Map(linesOf(corrected).map(({ name, what }) => [name, what]));
  const known = new Map(
    (inventoryOf(object) ?? []).map(({ group, kind, namespace, name }): [string, ObjectReference] => [
      [kind, namespace, name].filter((part) => part !== undefined && part !== '').join('/'),
      { group, kind, namespace, name },
    ]),
  );
  return linesOf(found).map(({ name, what }): PanelRow => {
    const reference = known.get(name);
    const since = corrected?.at ?? found.at;
    const how = mended.has(name) ? `${what}; ${mended.get(name)}` : what;
    return {
      ...(reference === undefined ? { text: name } : { reference }),
      state: isOver ? 'ready' : 'warning',
      how,
      ...(since !== undefined && { since }),
    };
  });
}

function linesOf(told: Told | undefined): { name: string; what: string }[] {
  return (told?.message ?? '').split('\n').flatMap((line) => {
    const [, name, what] = /^([A-Z]\w*(?:\/[^\s/]+){1,2}) (.+)$/.exec(line.trim()) ?? [];
    return name === undefined || what === undefined ? [] : [{ name, what: inWords(what) }];
  });
}

/** `1 change` of `changed (0 additions, 1 changes, 0 removals)`. */
function inWords(what: string): string {
  if (what === 'removed') return 'was deleted';
  const counts = [...what.matchAll(/(\d+) (addition|change|removal)s/g)].filter(([, number]) => number !== '0');
  if (counts.length === 0) return what;
  return counts.map(([, number, word]) => `${number} ${word}${number === '1' ? '' : 's'}`).join(', ');
}

function newestOf(events: readonly EventSummary[], reason: string): Told | undefined {
  const [newest] = events
    .filter((event) => event.reason === reason)
    .toSorted((one, other) => ((one.lastAt ?? '') < (other.lastAt ?? '') ? 1 : -1));
  return newest === undefined ? undefined : { message: newest.message, at: newest.lastAt };
}

/** In the same second, too: finding and correcting follow at once. */
function isSince(one: Told | undefined, other: Told): boolean {
  return one?.at !== undefined && (other.at === undefined || one.at >= other.at);
}

function ignoredRows(object: KubeObject): PanelRow[] {
  return listAt(object, 'spec', 'driftDetection', 'ignore').map((rule): PanelRow => {
    const paths = listAt(rule, 'paths').filter((path) => typeof path === 'string');
    const whole = paths.length === 0 || paths.includes('');
    return { text: whole ? 'everything' : paths.join(', '), how: `ignored in ${targetInWords(at(rule, 'target'))}` };
  });
}

/** What a Kustomize selector picks; every part of it is a regular expression but the selectors. */
function targetInWords(target: unknown): string {
  const of = (field: string) => textAt(target, field);
  const kind = [of('group'), of('version'), of('kind')].filter((part) => part !== undefined).join('/');
  const name = [of('namespace'), of('name')].filter((part) => part !== undefined).join('/');
  const selected = [of('labelSelector'), of('annotationSelector')].filter((part) => part !== undefined);
  const which = [kind, name].filter((part) => part !== '').join(' ');
  const by = selected.length === 0 ? '' : ` with ${selected.join(' and ')}`;
  return `${which === '' ? 'all objects' : which}${by}`;
}
