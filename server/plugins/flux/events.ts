import type { Entry } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { groupOf } from '../../kube/object.ts';
import { maskText } from '../../mask-credentials.ts';
import { at, instantAt, latest, earliest, numberAt, textAt } from './read.ts';
import type { ObjectReference } from './summary.ts';

/** What is shown of a Kubernetes Event, whichever of the two Event APIs wrote it. */
export interface EventSummary {
  warning: boolean;
  reason: string;
  /** Masked of credentials. */
  message: string;
  /** Who reports it: `kustomize-controller`. */
  component: string | undefined;
  about: ObjectReference & { uid: string | undefined };
  /** ISO instants. */
  firstAt: string | undefined;
  lastAt: string | undefined;
  count: number;
}

/** The summary of a core/v1 Event; fields of the newer shape (`regarding`, `note`, `series`) are understood too. */
export function summarizeEvent(event: KubeObject): EventSummary {
  const about = at(event, 'involvedObject') ?? at(event, 'regarding');
  const created = instantAt(event, 'metadata', 'creationTimestamp');
  const eventTime = instantAt(event, 'eventTime');
  const lastAt = latest([
    instantAt(event, 'series', 'lastObservedTime'),
    instantAt(event, 'lastTimestamp'),
    instantAt(event, 'deprecatedLastTimestamp'),
    eventTime,
  ]);
  const firstAt = earliest([
    instantAt(event, 'firstTimestamp'),
    instantAt(event, 'deprecatedFirstTimestamp'),
    eventTime,
  ]);
  return {
    warning: textAt(event, 'type') === 'Warning',
    reason: textAt(event, 'reason') ?? '',
    message: maskText(textAt(event, 'message') ?? textAt(event, 'note') ?? '').trim(),
    component:
      textAt(event, 'reportingComponent') ??
      textAt(event, 'reportingController') ??
      textAt(event, 'source', 'component') ??
      textAt(event, 'deprecatedSource', 'component'),
    about: {
      group: groupOf(textAt(about, 'apiVersion') ?? ''),
      kind: textAt(about, 'kind') ?? '',
      namespace: textAt(about, 'namespace'),
      name: textAt(about, 'name') ?? '',
      uid: textAt(about, 'uid'),
    },
    firstAt: firstAt ?? lastAt ?? created,
    lastAt: lastAt ?? firstAt ?? created,
    count: Math.max(
      1,
      numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? numberAt(event, 'deprecatedCount') ?? 1,
    ),
  };
}

/** Events are many: their metadata is cut to what names them. */
export function trimEvent(event: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = event.metadata;
  return {
    ...event,
    metadata: {
      name,
      uid,
      resourceVersion,
      ...(namespace === undefined ? {} : { namespace }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
  };
}

/** Repeated events as one. */
export interface FoldedEvent extends EventSummary {
  /** The same for the same fold as long as it is shown: an element id can be made of it. */
  id: string;
}

/**
 * The events about one object, newest first, repeated ones folded into one with their counts added.
 * @param entries Events, best those of the object's namespace only.
 * @param limit How many folds at most.
 */
export function eventsOf(entries: Iterable<Entry<EventSummary>>, object: KubeObject, limit = 50): FoldedEvent[] {
  return foldEvents(eventsAbout(entries, object)).slice(0, limit);
}

/** The events about one object, as they are. */
export function* eventsAbout(
  entries: Iterable<Entry<EventSummary>>,
  object: KubeObject,
): Iterable<Entry<EventSummary>> {
  for (const entry of entries) if (isAbout(entry.summary.about, object)) yield entry;
}

/** The same object: kind, group, namespace and name, and not a former one that had the same name. */
function isAbout(about: EventSummary['about'], object: KubeObject): boolean {
  const { metadata } = object;
  if (about.name !== metadata.name || about.kind !== object.kind) return false;
  if ((about.namespace ?? metadata.namespace) !== metadata.namespace) return false;
  if (about.group !== groupOf(object.apiVersion)) return false;
  return about.uid === undefined || metadata.uid === undefined || about.uid === metadata.uid;
}

/** Folds events of the same object, reason and message; numbers that differ from try to try do not keep them apart. Newest first. */
export function foldEvents(entries: Iterable<Entry<EventSummary>>): FoldedEvent[] {
  const folds = new Map<string, FoldedEvent>();
  for (const { summary, object } of entries) {
    const key = foldKey(summary);
    const fold = folds.get(key);
    if (fold === undefined) {
      folds.set(key, { ...summary, id: textAt(object, 'metadata', 'uid') ?? key });
      continue;
    }
    const newer = isNewer(summary, fold);
    folds.set(key, {
      ...(newer ? summary : fold),
      id: fold.id,
      count: fold.count + summary.count,
      firstAt: earliest([fold.firstAt, summary.firstAt]),
      lastAt: latest([fold.lastAt, summary.lastAt]),
    });
  }
  return [...folds.values()]
    .map((fold) => ({ fold, time: timeOf(fold) }))
    .toSorted((one, other) => other.time - one.time)
    .map(({ fold }) => fold);
}

const foldKeys = new WeakMap<EventSummary, string>();

/** What folded events have in common; found out once for each event, not each time it is looked at. */
function foldKey(summary: EventSummary): string {
  const known = foldKeys.get(summary);
  if (known !== undefined) return known;
  const { about, warning, reason, message } = summary;
  const key = JSON.stringify([
    about.group,
    about.kind,
    about.namespace,
    about.name,
    warning,
    reason,
    likeness(message),
  ]);
  foldKeys.set(summary, key);
  return key;
}

function timeOf(event: EventSummary): number {
  return event.lastAt === undefined ? 0 : Date.parse(event.lastAt);
}

function isNewer(one: EventSummary, other: EventSummary): boolean {
  return timeOf(one) > timeOf(other);
}

/** The message without what changes from try to try: durations and the names of temporary folders. */
function likeness(message: string): string {
  return message
    .replaceAll(/\b\d+(?:\.\d+)?(?:ns|µs|us|ms|s|m|h)(?:\d+(?:\.\d+)?(?:ms|s|m))*\b/g, '#')
    .replaceAll(/\/tmp\/[\w-]+/g, '/tmp/#');
}
