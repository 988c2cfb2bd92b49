import type { Cluster, Entry } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import { kindOf } from '../kinds/index.ts';
import type { FluxSummary } from '../summary.ts';
import { reaches } from './row-actions.ts';

/**
 * Tells, for entries whose revision is that of their source (Kustomizations), which revision the source has now; nothing
 * of sources the reader may not list.
 */
export async function sourceRevisions(
  cluster: Cluster,
  identity: Identity,
  entries: readonly Entry<FluxSummary>[],
): Promise<(entry: Entry<FluxSummary>) => string | undefined> {
  const revisions = new Map<string, string>();
  const following = entries.filter((entry) => entry.summary.plural === 'kustomizations' && entry.summary.source);
  for (const [plural, namespaces] of namespacesByKind(following)) {
    const kind = kindOf(...plural);
    if (kind === undefined) continue;
    const resource = { group: kind.group, resource: kind.plural };
    const scope = await cluster.access.scope(identity, 'list', resource, [...namespaces]);
    const collection = cluster.collection<FluxSummary>(resource);
    for (const { summary } of following) {
      const { source } = summary;
      if (source === undefined || source.kind !== kind.kind || source.group !== kind.group) continue;
      if (!reaches(scope, source.namespace)) continue;
      const revision = collection.get(source.namespace, source.name)?.summary.revision.applied;
      if (revision !== undefined) revisions.set(`${source.kind}/${source.namespace ?? ''}/${source.name}`, revision);
    }
  }
  return ({ summary }) => {
    const { source, plural } = summary;
    if (plural !== 'kustomizations' || source === undefined) return undefined;
    return revisions.get(`${source.kind}/${source.namespace ?? ''}/${source.name}`);
  };
}

function namespacesByKind(entries: readonly Entry<FluxSummary>[]): Iterable<[[string, string], Set<string>]> {
  const found = new Map<string, [[string, string], Set<string>]>();
  for (const { summary } of entries) {
    if (summary.source === undefined) continue;
    const { group, kind, namespace } = summary.source;
    const known = found.get(`${group}/${kind}`) ?? [[group, kind], new Set<string>()];
    if (namespace !== undefined) known[1].add(namespace);
    found.set(`${group}/${kind}`, known);
  }
  return found.values();
}
