import { SluiceError } from '../../../errors.ts';
import { resourcePath } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Asker } from '../../../operations/registry.ts';
import { kindFor, patchRule } from '../../flux/actions/target.ts';
import { isSuspended } from '../../flux/annotations.ts';
import type { FluxSummary } from '../../flux/summary.ts';
import { at, listAt, textAt } from '../../flux/read.ts';

/**
 * A HelmRelease stays suspended only if nobody puts `spec.suspend` back. What does not stand in Git is left alone by
 * server-side apply; what does, even as `suspend: false`, is applied again within the Kustomization's interval. Throws
 * forbidden when the asker may not suspend, refused when the suspension would not last.
 */
export async function demandStillness(asker: Asker, { metadata }: KubeObject): Promise<void> {
  const { cluster, identity } = asker;
  const target = { plural: 'helmreleases', namespace: metadata.namespace ?? '', name: metadata.name };
  const missing = await cluster.access.missing(identity, [patchRule(target)]);
  if (missing.length > 0) {
    throw new SluiceError(
      'forbidden',
      `You may not suspend the HelmRelease ${target.namespace}/${target.name}, and Flux would undo the rollback.`,
      { missing },
    );
  }
  const kind = kindFor(target.plural);
  const served = cluster.served({ group: kind.group, resource: kind.plural }, kind.versions);
  if (served === undefined) throw new SluiceError('not_found', 'The cluster does not serve HelmReleases any more.');
  // What is watched is kept without its managed fields.
  const object = await cluster.client.json<KubeObject>({
    path: resourcePath(served, target.namespace, target.name),
    as: identity,
    timeoutMilliseconds: 15_000,
  });
  const owner = suspendOwner(object);
  if (owner === undefined) return;
  const [applier, isHeld] = applierOf(asker, object);
  if (isHeld) return;
  throw new SluiceError(
    'refused',
    `What ${owner} applies sets spec.suspend of the HelmRelease ${target.namespace}/${target.name}: suspending it would last no longer than until ${applier ?? 'that'} applies it again.`,
    {
      wayOut: `Suspend ${applier ?? `what ${owner} applies it from`} first, or take spec.suspend away where the HelmRelease is written.`,
    },
  );
}

/** Who has applied `spec.suspend` from elsewhere; undefined when nobody has. */
function suspendOwner(object: KubeObject): string | undefined {
  const entry = listAt(object, 'metadata', 'managedFields').find(
    (one) => textAt(one, 'operation') === 'Apply' && at(one, 'fieldsV1', 'f:spec', 'f:suspend') !== undefined,
  );
  return textAt(entry, 'manager');
}

/** The Kustomization that applies the object, and whether it is suspended itself. */
function applierOf({ cluster }: Asker, { metadata }: KubeObject): [string | undefined, boolean] {
  const name = metadata.labels?.['kustomize.toolkit.fluxcd.io/name'];
  const namespace = metadata.labels?.['kustomize.toolkit.fluxcd.io/namespace'];
  if (name === undefined || namespace === undefined) return [undefined, false];
  const kind = kindFor('kustomizations');
  const entry = cluster.collection<FluxSummary>({ group: kind.group, resource: kind.plural }).get(namespace, name);
  return [`the Kustomization ${namespace}/${name}`, entry !== undefined && isSuspended(entry.object)];
}
