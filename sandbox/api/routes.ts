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
import { methodNotAllowed, notFound, PathNotFound, resourceNotFound } from './status-error.ts';

async function review(backend: Backend, exchange: Exchange, plural: string): Promise<void> {
  const { request, response, user } = exchange;
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = await readBody(request, ['application/json']);
  sendJson(response, 201, answerReview(backend.store, plural, user, body as Parameters<typeof answerReview>[3]));
}

async function answerResource(backend: Backend, exchange: Exchange, asked: ResourceRequest): Promise<void> {
  const { registry, objects, logs } = backend;
  const { request, response, url } = exchange;
  const { group: groupName, version: versionName, resource, subresource, namespace } = asked;
  const as = representationOf(request);
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
  const target: Target = { definition, namespace: definition.namespaced ? namespace : undefined, subresource };
  if (!definition.namespaced && namespace !== undefined && !isNamespaceItself) throw new PathNotFound();

  const name = nameIn(url, asked);
  if (name === undefined) {
    await answerCollection(backend, { ...exchange, as }, target);
    return;
  }
  if (definition.namespaced && namespace === undefined)
    throw definition.custom ? new PathNotFound() : resourceNotFound();
  if (subresource === 'log' && definition.subresources?.includes('log')) {
    if (request.method !== 'GET') throw methodNotAllowed();
    logs.read(objects.get(target, name), url.searchParams, response);
    return;
  }
  if (subresource !== undefined && !(subresource === 'status' && definition.status)) {
    throw definition.custom ? notFound({ group: groupName, resource }, name) : resourceNotFound();
  }
  await answerObject(backend, { ...exchange, as }, target, name);
}

/** The name in the path; what a field selector names is for authorization only. */
function nameIn(url: URL, { resource, name, subresource }: ResourceRequest): string | undefined {
  if (subresource !== undefined) return name;
  const last = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  const isCollection = last === resource && !url.pathname.endsWith(`/${resource}/${resource}`);
  return isCollection ? undefined : name;
}

/** Answers one request: who asks, may they, what is it. Throws StatusError or PathNotFound for every refusal. */
export async function answer(backend: Backend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
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
