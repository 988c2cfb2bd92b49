import { attachCluster, type TestCluster } from '../cluster/index.ts';
import type { World } from './world.ts';

/** The real cluster of the suite, for what only its owner can do: commits, pushes. Throws on the sandbox. */
export function attachedCluster(world: World): TestCluster {
  const cluster = world.folder === undefined ? undefined : attachCluster(world.folder);
  if (cluster === undefined) throw new Error('This needs the real cluster.');
  return cluster;
}
