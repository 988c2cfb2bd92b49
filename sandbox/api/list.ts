import type { KubeObject } from '../../server/kube/object.ts';
import type { Target } from './objects.ts';
import { shownList, type Representation } from './representation.ts';
import { storageKey, type ResourceDefinition } from './resources.ts';
import { fieldSelector, labelSelector, type Selector } from './selectors.ts';
import { badRequest, expired } from './status-error.ts';
import { objectKey, type Store } from './store.ts';

/** Where a page ended: the revision of the whole list and the key after which the next one begins. */
interface Position {
  /** -1 goes on with the objects of today. */
  revision: number;
  after: string;
}

function tokenOf({ revision, after }: Position): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString('base64url');
}

function positionOf(token: string): Position {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv: number; start: string };
    if (typeof rv === 'number' && typeof start === 'string') return { revision: rv, after: start };
  } catch {
    throw badRequest('continue key is not valid: it cannot be read');
  }
  throw badRequest('continue key is not valid: a field is missing');
}

const expiredMessage =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** The selector of a request's query. Throws 400 for one that cannot be read. */
export function selectorOf(definition: ResourceDefinition, query: URLSearchParams): Selector {
  const labels = labelSelector(query.get('labelSelector') ?? undefined);
  const fields = fieldSelector(query.get('fieldSelector') ?? undefined, storageKey(definition));
  return (object) => labels(object) && fields(object);
}

function keyOf(object: KubeObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') || '0';
  if (/^-?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/**
 * A page of a collection, with `limit` and `continue` as Kubernetes has them: all pages show the state of the first.
 * Throws 410 when that state is forgotten.
 */
export function listObjects(
  store: Store,
  { definition, namespace }: Target,
  query: URLSearchParams,
  as: Representation,
): object {
  const resource = storageKey(definition);
  const selects = selectorOf(definition, query);
  const limit = limitOf(query);
  const token = query.get('continue');
  const position = token ? positionOf(token) : undefined;
  const isOld = position !== undefined && position.revision >= 0;
  const revision = isOld ? position.revision : store.revision();

  const all = isOld ? store.listAt(resource, revision, namespace) : store.list(resource, namespace);
  if (!all) throw expired(expiredMessage, tokenOf({ revision: -1, after: position?.after ?? '' }));
  const rest = position ? all.filter((object) => keyOf(object) > position.after) : all;
  const selected = rest.filter(selects);
  const page = limit > 0 ? selected.slice(0, limit) : selected;
  const isSelective = Boolean(query.get('labelSelector') || query.get('fieldSelector'));
  const remaining = selected.length - page.length;
  const last = page.at(-1);

  const metadata = {
    ...(definition.custom && as === 'object' && { continue: '' }),
    ...(remaining > 0 && last && { continue: tokenOf({ revision, after: keyOf(last) }) }),
    ...(remaining > 0 && !isSelective && { remainingItemCount: remaining }),
    resourceVersion: String(revision),
  };
  return shownList(definition, metadata, page, as);
}
