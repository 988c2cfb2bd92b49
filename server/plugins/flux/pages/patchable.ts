import type { Cluster, Scope } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { isUnanswered } from '../../../kube/unanswered.ts';
import type { KindDefinition } from '../kind.ts';

/** Where the asker may act on a kind. */
export type Patchable = Scope & {
  /** Why not, where it is not for want of a right. */
  denied?: string;
};

/** What a button says while nobody can be asked. */
export const nobodyToAsk = 'The API server gives no answer now, so nothing can be done.';

/** Where the asker may patch a kind: nowhere, and why, while the API server is away. */
export async function patchableIn(
  cluster: Cluster,
  identity: Identity,
  { group, plural }: Pick<KindDefinition, 'group' | 'plural'>,
  namespaces: readonly string[],
): Promise<Patchable> {
  try {
    return await cluster.access.scope(identity, 'patch', { group, resource: plural }, namespaces);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return { all: false, namespaces: new Set(), denied: nobodyToAsk };
  }
}
