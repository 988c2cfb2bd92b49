import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../server/kube/object.ts';
import { queryFlag } from './request-info.ts';
import { badRequest, invalid, type StatusCause, type StatusError } from './status-error.ts';

/** How many lines of a container are kept. */
const keptLines = 5_000;

/** One line a container has written. */
export interface LogLine {
  namespace: string;
  pod: string;
  container: string;
  /** Without the line break. */
  line: string;
  /** When it was written; now, if not given. */
  time?: Date;
}

interface Written {
  time: Date;
  line: string;
}

interface ContainerLog {
  lines: Written[];
  previous: Written[] | undefined;
  followers: Set<(written: Written) => void>;
}

/** What the containers have written: what a kubelet keeps, and a Kubernetes API only passes on. */
export interface PodLogs {
  write: (line: LogLine) => void;
  /** The container starts anew: what it wrote so far becomes its previous log. */
  restart: (container: Omit<LogLine, 'line' | 'time'>) => void;
  /** Forgets a pod that is gone and ends what follows it. */
  forget: (namespace: string, pod: string) => void;
  read: (pod: KubeObject, query: URLSearchParams, response: ServerResponse) => void;
}

interface Named {
  name: string;
}

function containersOf(pod: KubeObject): string[] {
  const { initContainers = [], containers = [] } = (pod.spec ?? {}) as Record<string, Named[] | undefined>;
  return [...initContainers, ...containers].map((container) => container.name);
}

/** The container a request means. Throws 400 where there is a choice and none is made, or a wrong one. */
function containerOf(pod: KubeObject, wanted: string | null): string {
  const { name } = pod.metadata;
  const all = containersOf(pod);
  if (wanted) {
    if (all.includes(wanted)) return wanted;
    throw badRequest(`container ${wanted} is not valid for pod ${name}`);
  }
  const [main, ...others] = (pod.spec?.['containers'] ?? []) as Named[];
  if (main && others.length === 0) return main.name;
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
}

interface ContainerStatus {
  name: string;
  state?: { waiting?: { reason?: string } };
}

function refuseWaiting(pod: KubeObject, container: string): void {
  const statuses = (pod.status?.['containerStatuses'] ?? []) as ContainerStatus[];
  const reason = statuses.find((status) => status.name === container)?.state?.waiting?.reason;
  if (reason === undefined || reason === 'CrashLoopBackOff') return;
  const why =
    reason === 'ContainerCreating' || reason === 'PodInitializing' ? reason : `trying and failing to pull image`;
  throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}

/** A number of the query, not below the least. Throws 400 for what is none, 422 for one too small. */
function numberOf(pod: KubeObject, query: URLSearchParams, key: string, least: 0 | 1): number | undefined {
  const text = query.get(key);
  if (text === null) return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (value >= least) return value;
  const message = `Invalid value: ${value}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`;
  throw wrongOption(pod, { reason: 'FieldValueInvalid', message, field: key });
}

function wrongOption(pod: KubeObject, cause: StatusCause): StatusError {
  return invalid({ group: '', kind: 'PodLogOptions' }, pod.metadata.name, [cause]);
}

interface LogOptions {
  tail: number | undefined;
  /** Milliseconds since the epoch. */
  since: number | undefined;
  limit: number | undefined;
}

function optionsOf(pod: KubeObject, query: URLSearchParams, now: Date): LogOptions {
  const sinceSeconds = numberOf(pod, query, 'sinceSeconds', 1);
  const sinceTime = query.get('sinceTime');
  if (sinceSeconds !== undefined && sinceTime !== null) {
    const message = 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified';
    throw wrongOption(pod, { reason: 'FieldValueForbidden', message, field: '[]' });
  }
  const moment = sinceTime === null ? undefined : Date.parse(sinceTime);
  return {
    tail: numberOf(pod, query, 'tailLines', 0),
    since: sinceSeconds === undefined ? moment : now.getTime() - sinceSeconds * 1_000,
    limit: numberOf(pod, query, 'limitBytes', 1),
  };
}

/** Logs of containers, kept in memory. */
export function createPodLogs(now: () => Date): PodLogs {
  const logs = new Map<string, Map<string, ContainerLog>>();

  function logOf(namespace: string, pod: string, container: string): ContainerLog {
    const containers = logs.get(`${namespace}/${pod}`) ?? new Map<string, ContainerLog>();
    logs.set(`${namespace}/${pod}`, containers);
    const log = containers.get(container) ?? { lines: [], previous: undefined, followers: new Set() };
    containers.set(container, log);
    return log;
  }

  function read(pod: KubeObject, query: URLSearchParams, response: ServerResponse): void {
    const { name, namespace = '' } = pod.metadata;
    const container = containerOf(pod, query.get('container'));
    const { tail, since, limit } = optionsOf(pod, query, now());
    const wantsPrevious = queryFlag(query, 'previous');
    if (!wantsPrevious) refuseWaiting(pod, container);
    const log = logOf(namespace, name, container);
    if (pod.spec?.['nodeName'] === undefined && log.lines.length === 0) {
      response.writeHead(204).end();
      return;
    }
    const written = wantsPrevious ? log.previous : log.lines;
    if (!written) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);

    const isRecent = ({ time }: Written) => since === undefined || time.getTime() >= since;
    const withTimes = queryFlag(query, 'timestamps');
    const textOf = ({ time, line }: Written) => `${withTimes ? `${time.toISOString()} ` : ''}${line}\n`;
    const recent = written.filter(isRecent);
    const lines = tail === undefined ? recent : recent.slice(Math.max(0, recent.length - tail));
    const text = lines.map(textOf).join('');

    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
    const whole = limit === undefined ? text : Buffer.from(text).subarray(0, limit);
    if (!queryFlag(query, 'follow') || wantsPrevious) {
      response.end(whole);
      return;
    }
    response.flushHeaders();
    response.write(whole);
    const follow = (line: Written) => response.write(textOf(line));
    log.followers.add(follow);
    response.on('close', () => log.followers.delete(follow));
    followed.set(response, `${namespace}/${name}`);
    response.on('close', () => followed.delete(response));
  }

  const followed = new Map<ServerResponse, string>();

  return {
    read,
    write({ namespace, pod, container, line, time = now() }) {
      const log = logOf(namespace, pod, container);
      const written = { time, line };
      log.lines.push(written);
      if (log.lines.length > 2 * keptLines) log.lines = log.lines.slice(-keptLines);
      for (const follow of log.followers) follow(written);
    },
    restart({ namespace, pod, container }) {
      const log = logOf(namespace, pod, container);
      log.previous = log.lines;
      log.lines = [];
    },
    forget(namespace, pod) {
      const key = `${namespace}/${pod}`;
      logs.delete(key);
      for (const [response, followedPod] of followed) if (followedPod === key) response.end();
    },
  };
}
