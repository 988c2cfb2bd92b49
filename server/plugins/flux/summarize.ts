import type { Entry } from '../../kube/cluster.ts';
import type { KubeObject } from '../../kube/object.ts';
import { maskText } from '../../mask-credentials.ts';
import { suspensionOf } from './annotations.ts';
import { becauseOf } from './because.ts';
import { failureBefore, tellingCondition } from './failure.ts';
import { humanDuration } from './duration.ts';
import type { KindDefinition } from './kind.ts';
import { entriesAt, instantAt, latest, listAt, numberAt, textAt } from './read.ts';
import { shortRevision } from './revision.ts';
import { standingOf } from './status.ts';
import type { FluxSummary } from './summary.ts';

/** Makes the summary of a kind's objects. Never throws: whatever the API server sends has a summary. */
export function summarizeFor(kind: KindDefinition): (object: KubeObject) => FluxSummary {
  return (object) => summarize(object, kind);
}

function summarize(object: KubeObject, kind: KindDefinition): FluxSummary {
  const standing = standingOf(object, kind);
  const columns: Record<string, string | undefined> = {};
  for (const column of kind.columns) {
    const value = column.value(object);
    columns[column.key] = value === undefined ? undefined : maskText(value);
  }
  const told = tellingCondition(standing);
  const message = told?.message === undefined ? undefined : maskText(told.message).trim();
  const because = becauseOf(object, kind, standing);
  const revision = kind.revision(object);
  const suspension = suspensionOf(object);
  const summary: FluxSummary = {
    plural: kind.plural,
    state: standing.state,
    because,
    message,
    reason: told?.reason,
    failedBefore: standing.state === 'reconciling' && failureBefore(object, standing) !== undefined,
    since: standing.since,
    suspension:
      suspension === undefined
        ? undefined
        : { ...suspension, reason: suspension.reason === undefined ? undefined : maskText(suspension.reason) },
    source: kind.source?.(object),
    dependsOn: kind.dependsOn?.(object) ?? [],
    references: kind.references?.(object) ?? [],
    revision,
    intervalSeconds: kind.intervalSeconds?.(object),
    reconciledAt: kind.reconciledAt?.(object) ?? latest(standing.conditions.map((condition) => condition.since)),
    overdueAt: standing.state === 'ready' ? overdueAt(object, kind.intervalSeconds?.(object)) : undefined,
    owns: kind.owns?.(object),
    columns,
    searchText: '',
  };
  summary.searchText = searchText(object, summary);
  return summary;
}

/**
 * The moment from which a ready object counts as overdue. Only a Kustomization's `status.history` tells every
 * reconciliation, so only there it is known; half an interval and a minute are left for jitter and a busy queue.
 */
function overdueAt(object: KubeObject, intervalSeconds: number | undefined): string | undefined {
  if (intervalSeconds === undefined || intervalSeconds <= 0) return undefined;
  const history = listAt(object, 'status', 'history').filter(
    (item) => numberAt(item, 'totalReconciliations') !== undefined,
  );
  const last = latest(history.map((item) => instantAt(item, 'lastReconciled')));
  if (last === undefined) return undefined;
  const due = new Date(Date.parse(last) + (intervalSeconds * 1.5 + 60) * 1000);
  return Number.isNaN(due.getTime()) ? undefined : due.toISOString();
}

function searchText(object: KubeObject, summary: FluxSummary): string {
  const name = textAt(object, 'metadata', 'name') ?? '';
  const namespace = textAt(object, 'metadata', 'namespace');
  const fields = [
    name,
    namespace,
    namespace === undefined ? undefined : `${namespace}/${name}`,
    ...Object.values(summary.columns),
    summary.source?.name,
    summary.revision.applied,
    summary.revision.applied === undefined ? undefined : shortRevision(summary.revision.applied),
    summary.revision.attempted === summary.revision.applied ? undefined : summary.revision.attempted,
    summary.reason,
    summary.state === 'ready' ? undefined : summary.message,
    summary.because,
    summary.suspension?.by,
    summary.suspension?.reason,
    ...entriesAt(object, 'metadata', 'labels').map(([key, value]) =>
      typeof value === 'string' ? `${key}=${value}` : key,
    ),
  ];
  return fields
    .filter((field) => field !== undefined && field !== '')
    .map((field) => String(field).replaceAll(/\s+/g, ' ').toLowerCase())
    .join('\n');
}

/**
 * The entry as it has to be read at `now`: a ready object whose reconciliation is overdue is stale, which no change of
 * the object will ever tell. All other entries come back as they are.
 */
export function entryAt(entry: Entry<FluxSummary>, now: Date): Entry<FluxSummary> {
  const { summary } = entry;
  if (summary.state !== 'ready' || summary.overdueAt === undefined || summary.overdueAt > instantOf(now)) return entry;
  const every = summary.intervalSeconds === undefined ? '' : ` every ${humanDuration(summary.intervalSeconds)}`;
  const because = `Overdue: it should reconcile${every} and has not in time. Look whether its controller runs.`;
  return { ...entry, summary: { ...summary, state: 'stale', because, since: summary.overdueAt } };
}

const lastInstant = { time: Number.NaN, text: '' };

/** `overdueAt` is such a text too, so the two compare as they are: a page asks 10,000 times for one and the same moment. */
function instantOf(now: Date): string {
  const time = now.getTime();
  if (lastInstant.time !== time) {
    lastInstant.time = time;
    lastInstant.text = now.toISOString();
  }
  return lastInstant.text;
}
