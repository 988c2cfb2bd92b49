import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type World, publishWorld } from './world.ts';

/** A folder of a suite's own, in which its world is told to the workers. */
export interface WorldFolder {
  path: string;
  publish(world: World): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the folder; `remove` it when the suite is over. */
export async function makeWorldFolder(): Promise<WorldFolder> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-suite-'));
  return {
    path,
    async publish(world) {
      const file = join(path, 'world.json');
      await writeFile(file, JSON.stringify(world));
      publishWorld(file);
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
