import { SluiceError } from '../../../../errors.ts';
import type { Cluster } from '../../../../kube/cluster.ts';
import type { Identity } from '../../../../kube/identity.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { getVisible } from '../../../../kube/visible.ts';
import { kindOf } from '../../kinds/index.ts';
import { kustomization } from '../../kinds/kustomization.ts';
import { textAt } from '../../read.ts';
import type { FluxSummary, ObjectReference } from '../../summary.ts';

/** What a source offers, as its status tells it. */
export interface Artifact {
  source: ObjectReference;
  url: string;
  /** `sha256:…` */
  digest: string;
  revision: string;
}

/**
 * The artifact that a Kustomization is made from now. Throws what hides the source from the asker, `not_found` where it is
 * missing, `refused` while it offers nothing.
 */
export async function findArtifact(cluster: Cluster, identity: Identity, object: KubeObject): Promise<Artifact> {
  const source = kustomization.source?.(object);
  const kind = source === undefined ? undefined : kindOf(source.group, source.kind);
  if (source === undefined || kind === undefined) {
    throw new SluiceError('refused', 'Its source is of a kind that Sluice does not know.');
  }
  const resource = { group: kind.group, resource: kind.plural };
  const found = await getVisible<FluxSummary>(cluster, resource, identity, source.namespace ?? '', source.name);
  const [url, digest, revision] = ['url', 'digest', 'revision'].map((field) =>
    textAt(found.object, 'status', 'artifact', field),
  );
  if (url !== undefined && digest !== undefined && revision !== undefined) return { source, url, digest, revision };
  throw new SluiceError(
    'refused',
    `${source.kind} ${source.name} offers no artifact yet, so there is nothing to build.`,
  );
}
