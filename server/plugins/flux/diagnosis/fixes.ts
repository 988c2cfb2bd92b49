import type { About } from '../because/rule.ts';
import { controllerOf as controllerOfResource } from '../controllers/names.ts';
import { clusterFixes } from './fixes/cluster-fixes.ts';
import { helmFixes } from './fixes/helm-fixes.ts';
import { imageFixes } from './fixes/image-fixes.ts';
import { kustomizationFixes } from './fixes/kustomization-fixes.ts';
import { networkFixes } from './fixes/network-fixes.ts';
import { kubectl, remedyBy } from './fixes/remedy.ts';
import type { FixRule, Remedy } from './fixes/remedy.ts';
import { operatorFixes } from './fixes/operator-fixes.ts';
import { sourceFixes } from './fixes/source-fixes.ts';

/** From what only one cause can say to what anything may answer. */
const allFixes: readonly FixRule[] = [
  ...operatorFixes,
  ...imageFixes,
  ...kustomizationFixes,
  ...helmFixes,
  ...clusterFixes,
  ...sourceFixes,
  ...networkFixes,
];

/** What a person who knows Flux would do about a controller's masked message; undefined where no rule knows it. */
export function remedyFor(message: string, about: About): Remedy | undefined {
  return remedyBy(allFixes, message, about);
}

/** The controller that looks after a kind. */
export function controllerOf({ kind }: About): string {
  return controllerOfResource(kind.group, kind.plural) ?? 'its controller';
}

/** Where to read on when no rule knows the message. */
export function unknownRemedy(about: About): Remedy {
  return {
    fix: `Read the log of ${controllerOf(about)} about it: the message has no fix that is known by itself.`,
    command: kubectl('flux-system', `logs deploy/${controllerOf(about)} --since=1h`),
  };
}
