import { selectedName } from './selectors.ts';

/** A request for objects of a resource. Whether such a resource exists is not known yet. */
export interface ResourceRequest {
  verb: string;
  group: string;
  version: string;
  resource: string;
  subresource?: string;
  /** What stands in the path behind the subresource. */
  rest: readonly string[];
  namespace?: string;
  name?: string;
  /** Whether `name` stands in the path; else a field selector names it, which counts for authorization only. */
  isNamed: boolean;
}

/** What a request is about: a resource, or else a path such as `/apis` or `/healthz`. */
export type RequestInfo = { path: string; verb: string } & ({ resource: ResourceRequest } | { resource?: undefined });

/** How an API server reads a boolean in a query: anything but `false` and `0` is true, if the key is there. */
export function queryFlag(query: URLSearchParams, key: string): boolean {
  const value = query.get(key);
  return value !== null && !/^(?:false|0)$/i.test(value);
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (queryFlag(query, 'watch') && (name === undefined || selectedName(query.get('fieldSelector')))) return 'watch';
      return name === undefined ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      return '';
  }
}

/** Reads `/api/v1/namespaces/a/pods/b/log` and the like, before anything is known of the resource. */
export function requestInfo(method: string, url: URL): RequestInfo {
  const path = url.pathname;
  const plain = { path, verb: method.toLowerCase() };
  const parts = path
    .replaceAll(/^\/+|\/+$/g, '')
    .split('/')
    .map(decodeURIComponent);
  const [root] = parts;
  if (root !== 'api' && root !== 'apis') return plain;
  const [group = '', version, ...rest] = root === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
  if (!version || rest.length === 0 || rest[0] === '') return plain;

  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '');
  const namespace = rest[0] === 'namespaces' ? rest[1] : undefined;
  const [resource = '', name, ...deeper] = inNamespace ? rest.slice(2) : rest;
  const [subresource, ...beyond] = deeper;
  const asked = name ?? selectedName(url.searchParams.get('fieldSelector'));
  return {
    path,
    verb: verbOf(method, name, url.searchParams),
    resource: {
      verb: verbOf(method, name, url.searchParams),
      group,
      version,
      resource,
      ...(subresource !== undefined && { subresource }),
      rest: beyond,
      ...(namespace !== undefined && { namespace }),
      ...(asked !== undefined && { name: asked }),
      isNamed: name !== undefined,
    },
  };
}
