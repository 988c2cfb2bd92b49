import type { Entry } from '../../kube/cluster.ts';
import { isSuspended } from './annotations.ts';
import type { EventSummary } from './events.ts';
import { foldEvents } from './events.ts';
import type { Panel, Surroundings } from './kind.ts';
import { at } from './read.ts';
import { notificationGroup, referenceAt, referenceTo } from './references.ts';
import type { FluxSummary, ObjectReference } from './summary.ts';

/**
 * Alerts and Providers have no status. What notification-controller does leave behind is an Event about the Alert for
 * each notification it could not send; of those it did send it says nothing.
 */
const failedReason = 'NotificationDispatchFailed';

/** Kubernetes forgets Events, by default after an hour; older ones that are still there would say more than is known. */
const lookBackMilliseconds = 3_600_000;

/** How sending stands, and all that can be known of it. */
export interface NotificationHealth {
  /** failing: something could not be sent. suspended, waiting: nothing is sent. none: nothing speaks against it. */
  state: 'failing' | 'suspended' | 'waiting' | 'none';
  sentence: string;
  failures: DispatchFailure[];
}

/** Notifications that could not be sent, the same cause folded into one. */
export interface DispatchFailure {
  alert: ObjectReference;
  /** What the latest one was about: `Kustomization/shop/cart`. */
  about: string | undefined;
  /** Why, without the address it was sent to. */
  cause: string;
  count: number;
  lastAt: string | undefined;
}

/** The Provider that an Alert names, always of the Alert's own namespace. */
export function providerOf(alert: Entry<FluxSummary>): ObjectReference | undefined {
  const reference = referenceAt(alert.object, at(alert.object, 'spec', 'providerRef'), 'Provider');
  return reference === undefined ? undefined : { ...reference, namespace: alert.object.metadata.namespace };
}

/** The Alerts that send through a Provider, as far as the asker sees them. */
function alertsOf(provider: ObjectReference, around: Surroundings): Entry<FluxSummary>[] {
  return [...around.entries(notificationGroup, 'Alert')].filter((alert) => {
    const named = providerOf(alert);
    return named?.name === provider.name && named.namespace === provider.namespace;
  });
}

/** How the notifications of one Alert fare. */
export function alertHealth(alert: Entry<FluxSummary>, around: Surroundings): NotificationHealth {
  const failures = failuresOf([alert], around);
  if (isSuspended(alert.object)) return { state: 'suspended', sentence: 'It is suspended: nothing is sent.', failures };
  const provider = providerOf(alert);
  if (provider !== undefined) {
    const found = around.entry(provider);
    if (found === undefined && around.sees(notificationGroup, 'Provider', provider.namespace)) {
      const sentence = `Its Provider ${provider.name} does not exist: nothing can be sent.`;
      return { state: 'failing', sentence, failures };
    }
    if (found !== undefined && isSuspended(found.object)) {
      return { state: 'suspended', sentence: `Its Provider ${provider.name} is suspended: nothing is sent.`, failures };
    }
  }
  return judge(failures, around);
}

/** How the notifications of all Alerts fare that send through a Provider. */
export function providerHealth(provider: Entry<FluxSummary>, around: Surroundings): NotificationHealth {
  const alerts = alertsOf(referenceTo(provider.object), around);
  const failures = failuresOf(alerts, around);
  if (isSuspended(provider.object)) {
    return { state: 'suspended', sentence: 'It is suspended: nothing is sent through it.', failures };
  }
  if (alerts.length === 0 && around.sees(notificationGroup, 'Alert', provider.object.metadata.namespace)) {
    return { state: 'waiting', sentence: 'No Alert sends anything through it.', failures };
  }
  return judge(failures, around);
}

