import type { KubeObject } from '../../../kube/object.ts';
import { groupOf } from '../../../kube/object.ts';
import { helmGroup, kustomizeGroup } from '../references.ts';
import type { ObjectReference } from '../summary.ts';

/** Who leaves its name in two labels, `<prefix>/name` and `<prefix>/namespace`, on what it applies. */
const appliers = [
  { prefix: 'kustomize.toolkit.fluxcd.io', group: kustomizeGroup, kind: 'Kustomization' },
  { prefix: 'helm.toolkit.fluxcd.io', group: helmGroup, kind: 'HelmRelease' },
  { prefix: 'resourceset.fluxcd.controlplane.io', group: 'fluxcd.controlplane.io', kind: 'ResourceSet' },
  { prefix: 'fluxcd.controlplane.io', group: 'fluxcd.controlplane.io', kind: 'FluxInstance' },
] as const;

/** Which Flux objects applied this one, by its labels; several where several claim it. An object that applies itself is left out. */
export function managersOf(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): ObjectReference[] {
  const labels = object.metadata.labels ?? {};
  return appliers.flatMap(({ prefix, group, kind }) => {
    const name = labels[`${prefix}/name`];
    const namespace = labels[`${prefix}/namespace`];
    if (name === undefined || namespace === undefined) return [];
    const isItself =
      object.kind === kind &&
      groupOf(object.apiVersion) === group &&
      object.metadata.name === name &&
      object.metadata.namespace === namespace;
    return isItself ? [] : [{ group, kind, namespace, name }];
  });
}
