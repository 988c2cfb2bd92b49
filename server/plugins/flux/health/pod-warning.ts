import { failed, inProgress } from './health.ts';
import type { Health } from './health.ts';

/** A warning of the kubelet about a Pod, its message masked. */
export interface PodWarning {
  reason: string;
  message: string;
  /** ISO instant of the last time. */
  lastAt: string | undefined;
}

/**
 * A Pod's health with what only its events know: why a volume cannot be mounted, what a check was answered. Says the
 * same as before where they know nothing more.
 */
export function withWarnings(health: Health, warnings: readonly PodWarning[]): Health {
  if (health.status !== 'InProgress' && health.status !== 'Failed') return health;
  const newest = warnings.toSorted((one, other) => ((one.lastAt ?? '') < (other.lastAt ?? '') ? 1 : -1));
  if (health.reason === 'ContainerCreating') return hinderedStart(newest[0]) ?? health;
  const checks = newest.filter(({ reason }) => reason === 'Unhealthy');
  // A program that is told to end by a signal ends with one of these; with others it has failed by itself.
  if (/exit code (?:0|137|143)\b/.test(health.says)) return restartedByCheck(health, checks) ?? health;
  if (!health.says.includes('its readiness check fails')) return health;
  const answered = answerIn(checks, /^Readiness probe (?:failed|errored)[^:]*: (.+)$/s);
  if (answered === undefined) return health;
  const says = health.says.replace('its readiness check fails', `its readiness check fails: ${answered}`);
  return { ...health, says, detail: health.detail ?? answered };
}

function hinderedStart(warning: PodWarning | undefined): Health | undefined {
  if (warning === undefined) return undefined;
  const { reason, message: detail } = warning;
  const volume = /^MountVolume\.\w+ failed for volume "([^"]+)" : (.+)$/s.exec(detail);
  if (volume !== null) {
    const [, name = '', why = ''] = volume;
    const says = `cannot mount volume ${name}: ${brief(why)}`;
    return /not found|non-existent|references non/.test(why)
      ? failed(says, { reason, detail })
      : inProgress(says, { reason, detail });
  }
  if (reason === 'FailedMount' || reason === 'FailedAttachVolume')
    return inProgress(`waits for a volume: ${brief(detail)}`, { reason, detail });
  if (reason === 'FailedCreatePodSandBox')
    return inProgress(`gets no network or sandbox: ${brief(detail)}`, { reason, detail });
  return undefined;
}

function restartedByCheck(health: Health, checks: readonly PodWarning[]): Health | undefined {
  for (const [name, word] of [
    ['Liveness', 'liveness'],
    ['Startup', 'startup'],
  ] as const) {
    const answered = answerIn(checks, new RegExp(`^${name} probe (?:failed|errored)[^:]*: (.+)$`, 's'));
    if (answered === undefined) continue;
    const times = /restarted .+$/.exec(health.says)?.[0];
    const says = `is ended because its ${word} check fails: ${answered}${times === undefined ? '' : `, ${times}`}`;
    return { ...health, says, detail: answered };
  }
  return undefined;
}

function answerIn(checks: readonly PodWarning[], shape: RegExp): string | undefined {
  for (const { message } of checks) {
    const answered = shape.exec(message)?.[1];
    if (answered !== undefined) return brief(answered).replace(/^HTTP probe failed with statuscode: /, 'HTTP ');
  }
  return undefined;
}

function brief(text: string): string {
  const line = text.split('\n')[0]?.trim() ?? '';
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}
