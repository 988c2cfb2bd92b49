import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import type { Stage } from './stage.ts';
import { crashPod, pick, pushImage, pushTo, readyOnes, repeat, troubleKustomization, troubleRelease } from './moves.ts';

const crashingNamespaces = ['media', 'search', 'team-checkout', 'team-payments'];

function isReadyPod(pod: KubeObject): boolean {
  return conditionOf(pod.status, 'Ready')?.status === 'True';
}

/** An ordinary day: commits and images arrive, now and then a delivery fails and is mended. */
export function beginCalm(stage: Stage): void {
  repeat(stage, 25, 60, () => {
    const source = pick(stage, readyOnes(stage, 'GitRepository'));
    if (source !== undefined) pushTo(stage, source);
  });
  repeat(stage, 120, 240, () => {
    const source = pick(
      stage,
      readyOnes(stage, 'OCIRepository').filter((each) => each.spec?.['layerSelector'] === undefined),
    );
    if (source !== undefined) pushTo(stage, source);
  });
  repeat(stage, 90, 200, () => {
    const repository = pick(stage, readyOnes(stage, 'ImageRepository'));
    if (repository !== undefined) pushImage(stage, repository);
  });
  repeat(stage, 150, 300, () => {
    const release = pick(stage, readyOnes(stage, 'HelmRelease'));
    if (release !== undefined) troubleRelease(stage, release, 75);
  });
  repeat(stage, 120, 260, () =>
    stage.spawn(async () => {
      const pods = await stage.around.list('Pod', pick(stage, crashingNamespaces) ?? 'media');
      const pod = pick(stage, pods.filter(isReadyPod));
      if (pod !== undefined) await crashPod(stage, pod, 45);
    }),
  );
  repeat(stage, 180, 360, () => {
    const object = pick(
      stage,
      readyOnes(stage, 'Kustomization').filter((each) => each.spec?.['wait'] === true),
    );
    if (object !== undefined) troubleKustomization(stage, object, 60);
  });
}
