import { z } from 'zod';
import { SluiceError } from '../../../errors.ts';
import type { AccessRule } from '../../../errors.ts';
import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { resourcePath } from '../../../kube/object.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { getVisible } from '../../../kube/visible.ts';
import type { Subject } from '../../../operations/define.ts';
import type { KindDefinition } from '../kind.ts';
import { kindByPlural, kinds } from '../kinds/index.ts';
import type { FluxSummary } from '../summary.ts';

const namePattern = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The fields that name a Flux object, in every operation on one. */
export const targetFields = {
  plural: z
    .enum(kinds.map((kind) => kind.plural) as [string, ...string[]])
    .describe('The kind, in its plural: kustomizations'),
  namespace: z.string().regex(namespacePattern, 'is not the name of a namespace'),
  name: z.string().regex(namePattern, 'is not the name of an object'),
};

/** Which object an operation is done to, as its input names it. */
export interface Target {
  plural: string;
  namespace: string;
  name: string;
}

/** The kind that a plural of the input names. Throws not_found. */
export function kindFor(plural: string): KindDefinition {
  const kind = kindByPlural(plural);
  if (kind === undefined) throw new SluiceError('not_found', `Flux has no kind ${plural}.`);
  return kind;
}

/** The target as audit, runs and rows name it. */
export function subjectFor({ plural, namespace, name }: Target): Subject {
  const kind = kindFor(plural);
  return { group: kind.group, resource: plural, kind: kind.kind, namespace, name };
}

/** The right to change the object. */
export function patchRule({ plural, namespace, name }: Target): AccessRule {
  return { verb: 'patch', group: kindFor(plural).group, resource: plural, namespace, name };
}

/** The object as the asker may see it. Throws forbidden, not_found or unreachable. */
export async function seenObject(cluster: Cluster, identity: Identity, target: Target): Promise<Entry<FluxSummary>> {
  const kind = kindFor(target.plural);
  const resource = { group: kind.group, resource: kind.plural };
  const entry = await getVisible<FluxSummary>(cluster, resource, identity, target.namespace, target.name);
  if (entry.object.metadata.deletionTimestamp !== undefined) {
    throw new SluiceError('refused', `${kind.kind} ${target.namespace}/${target.name} is being deleted.`, {
      wayOut: 'Nothing can be done to it any more.',
    });
  }
  return entry;
}

/** Changes the object by a JSON merge patch, as the asker. Throws what the API server answers. */
export async function patchObject(
  cluster: Cluster,
  identity: Identity,
  target: Target,
  patch: object,
  signal: AbortSignal,
): Promise<KubeObject> {
  const kind = kindFor(target.plural);
  const served = cluster.served({ group: kind.group, resource: kind.plural }, kind.versions);
  if (served === undefined) {
    throw new SluiceError('not_found', `The cluster ${cluster.name} does not serve ${kind.title}.`);
  }
  return cluster.client.json<KubeObject>({
    method: 'PATCH',
    path: resourcePath(served, target.namespace, target.name),
    query: { fieldManager: 'sluice' },
    contentType: 'application/merge-patch+json',
    body: patch,
    as: identity,
    signal,
  });
}
