import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, impersonate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { reviewResources } from './discovery.ts';
import { demand, type Backend, type Exchange } from './exchange.ts';
import { readBody, representationOf, sendJson } from './http-exchange.ts';
import { answerCollection, answerObject } from './object-routes.ts';
import type { Target } from './objects.ts';
import { answerPath } from './path-routes.ts';
import { requestInfo, type ResourceRequest } from './request-info.ts';
import { answerReview } from './reviews.ts';
import { answerProxy } from './service-proxy.ts';
import { resourceVerbs, statusVerbs, type ResourceDefinition } from './resources.ts';
import {
  badRequest,
  methodNotAllowed,
  notFound,
  PathNotFound,
  resourceNotFound,
  verbNotSupported,
} from './status-error.ts';

async function review(backend: Backend, exchange: Exchange, plural: string): Promise<void> {
  const { request, response, user } = exchange;
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = await readBody(request, ['application/json']);
  sendJson(response, 201, answerReview(backend.store, plural, user, body as Parameters<typeof answerReview>[3]));
}

/** The methods an API server has handlers for, by what the path names. */
const methods = {
  collection: ['GET', 'POST', 'DELETE'],
  object: ['GET', 'PUT', 'PATCH', 'DELETE'],
  status: ['GET', 'PUT', 'PATCH'],
  log: ['GET'],
};

/** Throws 404 or 405 for what a built-in resource has no handler for. */
function checkBuiltIn(
  { namespaced, status, subresources = [] }: ResourceDefinition,
  request: ResourceRequest,
  method: string,
): void {
  const { namespace, subresource, rest, isNamed } = request;
  const isLog = subresource === 'log' && subresources.includes('log');
  const isStatus = subresource === 'status' && status;
  const isProxy = subresource === 'proxy' && subresources.includes('proxy');
  if (isProxy && isNamed && namespace !== undefined) return;
  const isPart = subresource === undefined || isLog || isStatus;
  if (!isPart || rest.length > 0 || (isNamed && namespaced && namespace === undefined)) throw resourceNotFound();
  const known = isLog ? methods.log : isStatus ? methods.status : isNamed ? methods.object : methods.collection;
  const isEverywhere = !isNamed && namespaced && namespace === undefined;
  if (!known.includes(method) || (isEverywhere && method !== 'GET')) throw methodNotAllowed();
}

/** Throws 404 or 405 for what a custom resource does not do: its handler looks at the verb, not at the method. */
function checkCustom({ group, plural, namespaced, status }: ResourceDefinition, request: ResourceRequest): void {
  const { verb, namespace, name = '', subresource, isNamed } = request;
  const resource = { group, resource: plural };
  const isEverywhere = namespaced && namespace === undefined;
  if (isEverywhere && (isNamed || !['list', 'watch'].includes(verb))) throw new PathNotFound();
  if (subresource !== undefined && !(subresource === 'status' && status)) throw notFound(resource, name);
  const verbs: readonly string[] = subresource === 'status' ? statusVerbs : resourceVerbs;
  if (!verbs.includes(verb)) throw verbNotSupported(resource, verb);
  if (!isNamed && ['update', 'patch'].includes(verb)) throw badRequest('name must be provided');
}

async function answerResource(backend: Backend, exchange: Exchange, asked: ResourceRequest): Promise<void> {
  const { registry, objects, logs } = backend;
  const { request, response, url } = exchange;
  const { group: groupName, version: versionName, resource, subresource, namespace, verb, isNamed, name } = asked;
  const isReview = reviewResources.some((each) => each.group === groupName && each.plural === resource);
  if (isReview && versionName === 'v1') {
    await review(backend, exchange, resource);
    return;
  }
  const definition = registry.find(groupName, versionName, resource);
  if (!definition) {
    const isBuiltIn = registry.all().some((each) => each.group === groupName && !each.custom);
    throw isBuiltIn ? resourceNotFound() : new PathNotFound();
  }
  const isNamespaceItself = groupName === '' && resource === 'namespaces';
  if (!definition.namespaced && namespace !== undefined && !isNamespaceItself) throw new PathNotFound();
  if (definition.custom) checkCustom(definition, asked);
  else checkBuiltIn(definition, asked, request.method ?? 'GET');

  if (subresource === 'proxy') {
    answerProxy(backend, definition, asked, response);
    return;
  }
  const as = representationOf(request);
  const target: Target = { definition, namespace: definition.namespaced ? namespace : undefined, subresource };
  // Creating takes the name from the body, whatever the path says.
  if (!isNamed || name === undefined || verb === 'create') {
    await answerCollection(backend, { ...exchange, as }, target);
    return;
  }
  if (subresource === 'log') {
    logs.read(objects.get(target, name), url.searchParams, response);
    return;
  }
  await answerObject(backend, { ...exchange, as }, target, name);
}

/** Throws 400 for an address that cannot be decoded. */
function urlOf(request: IncomingMessage): URL {
  const url = new URL(`http://sandbox${request.url ?? '/'}`);
  try {
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    throw badRequest('the path of the request cannot be decoded');
  }
}

/** Answers one request: who asks, may they, what is it. Throws StatusError or PathNotFound for every refusal. */
export async function answer(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  const asker = authenticate(request.headers.authorization, backend.users);
  const user = impersonate(asker, request.headersDistinct, (attributes) => authorize(backend.store, asker, attributes));
  const exchange: Exchange = { request, response, url, user };
  const { resource, ...plain } = requestInfo(request.method ?? 'GET', url);
  if (!resource) {
    demand(backend.store, user, plain);
    answerPath(backend, exchange);
    return;
  }
  demand(backend.store, user, {
    verb: resource.verb,
    group: resource.group,
    resource: resource.resource,
    subresource: resource.subresource,
    namespace: resource.namespace,
    name: resource.name,
  });
  await answerResource(backend, exchange, resource);
}
