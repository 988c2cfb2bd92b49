import { keyOf } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { eventAbout } from '../company/events.ts';
import { instant } from '../company/time.ts';
import { textOf } from '../controllers/surroundings.ts';
import type { Stage } from './stage.ts';

/** One of them by chance; undefined of none. */
export function pick<Item>(stage: Pick<Stage, 'random'>, items: readonly Item[]): Item | undefined {
  return items[Math.floor(stage.random() * items.length)];
}

/** Calls again and again, after `least` to `most` seconds each. */
export function repeat(stage: Stage, least: number, most: number, call: () => void): void {
  const seconds = least + stage.random() * (most - least);
  stage.clock.after(seconds * 1000, () => {
    call();
    repeat(stage, least, most, call);
  });
}

/** Objects of a kind that are ready, not suspended and not being deleted. */
export function readyOnes(stage: Stage, kind: string): KubeObject[] {
  return [...stage.around.all(kind)].filter(
    (object) =>
      conditionOf(object.status, 'Ready')?.status === 'True' &&
      object.spec?.['suspend'] !== true &&
      object.metadata.deletionTimestamp === undefined,
  );
}

/** Somebody pushes to the repository of a source, and its controller is told. */
export function pushTo(stage: Stage, source: KubeObject): void {
  const url = source.spec?.['url'];
  if (typeof url !== 'string') return;
  stage.world.commit(url);
  stage.wake(source.kind, keyOf(source));
}

/** A new tag stands in the registry of an image, and is looked for. */
export function pushImage(stage: Stage, repository: KubeObject): void {
  const image = repository.spec?.['image'];
  if (typeof image !== 'string') return;
  stage.world.commit(image);
  stage.wake(repository.kind, keyOf(repository));
}

/** The upgrade of a release fails, and heals after so many seconds. */
export function troubleRelease(stage: Stage, release: KubeObject, seconds: number): void {
  const key = keyOf(release);
  const version = textOf(release.status?.['lastAttemptedRevision']) ?? '0.0.0';
  const chart = (release.status?.['history'] as { chartName?: string }[] | undefined)?.[0]?.chartName ?? 'chart';
  stage.world.fail('HelmRelease', key, {
    reason: 'UpgradeFailed',
    message: `Helm upgrade failed for release ${key} with chart ${chart}@${version}: timeout waiting for: [Deployment/${key} status: 'InProgress']`,
  });
  stage.wake('HelmRelease', key);
  stage.clock.after(seconds * 1000, () => {
    stage.world.heal('HelmRelease', key);
    stage.wake('HelmRelease', key);
  });
}

/** What was applied does not become healthy, until it does after so many seconds. */
export function troubleKustomization(stage: Stage, object: KubeObject, seconds: number): void {
  const key = keyOf(object);
  stage.world.fail('Kustomization', key, {
    reason: 'HealthCheckFailed',
    message: `health check failed after 1m0.012846312s: timeout waiting for: [Deployment/${key} status: 'InProgress']`,
  });
  stage.wake('Kustomization', key);
  stage.clock.after(seconds * 1000, () => {
    stage.world.heal('Kustomization', key);
    stage.wake('Kustomization', key);
  });
}

interface ContainerStatus extends Record<string, unknown> {
  name: string;
  restartCount: number;
}

/** The container of a Pod ends with an error and, after so many seconds, runs again. */
export async function crashPod(stage: Stage, pod: KubeObject, seconds: number): Promise<void> {
  const { name, namespace = '' } = pod.metadata;
  const now = stage.clock.now();
  const [container] = (pod.status?.['containerStatuses'] ?? []) as ContainerStatus[];
  if (container === undefined) return;
  const restartCount = container.restartCount + 1;
  const message = `back-off 10s restarting failed container=${container.name} pod=${name}_${namespace}(${pod.metadata.uid})`;
  const terminated = { exitCode: 1, reason: 'Error', finishedAt: instant(now) };
  const set = (status: Record<string, unknown>, isReady: boolean) =>
    stage.around.patchStatus('Pod', namespace, name, {
      conditions: [
        { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: instant(stage.clock.now()) },
      ],
      containerStatuses: [{ ...container, restartCount, ready: isReady, lastState: { terminated }, ...status }],
    });
  await set({ state: { waiting: { reason: 'CrashLoopBackOff', message } } }, false);
  const event = eventAbout(pod, { reason: 'BackOff', message, type: 'Warning', count: 1, first: now, last: now });
  await stage.around.create(event);
  await stage.around.work(seconds * 1000, seconds * 1000);
  await set({ state: { running: { startedAt: instant(stage.clock.now()) } } }, true);
}
