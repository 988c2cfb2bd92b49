import type { Clock } from '../controllers/clock.ts';
import type { Surroundings } from '../controllers/surroundings.ts';
import type { World } from '../controllers/world.ts';

/** What a story can move. */
export interface Stage {
  clock: Clock;
  world: World;
  random(): number;
  around: Surroundings;
  /** Makes an object due: kind and `namespace/name`. */
  wake(kind: string, key: string): void;
  /** Lets something run by itself; a failure of it is logged. */
  spawn(run: () => Promise<void>): void;
}
