import type { Entry } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { EventSummary } from '../events.ts';
import { dispatchFailures, notSentInWords } from '../notification-health.ts';
import { referenceKey } from '../references.ts';
import { referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';

/** That notifications do not get through, in a sentence, and the Alerts to look at. */
export interface NotSentView {
  strong: string;
  cause: string;
  alerts: ObjectView[];
  more: number;
}

const mostAlerts = 3;

/** What failed to be sent in the last hour; undefined when nothing did, as far as events tell. */
export function notSentView(
  events: readonly Entry<EventSummary>[],
  now: Date,
  link: PageRequest['link'],
): NotSentView | undefined {
  const failures = dispatchFailures(events, now);
  const [latest] = failures;
  if (latest === undefined) return undefined;
  const alerts = [...new Map(failures.map(({ alert }) => [referenceKey(alert), alert])).values()];
  const causes = new Set(failures.map(({ cause }) => cause));
  return {
    strong: `${notSentInWords(failures.reduce((sum, failure) => sum + failure.count, 0))}.`,
    cause: `${causes.size === 1 ? 'The cause' : 'The latest cause'}: ${latest.cause}.`,
    alerts: alerts.slice(0, mostAlerts).map((alert) => referenceView(alert, link)),
    more: Math.max(0, alerts.length - mostAlerts),
  };
}
