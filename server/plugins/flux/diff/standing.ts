import type { KubeObject } from '../../../kube/object.ts';
import { isTrueAt, numberAt, textAt } from '../read.ts';
import { shortRevision } from '../revision.ts';
import type { KustomizationDiff } from './diff.ts';

/**
 * Whether a build is of what Flux applied the last time: of this revision and this spec. What differs then was changed in the
 * cluster.
 */
export function isApplied(kustomization: KubeObject, revision: string): boolean {
  return textAt(kustomization, 'status', 'lastAppliedRevision') === revision && !isSpecNew(kustomization);
}

function isSpecNew(kustomization: KubeObject): boolean {
  const { generation } = kustomization.metadata;
  return generation !== undefined && numberAt(kustomization, 'status', 'observedGeneration') !== generation;
}

/** Which comparison one looks at, and what Flux will do about it, a sentence each. */
export interface Standing {
  /** drift: of what is applied. ahead: of what is not applied yet. same: nothing differs. */
  kind: 'drift' | 'ahead' | 'same';
  what: string;
  next: string;
}

/** What the comparison shows, in words. `every` is the interval in words: `10 min`. */
export function standingOf(kustomization: KubeObject, diff: KustomizationDiff, every: string): Standing {
  const { revision, counts } = diff;
  const applied = textAt(kustomization, 'status', 'lastAppliedRevision');
  const upToDate = isApplied(kustomization, revision);
  const differing = ['create', 'update', 'recreate', 'delete'] as const;
  const differs = differing.some((change) => (counts[change] ?? 0) > 0);
  const open = (counts.unknown ?? 0) + (counts.refused ?? 0);
  if (!differs && open === 0) {
    const what = `The cluster is as ${shortRevision(revision)} says.`;
    return { kind: 'same', what, next: upToDate ? '' : nextStep(kustomization, diff, upToDate, every) };
  }
  return {
    kind: upToDate ? 'drift' : 'ahead',
    what: whatIsShown(kustomization, revision, applied, upToDate),
    next: nextStep(kustomization, diff, upToDate, every),
  };
}

function whatIsShown(
  kustomization: KubeObject,
  revision: string,
  applied: string | undefined,
  upToDate: boolean,
): string {
  const newest = shortRevision(revision);
  if (upToDate) return `This is drift: Flux has applied ${newest}, so what differs was changed in the cluster since.`;
  if (applied === undefined) return `Flux has applied nothing yet: this is what its first run with ${newest} would do.`;
  if (applied === revision)
    return `This is what would change: the spec of the Kustomization is newer than what Flux has applied of ${newest}.`;
  const since = isSpecNew(kustomization) ? ', the spec has changed too' : '';
  return (
    `This is what would change: ${newest} is the source’s newest, Flux last applied ${shortRevision(applied)}${since}. ` +
    'The source keeps only its newest artifact, so what was changed in the cluster meanwhile is among it.'
  );
}

function nextStep(kustomization: KubeObject, diff: KustomizationDiff, upToDate: boolean, every: string): string {
  if (kustomization.metadata.deletionTimestamp !== undefined)
    return 'It is being deleted: Flux applies nothing any more.';
  const verb = upToDate ? 'corrects it' : 'applies it';
  if (isTrueAt(kustomization, 'spec', 'suspend'))
    return `It is suspended: Flux does nothing. When it is resumed, Flux ${verb} at once.`;
  const refused = diff.objects.filter(({ problem }) => problem?.kind === 'refused').length;
  if (refused > 0) {
    const who = refused === 1 ? 'one object is' : `${refused} objects are`;
    return `Flux will fail at its next reconciliation: ${who} refused, and then it applies none of the others either, definitions and namespaces aside.`;
  }
  return `Flux ${verb} at its next reconciliation, within ${every}, or when you sync it.`;
}
