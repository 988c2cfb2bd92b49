import { clusterRules } from './cluster-rules.ts';
import { helmRules } from './helm-rules.ts';
import { imageRules } from './image-rules.ts';
import { kustomizationRules } from './kustomization-rules.ts';
import { networkRules } from './network-rules.ts';
import { notificationRules } from './notification-rules.ts';
import { operatorRules } from './operator-rules.ts';
import type { About, Rule } from './rule.ts';
import { clause, firstSentence, sayBy } from './rule.ts';
import { sourceRules } from './source-rules.ts';

/** From what only one controller says to what anything may answer. */
const allRules: readonly Rule[] = [
  ...operatorRules,
  ...kustomizationRules,
  ...notificationRules,
  ...imageRules,
  ...helmRules,
  ...sourceRules,
  ...clusterRules,
  ...networkRules,
];

/** How deep messages are taken apart: a release's message holds its chart's, which holds the registry's. */
const deepest = 4;

/** What a controller's masked message means, in plain words; its own first sentence where no rule knows it. */
export function explain(message: string, about: About, depth = 0): string {
  if (depth > deepest) return firstSentence(message);
  const inner = (part: string) => afterColon(clause(explain(part, about, depth + 1)));
  return sayBy(allRules, message, about, inner) ?? firstSentence(message);
}

/** A sentence that goes on after a colon begins small, unless it begins with a name. */
export function afterColon(text: string): string {
  return text.replace(/^(?:The|No|Its|Nothing|There|What|Somebody) /, (first) => first.toLowerCase());
}
