import { SluiceError } from '../../server/errors.ts';
import { beginCalm } from './calm.ts';
import { beginOutage } from './outage.ts';
import type { Stage } from './stage.ts';

export interface Story {
  /** Whether objects are looked after on their intervals, or only when something asks for it. */
  moves: boolean;
  begin(stage: Stage): void;
}

/** What can be told with the sandbox. `still`: nothing happens by itself, for tests. */
export const stories = {
  calm: { moves: true, begin: beginCalm },
  outage: { moves: true, begin: beginOutage },
  still: { moves: false, begin: () => {} },
} satisfies Record<string, Story>;

export type StoryName = keyof typeof stories;

/** The story of this name. Throws for one that nobody knows. */
export function storyNamed(name: string): StoryName {
  if (Object.hasOwn(stories, name)) return name as StoryName;
  throw new SluiceError('invalid', `There is no story ${name}. There are ${Object.keys(stories).join(', ')}.`, {
    field: 'story',
  });
}
