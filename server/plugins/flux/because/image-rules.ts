import { textAt } from '../read.ts';
import type { Rule } from './rule.ts';
import { clause } from './rule.ts';

/** What the image controllers say of scans, policies and commits. */
export const imageRules: readonly Rule[] = [
  {
    when: /referenced ImageRepository (?:does not exist|not found)|ImageRepository.* not found/i,
    say: (_, { object }) =>
      `Waits for ImageRepository ${textAt(object, 'spec', 'imageRepositoryRef', 'name') ?? ''}, which does not exist: create it, or correct spec.imageRepositoryRef`,
  },
  {
    when: /referenced ImageRepository (?:has not been scanned|is not ready)|no (?:tags|image tags) in database|hasn't been scanned/i,
    say: (_, { object }) =>
      `Waits for ImageRepository ${textAt(object, 'spec', 'imageRepositoryRef', 'name') ?? ''}, which has not been scanned yet`,
  },
  {
    when: /referenced git repository does not exist/,
    say: (_, { object }) =>
      `GitRepository ${textAt(object, 'spec', 'sourceRef', 'name') ?? ''} does not exist: create it, or correct spec.sourceRef`,
  },
  {
    when: /cannot determine latest tag for policy: (.*)/s,
    say: ([, why = '']) =>
      `No tag fits the policy: ${clause(why.replaceAll(/\s+/g, ' '))}. Correct spec.policy or spec.filterTags, or push such a tag`,
  },
  {
    when: /version list argument cannot be empty|no tags? match|unable to determine latest version from provided list/i,
    say: () => 'No tag fits the policy: correct spec.policy or spec.filterTags, or push such a tag',
  },
  {
    when: /failed to push|push rejected|non-fast-forward/i,
    say: () => 'Its commit could not be pushed: the branch has moved or the credentials may not write',
  },
];
