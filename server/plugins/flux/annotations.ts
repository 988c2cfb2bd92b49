import type { KubeObject } from '../../kube/object.ts';
import { groupOf } from '../../kube/object.ts';
import type { KindDefinition } from './kind.ts';
import { instantAt, textAt } from './read.ts';
import { operatorGroup } from './references.ts';

/** Asks the controller to reconcile now; it answers with the same token in `status.lastHandledReconcileAt`. */
export const requestedAtAnnotation = 'reconcile.fluxcd.io/requestedAt';
/** HelmRelease: do the release again although nothing changed; carries the same token as the request. */
export const forceAtAnnotation = 'reconcile.fluxcd.io/forceAt';
/** HelmRelease: forget the failures counted so far; carries the same token as the request. */
export const resetAtAnnotation = 'reconcile.fluxcd.io/resetAt';
/** Who suspended it. */
export const suspendedByAnnotation = 'sluice.dev/suspended-by';
/** When, as an ISO instant. */
export const suspendedAtAnnotation = 'sluice.dev/suspended-at';
/** Why, in the words of whoever did. */
export const suspendReasonAnnotation = 'sluice.dev/suspend-reason';
/** ArtifactGenerator has no `spec.suspend`: the value `disabled` of this annotation suspends it. */
export const generatorReconcileAnnotation = 'source.extensions.fluxcd.io/reconcile';
/** The kinds of the Flux Operator have no `spec.suspend` either: the value `disabled` of this one suspends them. */
export const operatorReconcileAnnotation = 'fluxcd.controlplane.io/reconcile';

/** Whether the object is suspended: by its spec, or for an ArtifactGenerator and what is the Flux Operator's by annotation. */
export function isSuspended(object: KubeObject): boolean {
  const spec: unknown = object.spec;
  if (typeof spec === 'object' && spec !== null && (spec as { suspend?: unknown }).suspend === true) return true;
  // The operator's annotation may stand on anything a ResourceSet makes; it means suspension on the operator's own kinds only.
  const annotation =
    groupOf(textAt(object, 'apiVersion') ?? '') === operatorGroup
      ? operatorReconcileAnnotation
      : generatorReconcileAnnotation;
  return textAt(object, 'metadata', 'annotations', annotation)?.toLowerCase() === 'disabled';
}

/** Who suspended the object, when and why, as far as our annotations tell; undefined when it is not suspended. */
export function suspensionOf(
  object: KubeObject,
): { by: string | undefined; at: string | undefined; reason: string | undefined } | undefined {
  if (!isSuspended(object)) return undefined;
  const annotations = object.metadata?.annotations;
  return {
    by: textAt(annotations, suspendedByAnnotation),
    at: instantAt(annotations, suspendedAtAnnotation),
    reason: textAt(annotations, suspendReasonAnnotation),
  };
}

/** A merge patch that suspends or resumes an object of the kind: by its spec, or by the kind's annotation. */
export function suspensionPatch(
  kind: Pick<KindDefinition, 'suspendAnnotation'>,
  suspend: boolean,
): { annotations: Record<string, string | null>; spec?: { suspend: true | null } } {
  if (kind.suspendAnnotation === undefined) return { annotations: {}, spec: { suspend: suspend ? true : null } };
  return { annotations: { [kind.suspendAnnotation]: suspend ? 'disabled' : null } };
}
