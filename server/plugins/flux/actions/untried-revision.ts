import type { Entry } from '../../../kube/cluster.ts';
import type { KindDefinition } from '../kind.ts';
import { textAt } from '../read.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';

/** What is around an object that is waited for. */
export interface Surroundings {
  kind: KindDefinition;
  /** Another object, as far as it is watched: `missing` when it certainly is not there. */
  look(reference: ObjectReference): Entry<FluxSummary> | 'missing' | undefined;
  /** What the object is made from, first things first. */
  sources(entry: Entry<FluxSummary>): ObjectReference[];
}

/**
 * The revision that an object's source offers and the object has not tried; undefined when it has, or when that cannot be
 * told. A controller may handle a request before its own watch has shown it the artifact that was fetched a moment ago;
 * it comes to that by itself right after.
 */
export function untriedRevision(entry: Entry<FluxSummary>, { kind, look, sources }: Surroundings): string | undefined {
  const tried = triedBy(kind, entry);
  const source = sources(entry).at(-1);
  const found = source === undefined || tried === undefined ? undefined : look(source);
  if (found === undefined || found === 'missing') return undefined;
  const offered = textAt(found.object, 'status', 'artifact', 'revision');
  return offered === undefined || tried?.(offered, found.object.kind) !== false ? undefined : offered;
}

/** Says whether a revision is the one an object tried last; undefined where its status does not tell. */
function triedBy(kind: KindDefinition, { object }: Entry<FluxSummary>) {
  const attempted = textAt(object, 'status', 'lastAttemptedRevision');
  if (kind.kind === 'Kustomization')
    return attempted === undefined ? undefined : (offered: string) => offered === attempted;
  if (kind.kind === 'HelmChart') {
    const observed = textAt(object, 'status', 'observedSourceArtifactRevision');
    return observed === undefined ? undefined : (offered: string) => offered === observed;
  }
  if (kind.kind !== 'HelmRelease' || attempted === undefined) return undefined;
  // helm-controller tells the version of the chart, and of an OCI artifact the digest: `1.1.0@sha256:…` or `sha256:…`.
  const digest = textAt(object, 'status', 'lastAttemptedRevisionDigest');
  return (offered: string, sourceKind: string): boolean | undefined => {
    if (sourceKind === 'HelmChart') return offered === attempted;
    return digest === undefined ? undefined : offered.split('@').at(-1) === digest;
  };
}
