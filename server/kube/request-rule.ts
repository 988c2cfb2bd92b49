import type { AccessRule } from '../errors.ts';
import type { KubeRequest } from './cluster.ts';

const verbs: Record<NonNullable<KubeRequest['method']>, string> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** The right a request takes, by its path; undefined for what is no resource (`/version`). */
export function ruleOfRequest(request: Pick<KubeRequest, 'method' | 'path' | 'query'>): AccessRule | undefined {
  const [, root, ...rest] = request.path.split('/').map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  rest.shift();
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest.splice(0, 2)[1] : undefined;
  const [resource, name, subresource] = rest;
  if (!resource) return undefined;
  return {
    verb: verbOf(request, name),
    group,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

function verbOf(request: Pick<KubeRequest, 'method' | 'query'>, name: string | undefined): string {
  const verb = verbs[request.method ?? 'GET'];
  if (verb === 'get' && request.query?.watch === 'true') return 'watch';
  if (verb === 'get' && name === undefined) return 'list';
  return verb;
}
