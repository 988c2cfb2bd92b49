import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { PageRequest } from '../../../web/page.ts';
import { conditionsOf } from '../conditions.ts';
import { humanDuration } from '../duration.ts';
import type { KindDefinition } from '../kind.ts';
import { artifactFacts } from '../kinds/source.ts';
import { numberAt, textAt } from '../read.ts';
import { groupOfKind } from '../references.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { factViews } from './fact-view.ts';
import type { FactView } from './fact-view.ts';
import { listPath, referenceView } from './object-view.ts';
import { revisionView } from './row-view.ts';
import { sourceRevision } from './source-revisions.ts';

/** The few facts under the heading: the revision, when it last worked, who applies it. */
export function subjectLine(
  entry: Entry<FluxSummary>,
  kind: KindDefinition,
  sight: Sight,
  link: PageRequest['link'],
): FactView[] {
  const { summary, object } = entry;
  const { short, wanted } = revisionView(summary, sourceRevision(sight, entry));
  const line: FactView[] = [];
  const add = (label: string, value: string | undefined, as: FactView['as'] = 'text') => {
    if (value !== undefined) line.push({ label, value, as, object: undefined });
  };
  add('Revision', short, 'code');
  add('On its way', wanted, 'code');
  add('Reconciled', summary.reconciledAt, 'time');
  if (kind.neverReconciled?.(object) === undefined)
    add('Every', summary.intervalSeconds === undefined ? undefined : humanDuration(summary.intervalSeconds));
  for (const owner of ownersOf(object))
    line.push({ label: 'Applied by', value: owner.name, as: 'object', object: referenceView(owner, link) });
  add('Made', textAt(object, 'metadata', 'creationTimestamp'), 'time');
  return line;
}

/** The Kustomization or HelmRelease that applied an object leaves its name in two labels. */
function ownersOf(object: KubeObject): ObjectReference[] {
  const labels = object.metadata.labels ?? {};
  const owner = (kind: string, prefix: string): ObjectReference[] => {
    const name = labels[`${prefix}/name`];
    const namespace = labels[`${prefix}/namespace`];
    if (name === undefined || namespace === undefined) return [];
    // A Kustomization that applies itself is no news.
    if (object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace) return [];
    return [{ group: groupOfKind(kind), kind, namespace, name }];
  };
  return [...owner('Kustomization', 'kustomize.toolkit.fluxcd.io'), ...owner('HelmRelease', 'helm.toolkit.fluxcd.io')];
}

/** How the object is set up; what its artifact is stands in a panel of its own. */
export function setUpViews(
  { object }: Pick<Entry<FluxSummary>, 'object'>,
  kind: KindDefinition,
  link: PageRequest['link'],
): FactView[] {
  const artifact = new Set(artifactFacts(object).map((fact) => `${fact.label} ${fact.value}`));
  return factViews(
    kind.facts(object).filter((fact) => !artifact.has(`${fact.label} ${fact.value}`)),
    link,
  );
}

/** Revision, digest, size and age of what is stored; empty where nothing is. */
export function artifactViews(object: KubeObject, link: PageRequest['link']): FactView[] {
  return factViews(artifactFacts(object), link).map((fact) =>
    fact.label === 'Artifact' ? { ...fact, label: 'Revision' } : fact,
  );
}

/** The labels, each with the list of all objects of the kind that have it too. */
export function labelViews(
  object: KubeObject,
  kind: KindDefinition,
  link: PageRequest['link'],
): { text: string; href: string }[] {
  return Object.entries(object.metadata.labels ?? {}).map(([key, value]) => ({
    text: `${key}=${value}`,
    href: link(listPath(kind.plural), { label: `${key}=${value}` }),
  }));
}

/** Whether the controller has seen the spec as it is now. */
export function conditionsSeen(object: KubeObject): string {
  const generation = object.metadata.generation;
  const seen = [
    numberAt(object, 'status', 'observedGeneration'),
    ...conditionsOf(object).map((condition) => condition.observedGeneration),
  ].filter((each) => each !== undefined && each > 0) as number[];
  if (generation === undefined || seen.length === 0) return '';
  const newest = Math.max(...seen);
  return newest >= generation
    ? `generation ${generation}, seen by the controller`
    : `generation ${generation}, the controller has seen ${newest}`;
}
