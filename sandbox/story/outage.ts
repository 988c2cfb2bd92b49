import { keyOf } from '../../server/kube/object.ts';
import { beginCalm } from './calm.ts';
import type { Stage } from './stage.ts';

const hosts = ['git.example.com', 'charts.example.com'];
const beginsAfter = 20_000;
const lasts = 180_000;

function wakeSources(stage: Stage): void {
  for (const kind of ['GitRepository', 'HelmRepository', 'HelmChart']) {
    for (const object of stage.around.all(kind)) stage.wake(kind, keyOf(object));
  }
}

/**
 * The hosts of repositories and charts cannot be reached for three minutes: sources fail, releases have no chart, what
 * depends on them waits. Then they answer again and everything heals. Afterwards the day is calm.
 */
export function beginOutage(stage: Stage): void {
  stage.clock.after(beginsAfter, () => {
    for (const host of hosts) stage.world.cutOff.add(host);
    wakeSources(stage);
  });
  stage.clock.after(beginsAfter + lasts, () => {
    for (const host of hosts) stage.world.cutOff.delete(host);
    wakeSources(stage);
    beginCalm(stage);
  });
}
