import type { ServerResponse } from 'node:http';
import { sendText } from './http-exchange.ts';
import type { Objects } from './objects.ts';
import type { ResourceRequest } from './request-info.ts';
import type { ResourceDefinition } from './resources.ts';
import { badRequest, StatusError } from './status-error.ts';

/** What answers behind a Service: the file at a path, undefined where there is none. */
export type FileServer = (path: string) => Buffer | undefined;

/** `scheme:name:port`, `name:port` or `name`, as the API server's proxy takes it. */
const address = /^(?:(?:https?)?:)?([^:]+)(?::([^:]*))?$/;

/**
 * Passes a request on to what stands behind a Service. Throws 404 where there is no such Service, 503 where nothing stands
 * behind it, 400 for a name that is no address of one.
 */
export function answerProxy(
  { objects, servers }: { objects: Objects; servers: ReadonlyMap<string, FileServer> },
  definition: ResourceDefinition,
  { namespace, name = '', rest }: ResourceRequest,
  response: ServerResponse,
): void {
  const [, service, port = ''] = address.exec(name) ?? [];
  if (service === undefined) throw badRequest(`invalid service request ${JSON.stringify(name)}`);
  objects.get({ definition, namespace, subresource: undefined }, service);
  const server = servers.get(`${namespace ?? ''}/${service}:${port === '' ? '80' : port}`);
  if (server === undefined) {
    throw new StatusError(503, 'ServiceUnavailable', `no endpoints available for service ${JSON.stringify(name)}`);
  }
  const file = server(rest.join('/'));
  if (file === undefined) {
    sendText(response, 404, '404 page not found\n');
    return;
  }
  response.writeHead(200, { 'content-type': 'application/gzip', 'content-length': file.length });
  response.end(file);
}
