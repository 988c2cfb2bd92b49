import type { Cluster } from './cluster.ts';
import type { Identity } from './identity.ts';
import { backoff, createPause } from './pause.ts';
import { isUnanswered } from './unanswered.ts';

/** A container whose log is read. */
export interface LogTarget {
  namespace: string;
  pod: string;
  container: string;
}

/** One line as a container wrote it. */
export interface LogRecord {
  /** When the node took it in: RFC 3339 with up to nine digits of a second. Undefined where the node does not say. */
  at: string | undefined;
  text: string;
}

export interface LogRange {
  /** So many of the newest lines. */
  tailLines: number;
  sinceSeconds?: number | undefined;
  /** Of the container before its last restart. */
  previous?: boolean | undefined;
}

/** Longer lines are cut: nobody reads them here, and one could fill the page. */
const longestLine = 32_768;

function pathOf({ namespace, pod }: LogTarget): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
}

/**
 * The newest lines of a container, oldest first. Never asks with `limitBytes`: that keeps the oldest bytes.
 * Throws KubeError: forbidden (`get` on `pods/log`), not_found, invalid (it waits to start, or there is no previous one).
 */
export async function readPodLog(
  cluster: Cluster,
  identity: Identity,
  target: LogTarget,
  { tailLines, sinceSeconds, previous }: LogRange,
  signal: AbortSignal,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const lines = cluster.client.lines({
    path: pathOf(target),
    query: {
      container: target.container,
      timestamps: 'true',
      tailLines: String(tailLines),
      ...(sinceSeconds !== undefined && { sinceSeconds: String(sinceSeconds) }),
      ...(previous === true && { previous: 'true' }),
    },
    as: identity,
    accept: 'text/plain, application/json, */*',
    signal,
  });
  for await (const line of lines) records.push(recordOf(line));
  return records;
}

/**
 * The lines a container writes after `after`, as they come, until it ends. A connection that is lost or silent for long
 * is opened again where it broke off. Throws KubeError for every other refusal.
 */
export async function* followPodLog(
  cluster: Cluster,
  identity: Identity,
  target: LogTarget,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  const pause = createPause(signal);
  let reached = after;
  let failures = 0;
  while (!signal.aborted) {
    const from = reached;
    try {
      const lines = cluster.client.lines({
        path: pathOf(target),
        query: { container: target.container, timestamps: 'true', follow: 'true', sinceTime: wholeSecond(from) },
        as: identity,
        accept: 'text/plain, application/json, */*',
        signal,
      });
      for await (const line of lines) {
        failures = 0;
        const record = recordOf(line);
        // Kubernetes counts `sinceTime` in whole seconds, so lines that are known come once more.
        if (record.at !== undefined && !isLater(record.at, from)) continue;
        reached = record.at ?? reached;
        yield record;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isUnanswered(error)) throw error;
      failures += 1;
      await pause.wait(backoff(failures));
    }
  }
}

/** Takes the time off that `timestamps=true` puts before each line. */
function recordOf(line: string): LogRecord {
  const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) ?/.exec(line);
  const text = line.slice(stamped?.[0].length ?? 0, (stamped?.[0].length ?? 0) + longestLine).replace(/\r$/, '');
  return { at: stamped?.[1], text };
}

/** Whether one instant is later than another, to the nanosecond. */
export function isLater(one: string, other: string): boolean {
  return comparable(one) > comparable(other);
}

/** Sorts by time as text: UTC, nine digits of a second. */
export function comparable(at: string): string {
  const parts = /^([\d-]{10}T[\d:]{8})(?:\.(\d+))?Z$/.exec(at);
  if (parts === null) {
    const parsed = Date.parse(at);
    return Number.isNaN(parsed) ? '' : comparable(new Date(parsed).toISOString());
  }
  return `${parts[1]}.${(parts[2] ?? '').padEnd(9, '0')}`;
}

function wholeSecond(at: string): string {
  return `${comparable(at).slice(0, 19)}Z`;
}
