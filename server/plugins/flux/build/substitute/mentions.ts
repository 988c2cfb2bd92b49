import type { Expansion } from './parse-template.ts';

/** What is done with variables, the first of each kind: one object may mention one a million times. */
export interface Mentions {
  add(expansions: Iterable<Expansion>): void;
  all(): readonly Expansion[];
}

/** Gathers mentions by the variable's name and what is done with it. */
export function collectMentions(): Mentions {
  const kept = new Map<string, Expansion>();
  return {
    add(expansions) {
      for (const each of expansions) {
        const key = `${each.name} ${each.operator}`;
        if (!kept.has(key)) kept.set(key, each);
      }
    },
    all: () => [...kept.values()],
  };
}
