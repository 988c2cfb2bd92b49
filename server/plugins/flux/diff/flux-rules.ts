import type { KubeObject } from '../../../kube/object.ts';
import { isTrueAt } from '../read.ts';
import { kustomizeGroup } from '../references.ts';

/** Whether a label or an annotation of the object has this value, as Flux compares: without regard to case. */
function says(object: Pick<KubeObject, 'metadata'> | undefined, name: string, value: string): boolean {
  const { labels, annotations } = object?.metadata ?? {};
  return [labels?.[name], annotations?.[name]].some((found) => found?.toLowerCase() === value.toLowerCase());
}

const setting = (name: string) => `${kustomizeGroup}/${name}`;

/**
 * Why kustomize-controller leaves an object alone, one sentence; undefined where it applies it. Either side may say so, the
 * source or the object in the cluster (fluxcd/pkg/ssa, shouldSkipApply).
 */
export function whySkipped(built: KubeObject, live: KubeObject | undefined): string | undefined {
  for (const [side, where] of [
    [built, 'in the source'],
    [live, 'in the cluster'],
  ] as const) {
    if (says(side, setting('reconcile'), 'disabled'))
      return `Flux leaves it alone: reconcile is disabled by an annotation ${where}.`;
    if (says(side, setting('ssa'), 'Ignore')) return `Flux leaves it alone: ssa is Ignore by an annotation ${where}.`;
  }
  if (live !== undefined && says(built, setting('ssa'), 'IfNotPresent'))
    return 'Flux makes it once and leaves it alone then: ssa is IfNotPresent.';
  return undefined;
}

/** Whether Flux deletes and makes it again when a field differs that cannot be changed. */
export function isForced(kustomization: KubeObject, built: KubeObject, live: KubeObject | undefined): boolean {
  if (isTrueAt(kustomization, 'spec', 'force')) return true;
  return [built, live].some((side) => says(side, setting('force'), 'enabled'));
}

/** Whether Flux keeps what others than it have set with kubectl, instead of taking it over. */
export function isMerged(built: Pick<KubeObject, 'metadata'>, live: KubeObject | undefined): boolean {
  return [built, live].some((side) => says(side, setting('ssa'), 'Merge'));
}

/**
 * Why an object that the source has no more stays, one sentence; undefined where Flux deletes it (kustomize-controller,
 * deleteObjects).
 */
export function whyKept(kustomization: KubeObject, live: KubeObject): string | undefined {
  if (!isTrueAt(kustomization, 'spec', 'prune'))
    return 'It is in the source no more and stays: this Kustomization does not prune.';
  const { name, namespace } = kustomization.metadata;
  const labels = live.metadata.labels ?? {};
  if (labels[setting('name')] !== name || labels[setting('namespace')] !== namespace)
    return 'It is in the source no more and stays: its labels do not say that this Kustomization owns it.';
  for (const [annotation, value] of [
    ['prune', 'disabled'],
    ['reconcile', 'disabled'],
    ['ssa', 'Ignore'],
  ] as const) {
    if (says(live, setting(annotation), value))
      return `It is in the source no more and stays: ${annotation} is ${value} by its annotation.`;
  }
  return undefined;
}
