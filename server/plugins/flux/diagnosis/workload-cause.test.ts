import { describe, expect, test } from 'vitest';
import type { ObjectReference } from '../summary.ts';
import { failed, failures } from './testing/failures.ts';
import { wayOf, worldOf } from './testing/world.ts';
import type { Workload } from './workload-cause.ts';

const world = worldOf(failures);

const at = (kind: string, name: string): ObjectReference => ({
  group: kind === 'Pod' ? '' : 'apps',
  kind,
  namespace: 'shop',
  name,
});

function pods(reason: string, detail: string, says = 'does not start'): Workload[] {
  const none = { detail: undefined, images: ['registry.example.com/cart:9'], since: undefined };
  return [
    {
      ...none,
      reference: at('Deployment', 'other'),
      owner: undefined,
      health: 'healthy',
      says: '1 of 1 pods ready',
      reason: undefined,
    },
    {
      ...none,
      reference: at('Deployment', 'bad-image'),
      owner: undefined,
      health: 'not yet',
      says: '0 of 1 pods ready',
      reason: 'LessAvailable',
    },
    {
      ...none,
      reference: at('ReplicaSet', 'bad-image-9d'),
      owner: at('Deployment', 'bad-image'),
      health: 'not yet',
      says: '0 of 1 pods ready',
      reason: undefined,
    },
    {
      ...none,
      reference: at('Pod', 'bad-image-9d-4w'),
      owner: at('ReplicaSet', 'bad-image-9d'),
      health: 'failed',
      says,
      reason,
      detail,
    },
  ];
}

describe('the way goes on to the pod', () => {
  const way = 'HelmRelease bad-image ← Deployment bad-image ← ReplicaSet bad-image-9d ← Pod bad-image-9d-4w';

  test.each([
    [
      'ImagePullBackOff',
      'Back-off pulling image "registry.example.com/cart:9": not found',
      'The image registry.example.com/cart:9 cannot be pulled',
      'Correct the image in spec.values of HelmRelease bad-image',
    ],
    [
      'ErrImagePull',
      'failed to pull image "registry.example.com/cart:9": unauthorized',
      'The image registry.example.com/cart:9 cannot be pulled: the registry refuses access',
      'imagePullSecrets',
    ],
    [
      'ImagePullBackOff',
      'image "registry.invalid/cart:9": lookup registry.invalid: no such host',
      'The image registry.invalid/cart:9 cannot be pulled: its registry is not found',
      "registry's host",
    ],
    [
      'CrashLoopBackOff',
      'back-off 5m0s restarting failed container',
      'Pod shop/bad-image-9d-4w does not start',
      'Read the last words of the program in its log',
    ],
    [
      'CrashLoopBackOff',
      'last state OOMKilled',
      'Pod shop/bad-image-9d-4w runs out of memory',
      'resources.limits.memory',
    ],
    [
      'CreateContainerConfigError',
      "couldn't find key url in Secret shop/db",
      'Secret shop/db has no key url',
      'Add the key url to Secret shop/db',
    ],
    [
      'Unschedulable',
      '0/3 nodes are available: 3 Insufficient cpu.',
      'No node takes Pod shop/bad-image-9d-4w: not enough cpu',
      'Lower resources.requests.cpu',
    ],
    [
      'Unschedulable',
      'pod has unbound immediate PersistentVolumeClaims',
      'Pod shop/bad-image-9d-4w has no volume',
      'storageClassName',
    ],
    [
      'ContainersNotReady',
      'containers with unready status: [c]',
      'Pod shop/bad-image-9d-4w runs and does not get ready',
      'readinessProbe',
    ],
  ])('%s: %s', (reason, detail, title, fix) => {
    const diagnosis = world.of('HelmRelease/bad-image', pods(reason, detail));
    expect(wayOf(diagnosis)).toBe(way);
    expect(diagnosis.root).toMatchObject({ title, known: true });
    expect(diagnosis.root?.fix).toContain(fix);
    expect(diagnosis.wantsWorkloads).toBe(false);
  });

  test('to a Secret that a container needs and that does not exist', () => {
    const diagnosis = world.of('HelmRelease/bad-image', pods('CreateContainerConfigError', 'secret "db" not found'));
    expect(wayOf(diagnosis)).toBe(`${way} ← Secret db`);
  });

  test.each([
    ['crashes with exit code 1, restarted 6 times', 'logs bad-image-9d-4w --all-containers --previous'],
    ['ended with exit code 1', 'logs bad-image-9d-4w --all-containers'],
    ['init container migrate crashes with exit code 4, restarted once', 'logs bad-image-9d-4w -c migrate --previous'],
  ])('of a pod that %s: the log to read', (says, line) => {
    const { root } = world.of('HelmRelease/bad-image', pods('Error', 'back-off restarting', says));
    expect(root?.command).toBe(`kubectl -n shop ${line}`);
  });

  test('a program that cannot be started has no log to read', () => {
    const says = 'cannot be started: exec: "/no-such-program": no such file or directory';
    const { root } = world.of('HelmRelease/bad-image', pods('StartError', says, says));
    expect(root?.fix).toMatch(
      /^Correct the container in spec\.values of HelmRelease bad-image: its command, its image/,
    );
    expect(root?.command).toBe('kubectl -n shop describe pod bad-image-9d-4w');
  });

  test('what failed for good is not told to be given more time', () => {
    const message =
      "health check failed after 2s: failed early due to stalled resources: [Job/shop/reindex status: 'Failed']";
    const { root } = worldOf([failed('Kustomization', 'jobs', {}, 'HealthCheckFailed', message)]).of(
      'Kustomization/jobs',
    );
    expect(root?.fix).toBe('Look at the pods of Job shop/reindex: their logs, image, limits, volumes.');
    expect(world.of('Kustomization/bad-image-of').root?.fix).toContain('a longer spec.timeout');
  });

  test('without pods it asks for them', () => {
    expect(world.of('HelmRelease/bad-image').wantsWorkloads).toBe(true);
  });

  test('where all is healthy by now it says so, and what a rollback leaves to be read', () => {
    const healthy = pods('', '').slice(0, 1);
    const { root, steps } = world.of('Kustomization/bad-image-of', healthy);
    expect(steps).toHaveLength(1);
    expect(root?.fix).toContain('what it waited for is healthy by now');
    expect(root?.command).toBe('flux reconcile kustomization bad-image-of -n shop');
    expect(world.of('HelmRelease/upgrade-fails', healthy).root?.fix).toContain('The former version was put back');
  });

  test('where the controller names none, the one that is ill is taken', () => {
    expect(wayOf(world.of('HelmRelease/upgrade-fails', pods('ImagePullBackOff', 'not found')))).toContain(
      'Pod bad-image-9d-4w',
    );
  });
});
