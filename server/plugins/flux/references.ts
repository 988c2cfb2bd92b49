import type { KubeObject } from '../../kube/object.ts';
import { groupOf } from '../../kube/object.ts';
import type { ObjectReference } from './summary.ts';
import { listAt, textAt } from './read.ts';

export const sourceGroup = 'source.toolkit.fluxcd.io';
export const kustomizeGroup = 'kustomize.toolkit.fluxcd.io';
export const helmGroup = 'helm.toolkit.fluxcd.io';
export const notificationGroup = 'notification.toolkit.fluxcd.io';
export const imageGroup = 'image.toolkit.fluxcd.io';
export const sourceExtensionsGroup = 'source.extensions.fluxcd.io';
export const operatorGroup = 'fluxcd.controlplane.io';

const groupByKind: Readonly<Record<string, string>> = {
  GitRepository: sourceGroup,
  OCIRepository: sourceGroup,
  HelmRepository: sourceGroup,
  HelmChart: sourceGroup,
  Bucket: sourceGroup,
  ExternalArtifact: sourceGroup,
  ArtifactGenerator: sourceExtensionsGroup,
  Kustomization: kustomizeGroup,
  HelmRelease: helmGroup,
  Alert: notificationGroup,
  Provider: notificationGroup,
  Receiver: notificationGroup,
  ImageRepository: imageGroup,
  ImagePolicy: imageGroup,
  ImageUpdateAutomation: imageGroup,
  FluxInstance: operatorGroup,
  ResourceSet: operatorGroup,
  ResourceSetInputProvider: operatorGroup,
};

/** Groups whose kinds have no namespace, as far as Flux objects name them. */
const clusterScopedKinds = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition']);

/** The group of a Flux kind named without one, as cross references in Flux do; '' for what is not Flux's. */
export function groupOfKind(kind: string): string {
  return Object.hasOwn(groupByKind, kind) ? (groupByKind[kind] ?? '') : '';
}

/**
 * The reference that `value` (`{apiVersion?, kind?, name, namespace?}`) makes from inside `object`: the namespace
 * defaults to the object's own, the group to the kind's. Undefined without a name or a kind.
 */
export function referenceAt(object: KubeObject, value: unknown, defaultKind?: string): ObjectReference | undefined {
  const name = textAt(value, 'name');
  const kind = textAt(value, 'kind') ?? defaultKind;
  if (name === undefined || kind === undefined) return undefined;
  const apiVersion = textAt(value, 'apiVersion');
  return {
    group: apiVersion === undefined ? groupOfKind(kind) : groupOf(apiVersion),
    kind,
    namespace: clusterScopedKinds.has(kind)
      ? undefined
      : (textAt(value, 'namespace') ?? textAt(object, 'metadata', 'namespace')),
    name,
  };
}

/** The references of a list; what is malformed is left out. */
export function referencesAt(object: KubeObject, list: readonly unknown[], defaultKind?: string): ObjectReference[] {
  return list.flatMap((item) => referenceAt(object, item, defaultKind) ?? []);
}

/** `spec.dependsOn`: objects of the same kind, in the same namespace when none is named. */
export function dependsOnAt(object: KubeObject, kind: string): ObjectReference[] {
  return referencesAt(object, listAt(object, 'spec', 'dependsOn'), kind);
}

/** A Secret, ConfigMap or ServiceAccount named by a local reference (`{name}`) of the spec. */
export function localReference(object: KubeObject, kind: string, ...path: readonly string[]): ObjectReference[] {
  const name = textAt(object, 'spec', ...path);
  return name === undefined ? [] : [{ group: '', kind, namespace: textAt(object, 'metadata', 'namespace'), name }];
}

/** What a reference points at, from any object's own place. */
export function referenceTo(object: KubeObject): ObjectReference {
  return {
    group: groupOf(object.apiVersion),
    kind: object.kind,
    namespace: object.metadata.namespace,
    name: object.metadata.name,
  };
}

/** The key of a reference: group, kind, namespace and name; two kinds of the same name in two groups never meet. */
export function referenceKey(reference: ObjectReference): string {
  return `${reference.group}/${reference.kind}/${reference.namespace ?? ''}/${reference.name}`;
}

/** `Kind/namespace/name`, as a list's `source` filter has it. */
export function sourceName(source: ObjectReference): string {
  return `${source.kind}/${source.namespace ?? ''}/${source.name}`;
}

/** `GitRepository apps`, or `GitRepository flux-system/apps` seen from another namespace. */
export function referenceName(reference: ObjectReference, from?: string): string {
  const name =
    reference.namespace === undefined || reference.namespace === from
      ? reference.name
      : `${reference.namespace}/${reference.name}`;
  return `${reference.kind} ${name}`;
}
