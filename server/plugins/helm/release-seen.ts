import { SluiceError } from '../../errors.ts';
import type { Cluster, Entry } from '../../kube/cluster.ts';
import type { Identity } from '../../kube/identity.ts';
import type { FluxSummary } from '../flux/summary.ts';
import type { StoredRelease } from '../flux/helm-storage/decode-release.ts';
import { managers } from './managed-by.ts';
import { listStorage, readRevision, revisionsOf } from './storage.ts';
import type { StoredRevision } from './storage.ts';
import { readSources } from './value-sources.ts';
import type { ValueSource } from './value-sources.ts';

/** A release as far as metadata tells. */
export interface ReleaseSeen {
  namespace: string;
  name: string;
  /** Newest first, at least one. */
  revisions: readonly [StoredRevision, ...StoredRevision[]];
  /** The HelmRelease that installs it, where the asker may see one. */
  manager: Entry<FluxSummary> | undefined;
}

/** Finds a release in Helm's storage. Throws forbidden with the missing right, not_found. */
export async function seeRelease(
  cluster: Cluster,
  identity: Identity,
  namespace: string,
  name: string,
): Promise<ReleaseSeen> {
  const [first, ...rest] = revisionsOf(await listStorage(cluster, identity, namespace), name);
  if (first === undefined) {
    throw new SluiceError('not_found', `Helm keeps no release ${name} in the namespace ${namespace}.`, {
      wayOut: 'It was uninstalled, or it has never been installed.',
    });
  }
  const manager = (await managers(cluster, identity)).get(`${namespace}/${name}`);
  return { namespace, name, revisions: [first, ...rest], manager };
}

/** The revision that is asked for, the newest by default. Throws not_found naming those there are. */
export function revisionAt({ revisions, name }: ReleaseSeen, revision: number | undefined): StoredRevision {
  if (revision === undefined) return revisions[0];
  const found = revisions.find((stored) => stored.revision === revision);
  if (found !== undefined) return found;
  const numbers = revisions.map((stored) => stored.revision);
  throw new SluiceError('not_found', `Helm keeps no revision ${revision} of ${name}.`, {
    field: 'revision',
    wayOut: `It keeps ${numbers.slice(0, 20).join(', ')}${numbers.length > 20 ? ' and older ones' : ''}.`,
  });
}

/** A revision with what it holds, and the sources that its HelmRelease names now. */
export async function openRevision(
  cluster: Cluster,
  identity: Identity,
  seen: ReleaseSeen,
  stored: StoredRevision,
): Promise<{ release: StoredRelease; sources: ValueSource[] }> {
  const [release, sources] = await Promise.all([
    readRevision(cluster, identity, stored),
    seen.manager === undefined ? [] : readSources(cluster, identity, seen.manager.object),
  ]);
  return { release, sources };
}
