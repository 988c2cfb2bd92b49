import type { Entry } from '../../../../kube/cluster.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { groupOf } from '../../../../kube/object.ts';
import { kindOf } from '../../kinds/index.ts';
import { referenceKey, referenceTo } from '../../references.ts';
import { summarizeFor } from '../../summarize.ts';
import type { FluxSummary } from '../../summary.ts';
import { diagnose } from '../diagnose.ts';
import type { Diagnosis, Found, Lookup } from '../diagnosis.ts';
import type { Workload } from '../workload-cause.ts';

/** Objects of Flux for a test, as one asker sees them. */
export interface World {
  entries: Entry<FluxSummary>[];
  lookup: Lookup;
  /** The diagnosis of `Kind/name`; the first of that name in any namespace. */
  of(name: string, workloads?: readonly Workload[]): Diagnosis;
}

/** A world of `objects`, in which those of the namespaces `hidden` may not be seen. Objects that are not Flux's are left out. */
export function worldOf(objects: readonly KubeObject[], hidden: readonly string[] = []): World {
  const entries = objects.flatMap((object): Entry<FluxSummary>[] => {
    const kind = kindOf(groupOf(object.apiVersion), object.kind);
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    return kind === undefined ? [] : [{ key, object, summary: summarizeFor(kind)(object) }];
  });
  const known = new Map(entries.map((entry) => [referenceKey(referenceTo(entry.object)), entry]));
  const lookup: Lookup = (reference): Found => {
    if (kindOf(reference.group, reference.kind) === undefined) return { state: 'unknown' };
    if (hidden.includes(reference.namespace ?? '')) return { state: 'hidden' };
    const entry = known.get(referenceKey(reference));
    return entry === undefined ? { state: 'missing' } : { state: 'seen', entry };
  };
  return {
    entries,
    lookup,
    of(name, workloads = []) {
      const entry = entries.find(({ object }) => `${object.kind}/${object.metadata.name}` === name);
      if (entry === undefined) throw new Error(`There is no ${name}.`);
      return diagnose(entry, lookup, workloads);
    },
  };
}

/** The way as it is read: `HelmRelease shop ← HelmChart shop-shop ← Secret key`. */
export function wayOf({ steps }: Diagnosis): string {
  return steps.map(({ reference }) => `${reference.kind} ${reference.name}`).join(' ← ');
}
