import { expect, test } from 'vitest';
import { failed, inProgress } from './health.ts';
import { withWarnings } from './pod-warning.ts';

const warning = (reason: string, message: string, lastAt = '2026-11-21T17:00:00Z') => ({ reason, message, lastAt });

const starting = inProgress('is starting', { reason: 'ContainerCreating' });

test('why a volume cannot be mounted, by the newest warning', () => {
  const old = warning('FailedCreatePodSandBox', 'no network', '2026-11-21T16:00:00Z');
  const mount = 'MountVolume.SetUp failed for volume "templates" : configmap "invoice-templates" not found';
  expect(withWarnings(starting, [old, warning('FailedMount', mount)])).toMatchObject({
    status: 'Failed',
    says: 'cannot mount volume templates: configmap "invoice-templates" not found',
    reason: 'FailedMount',
    detail: mount,
  });
  const slow = 'MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Aborted';
  expect(withWarnings(starting, [warning('FailedMount', slow)]).status).toBe('InProgress');
  expect(withWarnings(starting, [warning('FailedScheduling', 'no node')])).toBe(starting);
  expect(withWarnings(starting, [])).toBe(starting);
});

test('a program that is ended by its liveness check does not crash by itself', () => {
  const looping = failed('keeps ending, though with exit code 0, restarted 5 times', { reason: 'CrashLoopBackOff' });
  const check = warning('Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 503');
  expect(withWarnings(looping, [check]).says).toBe(
    'is ended because its liveness check fails: HTTP 503, restarted 5 times',
  );
  const crashing = failed('crashes with exit code 3, restarted 5 times', { reason: 'CrashLoopBackOff' });
  expect(withWarnings(crashing, [check])).toBe(crashing);
});

test('what a readiness check was answered', () => {
  const unready = inProgress('runs, but its readiness check fails', { reason: 'ContainersNotReady' });
  const check = warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
  expect(withWarnings(unready, [check]).says).toBe('runs, but its readiness check fails: HTTP 503');
});
