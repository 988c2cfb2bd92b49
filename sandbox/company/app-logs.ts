import type { KubeObject } from '../../server/kube/object.ts';
import { numberOf } from './invent.ts';
import type { LogLine } from './past-log.ts';

interface Logs {
  writeLog(line: LogLine): void;
  restartLog(container: Omit<LogLine, 'line' | 'time'>): void;
}

interface ContainerStatus {
  name: string;
  restartCount?: number;
  state?: { waiting?: { reason?: string } };
}

const paths = ['/', '/healthz', '/api/items', '/api/items/42', '/metrics', '/api/search?q=lamp'];

/** What the company's own programs have written: some in JSON, some in plain words, and those that crash say why. */
export function writeAppLogs(objects: readonly KubeObject[], now: Date, logs: Logs): void {
  for (const pod of objects) {
    if (pod.kind !== 'Pod' || pod.metadata.namespace === undefined) continue;
    if (pod.metadata.namespace === 'flux-system') continue;
    const statuses = (pod.status?.['containerStatuses'] ?? []) as ContainerStatus[];
    for (const status of statuses) {
      const reason = status.state?.waiting?.reason;
      if (reason !== undefined && reason !== 'CrashLoopBackOff') continue;
      const place = { namespace: pod.metadata.namespace, pod: pod.metadata.name, container: status.name };
      const write = (secondsAgo: number, line: string): void =>
        logs.writeLog({ ...place, line, time: new Date(now.getTime() - secondsAgo * 1_000) });
      if ((status.restartCount ?? 0) > 0) {
        crash(pod, 330, write);
        logs.restartLog(place);
      }
      if (reason === 'CrashLoopBackOff') crash(pod, 40, write);
      else serve(pod, write);
    }
  }
}

function crash(pod: KubeObject, secondsAgo: number, write: (secondsAgo: number, line: string) => void): void {
  const app = pod.metadata.labels?.['app'] ?? pod.metadata.name;
  write(secondsAgo, `INFO  starting ${app}`);
  write(secondsAgo - 1, `INFO  connecting to postgres://${app}:s3cret@db.${pod.metadata.namespace}.svc:5432/${app}`);
  write(secondsAgo - 4, 'ERROR connection refused, giving up after 3 attempts');
  write(secondsAgo - 4, 'panic: no database');
  write(secondsAgo - 4, '');
  write(secondsAgo - 4, 'goroutine 1 [running]:');
  write(secondsAgo - 4, `main.main()\n\t/src/${app}/main.go:31 +0x1d4`.split('\n')[0] ?? '');
}

function serve(pod: KubeObject, write: (secondsAgo: number, line: string) => void): void {
  const { name, uid } = pod.metadata;
  const inJson = numberOf(`${uid} log`, 0, 1) === 1;
  for (let number = 30; number > 0; number -= 1) {
    const path = paths[numberOf(`${name} ${number}`, 0, paths.length - 1)] ?? '/';
    const milliseconds = numberOf(`${name} took ${number}`, 1, 180);
    const slow = milliseconds > 170;
    const line = inJson
      ? JSON.stringify({
          level: slow ? 'warn' : 'info',
          msg: slow ? 'slow request' : 'request',
          method: 'GET',
          path,
          status: 200,
          ms: milliseconds,
        })
      : `${slow ? 'WARN ' : 'INFO '} GET ${path} 200 ${milliseconds}ms`;
    write(number * 47, line);
  }
}