function judge(failures: DispatchFailure[], around: Surroundings): NotificationHealth {
  if (around.events === undefined) {
    const sentence = 'It cannot be told: only events say so, and you may not list them here.';
    return { state: 'none', sentence, failures };
  }
  const count = failures.reduce((sum, failure) => sum + failure.count, 0);
  if (count === 0) {
    return {
      state: 'none',
      sentence: 'No failure was seen in the last hour. Flux does not report what it did send.',
      failures,
    };
  }
  return {
    state: 'failing',
    sentence: `${notSentInWords(count)}: ${failures[0]?.cause ?? ''}. Flux reports failures only; later ones may have arrived.`,
    failures,
  };
}

/** `3 notifications were not sent in the last hour`. */
export function notSentInWords(count: number): string {
  const what = count === 1 ? 'One notification was not sent' : `${count} notifications were not sent`;
  return `${what} in the last hour`;
}

function failuresOf(alerts: readonly Entry<FluxSummary>[], { events, now }: Surroundings): DispatchFailure[] {
  if (events === undefined || alerts.length === 0) return [];
  const names = new Map(alerts.map((alert) => [alert.object.metadata.name, alert.object]));
  const ofTheirs = [...events].filter(({ summary }) => {
    if (!isDispatchFailure(summary)) return false;
    const alert = names.get(summary.about.name);
    return alert !== undefined && (summary.about.uid === undefined || summary.about.uid === alert.metadata.uid);
  });
  return dispatchFailures(ofTheirs, now);
}

/** Whether an event says that a notification could not be sent. */
export function isDispatchFailure({ reason, about }: EventSummary): boolean {
  return reason === failedReason && about.kind === 'Alert' && about.group === notificationGroup;
}

/** The failures of the last hour among such events, the latest first, the same cause of one Alert folded into one. */
export function dispatchFailures(events: readonly Entry<EventSummary>[], now: Date): DispatchFailure[] {
  const since = now.getTime() - lookBackMilliseconds;
  const recent = events.filter(({ summary: { lastAt } }) => lastAt !== undefined && Date.parse(lastAt) >= since);
  const byCause = new Map<string, DispatchFailure>();
  for (const fold of foldEvents(recent)) {
    const { about, cause } = partsOf(fold);
    const { group, kind, namespace, name } = fold.about;
    const key = `${namespace}/${name} ${cause}`;
    const known = byCause.get(key);
    // Folds come newest first: the first one stays, with what it was about and when.
    if (known !== undefined) known.count += fold.count;
    else
      byCause.set(key, {
        alert: { group, kind, namespace, name },
        about,
        cause,
        count: fold.count,
        lastAt: fold.lastAt,
      });
  }
  return [...byCause.values()];
}

/** `failed to send notification for <about>: postMessage failed: <cause>`, as notification-controller writes it. */
function partsOf({ message }: EventSummary): { about: string | undefined; cause: string } {
  const match = /^failed to send notification for ([^\s:]+): (.*)$/s.exec(message);
  const rest = (match?.[2] ?? message).replace(/^postMessage failed: /, '').replace(/^failed to execute request: /, '');
  return { about: match?.[1], cause: withoutAddresses(rest).replace(/\.$/, '') };
}

/** A webhook's path is as good as a password: only scheme and host stay of any address. */
function withoutAddresses(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/"'?#]+)[^\s"']*/gi, '$1/***')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The panel that tells how sending stands. */
export function deliveryPanel(health: NotificationHealth, isProvider: boolean): Panel {
  return {
    id: 'delivery',
    heading: 'Delivery',
    sub: 'told from events: this kind has no status',
    says: { state: health.state, sentence: health.sentence },
    headsPage: true,
    rows: health.failures.map((failure) => ({
      ...(isProvider ? { reference: failure.alert } : { text: failure.about ?? 'a notification' }),
      state: 'failing' as const,
      how: failure.count === 1 ? 'once' : `${failure.count} times, latest`,
      since: failure.lastAt,
      what: isProvider && failure.about !== undefined ? `${failure.about}: ${failure.cause}` : failure.cause,
    })),
  };
}
