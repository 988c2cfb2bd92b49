import { expect, test } from 'vitest';
import type { KubeObject } from '../../server/kube/object.ts';
import { SluiceError } from '../../server/errors.ts';
import { company } from '../company/index.ts';
import { virtualClock } from '../controllers/clock.ts';
import { seededRandom } from '../controllers/random.ts';
import type { Surroundings } from '../controllers/surroundings.ts';
import { createWorld } from '../controllers/world.ts';
import { stories, storyNamed } from './index.ts';
import type { StoryName } from './index.ts';

const now = new Date('2026-05-04T10:00:00Z');
const objects = company({ now });
const host = 'git.example.com';

/** An hour of a story, told to nobody: what was made due, and the world afterwards. */
function tell(name: StoryName, seed: number) {
  const clock = virtualClock(now);
  const world = createWorld(objects);
  const woken: string[] = [];
  const cutOff: boolean[] = [];
  const around = {
    all: (kind: string) => objects.filter((object) => object.kind === kind),
    list: (): Promise<KubeObject[]> => Promise.resolve([]),
  } as unknown as Surroundings;
  stories[name].begin({
    clock,
    world,
    random: seededRandom(seed),
    around,
    wake: (kind, key) => void woken.push(`${(clock.now().getTime() - now.getTime()) / 1000} ${kind} ${key}`),
    spawn: () => {},
  });
  for (let minute = 0; minute < 60; minute += 1) {
    clock.advance(60_000);
    cutOff.push(world.cutOff.has(host));
  }
  return { woken, world, cutOff };
}

test('the same seed tells the same story, another one another', () => {
  expect(tell('calm', 1).woken).toEqual(tell('calm', 1).woken);
  expect(tell('calm', 2).woken).not.toEqual(tell('calm', 1).woken);
});

test('a calm day has commits, new images, and releases that fail', () => {
  const { woken } = tell('calm', 1);
  for (const kind of ['GitRepository', 'OCIRepository', 'ImageRepository', 'HelmRelease', 'Kustomization']) {
    expect(woken.filter((each) => each.includes(` ${kind} `)).length).toBeGreaterThan(3);
  }
});

test('an outage begins at once, ends after three minutes, and does not come back', () => {
  const { cutOff } = tell('outage', 1);
  expect(cutOff.slice(0, 5)).toEqual([true, true, true, false, false]);
  expect(cutOff.slice(3)).not.toContain(true);
});

test('nothing happens by itself in the still story', () => {
  expect(tell('still', 1).woken).toEqual([]);
  expect(stories.still.moves).toBe(false);
});

test('a story that nobody knows is refused, naming the ones there are', () => {
  expect(storyNamed('outage')).toBe('outage');
  expect(() => storyNamed('toString')).toThrow(SluiceError);
  expect(() => storyNamed('thunder')).toThrow('There is no story thunder. There are calm, outage, still.');
});
