import type { Cluster } from '../../../kube/cluster.ts';
import type { Identity } from '../../../kube/identity.ts';
import type { PathSubject } from '../../define.ts';
import { kindByPlural } from '../kinds/index.ts';
import { isWithin, look } from '../sight.ts';
import { entryAt } from '../summarize.ts';

/**
 * The object whose page a path is, as it is now. Undefined for every other path. Asks for no rights but those that lists
 * ask for anyway, so that the frame of a page costs the API server nothing.
 */
export async function describePath(
  cluster: Cluster,
  identity: Identity,
  path: string,
  now: Date,
): Promise<PathSubject | undefined> {
  const [, plural = '', encodedNamespace = '', encodedName = ''] =
    /^\/flux\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  const kind = kindByPlural(plural);
  if (kind === undefined) return undefined;
  const namespace = decoded(encodedNamespace);
  const name = decoded(encodedName);
  if (namespace === undefined || name === undefined) return undefined;
  const subject = { label: `${namespace}/${name}`, icon: kind.icon, state: '', problem: '' };
  const sight = await look(cluster, identity, [kind]);
  const seen = sight.of(kind);
  if (seen === undefined || !isWithin(seen.scope, namespace)) {
    const missing = seen?.collection.state === 'absent';
    if (missing) return { ...subject, problem: `${cluster.name} does not know ${kind.title}.` };
    // Who may not list may still be allowed to open it; its page says so.
    return subject;
  }
  const entry = seen.collection.get(namespace, name);
  if (entry !== undefined) return { ...subject, state: entryAt(entry, now).summary.state };
  const known = seen.collection.state === 'live' || seen.collection.state === 'stale';
  return known ? { ...subject, problem: `There is no ${kind.kind} of this name any more.` } : subject;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
