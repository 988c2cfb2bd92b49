import { SluiceError, asSluiceError } from '../../../errors.ts';
import type { AccessRule } from '../../../errors.ts';
import { keepBriefly } from '../../../kube/brief-reads.ts';
import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { createLimit } from '../../../kube/limit.ts';
import { comparable, readPodLog } from '../../../kube/pod-logs.ts';
import type { LogRecord } from '../../../kube/pod-logs.ts';
import { listPods } from '../../../kube/pods.ts';
import { fluxNamespace } from '../controllers/names.ts';
import { readLine } from './line.ts';
import type { LogLine } from './line.ts';
import { isSelective, lineFilter, mostLines, sinceSeconds } from './query.ts';
import type { LogQuery } from './query.ts';
import { chooseSources } from './targets.ts';
import type { Chosen, LogSource } from './targets.ts';

/** A line and where it comes from. */
export interface SourcedLine extends LogLine {
  at: string | undefined;
  source: LogSource;
}

/** A log that could not be read, and why. */
interface LogProblem {
  kind: 'waiting' | 'no-previous' | 'dropped' | 'forbidden' | 'gone' | 'failed';
  source: LogSource;
  message: string;
  missing: readonly AccessRule[];
}

/** What a query finds. */
export interface ReadLogs {
  namespace: string;
  isFluxHome: boolean;
  chosen: Chosen;
  /** Oldest first; the newest `tail` of those that match. */
  lines: SourcedLine[];
  /** How many lines were looked at, and how many of them match. */
  looked: number;
  matched: number;
  /** A log goes further back than was looked at. */
  further: boolean;
  problems: LogProblem[];
  /** When it was read. */
  at: Date;
}

const atOnce = 6;
const readWithin = 20_000;

/** The rights a query takes. */
export function logRights(namespace: string): AccessRule[] {
  return [
    { verb: 'list', group: '', resource: 'pods', namespace },
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
  ];
}

/** The namespace a query looks into. */
export function namespaceOf(query: LogQuery, cluster: Cluster): string {
  return query.namespace ?? fluxNamespace(cluster);
}

/**
 * The containers a query means, as the asker may list them. One who may not list pods but names pod and container is
 * believed. Throws forbidden with the missing right, or what the API server says.
 */
export async function sourcesOf(cluster: Cluster, identity: Identity, query: LogQuery): Promise<Chosen> {
  const namespace = namespaceOf(query, cluster);
  const isFluxHome = namespace === fluxNamespace(cluster);
  const missing = await cluster.access.missing(identity, logRights(namespace));
  const [first] = missing;
  if (first === undefined) return chooseSources(await listPods(cluster, identity, namespace), query, isFluxHome);
  const { pod, container } = query;
  if (missing.length === 1 && first.verb === 'list' && pod !== undefined && container !== undefined) {
    const source: LogSource = {
      namespace,
      pod,
      container,
      label: pod,
      state: 'unknown',
      reason: undefined,
      restarts: 0,
    };
    return { sources: [source], left: 0, controllers: [], pods: [], containers: [container] };
  }
  throw new SluiceError('forbidden', `${identity.name} may not read the logs of pods in ${namespace}.`, { missing });
}

/**
 * Reads the logs a query means, kept for 5 seconds. Throws forbidden and unreachable; what only some containers lack is
 * told as problems.
 */
export function readLogs(
  cluster: Cluster,
  identity: Identity,
  query: LogQuery,
  look = isSelective(query) ? mostLines : query.tail,
): Promise<ReadLogs> {
  const { follow: _follow, ...asked } = query;
  return keepBriefly(cluster, identity, ['logs', asked, look], 5, () => read(cluster, identity, query, look));
}

async function read(cluster: Cluster, identity: Identity, query: LogQuery, look: number): Promise<ReadLogs> {
  const at = new Date();
  const namespace = namespaceOf(query, cluster);
  const chosen = await sourcesOf(cluster, identity, query);
  const range = { tailLines: look, sinceSeconds: sinceSeconds(query.since), previous: query.previous };
  const signal = AbortSignal.timeout(readWithin);
  const limit = createLimit(atOnce);
  const problems: LogProblem[] = [];
  const records = await Promise.all(
    chosen.sources.map((source) =>
      limit(async () => {
        try {
          const read = await readPodLog(cluster, identity, source, range, signal);
          if (!isDropped(read)) return { source, records: read };
          problems.push({ kind: 'dropped', source, message: droppedMessage, missing: [] });
          return { source, records: [] };
        } catch (error) {
          problems.push(problemOf(error, source, query.previous));
          return { source, records: [] };
        }
      }),
    ),
  );
  const inTime = merged(records);
  const { lines, matched } = select(inTime, query);
  return {
    namespace,
    isFluxHome: namespace === fluxNamespace(cluster),
    chosen,
    lines,
    looked: inTime.length,
    matched,
    further: records.some((each) => each.records.length >= look),
    problems,
    at,
  };
}

const droppedMessage = 'The node has thrown it away: of a container that ended it keeps the last log.';

/** Where the container is gone the node answers as if all were well, with these words in place of the log. */
function isDropped(records: readonly LogRecord[]): boolean {
  const [only] = records;
  return (
    records.length === 1 &&
    only?.at === undefined &&
    /^unable to retrieve container logs for \w+:\/\/\w+$/.test(only?.text.trim() ?? '')
  );
}

interface Sourced {
  source: LogSource;
  record: LogRecord;
  key: string;
}

/** All lines in the order of time; a line without one stays behind the line before it. */
function merged(logs: readonly { source: LogSource; records: readonly LogRecord[] }[]): Sourced[] {
  const all = logs.flatMap(({ source, records }) => {
    let key = '';
    return records.map((record): Sourced => {
      if (record.at !== undefined) key = comparable(record.at);
      return { source, record, key };
    });
  });
  return logs.length < 2 ? all : all.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}

/** From the newest on, so that only what is shown or must be looked into is read as JSON. */
function select(all: readonly Sourced[], query: LogQuery): { lines: SourcedLine[]; matched: number } {
  const { mayMatch, matches } = lineFilter(query);
  const everything = !isSelective(query);
  const lines: SourcedLine[] = [];
  let matched = 0;
  for (const { source, record } of all.toReversed()) {
    if (!mayMatch(record.text)) continue;
    if (everything && lines.length === query.tail) return { lines: lines.toReversed(), matched: all.length };
    const line = readLine(record.text);
    if (!matches(line)) continue;
    matched += 1;
    if (lines.length < query.tail) lines.push({ ...line, at: record.at, source });
  }
  return { lines: lines.toReversed(), matched };
}

/** The API server says why a log cannot be had in words only. */
function problemOf(thrown: unknown, source: LogSource, previous: boolean): LogProblem {
  const error = asSluiceError(thrown);
  const { message, missing } = error;
  const known = (kind: LogProblem['kind']): LogProblem => ({ kind, source, message, missing });
  if (error.kind === 'internal') throw thrown;
  if (error.kind === 'forbidden') return known('forbidden');
  if (error.kind === 'not_found') return known('gone');
  if (previous && message.includes('previous terminated container')) return known('no-previous');
  if (message.includes('is waiting to start')) return known('waiting');
  return known('failed');
}
