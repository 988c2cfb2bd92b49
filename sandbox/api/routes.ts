import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KubeObject } from '../../server/kube/object.ts';
import { authenticate, impersonate, type User } from './authenticate.ts';
import { authorize, type Attributes } from './authorize.ts';
import {
  aggregated,
  aggregatedType,
  coreVersions,
  group,
  groupList,
  resourceList,
  reviewResources,
} from './discovery.ts';
import {
  contentType,
  representationOf,
  readBody,
  readOptionalBody,
  sendJson,
  sendText,
  wantsAggregated,
} from './http-exchange.ts';
import { listObjects, selectorOf } from './list.ts';
import type { DeleteOptions, Objects, Target, WriteOptions } from './objects.ts';
import type { PodLogs } from './pod-logs.ts';
import type { Registry } from './registry.ts';
import { queryFlag, requestInfo, type ResourceRequest } from './request-info.ts';
import { shown, shownList, type Representation } from './representation.ts';
import { storageKey } from './resources.ts';
import { answerReview } from './reviews.ts';
import {
  deleted,
  forbidden,
  forbiddenPath,
  invalid,
  methodNotAllowed,
  notFound,
  PathNotFound,
  resourceNotFound,
} from './status-error.ts';
import type { Store } from './store.ts';
import type { Watches } from './watch.ts';

/** What the routes work with. */
export interface Backend {
  store: Store;
  registry: Registry;
  objects: Objects;
  watches: Watches;
  logs: PodLogs;
  /** By bearer token. */
  users: ReadonlyMap<string, User>;
}

/** The Kubernetes the sandbox says it is; the suffix tells that it is none. */
const version = { major: '1', minor: '36', gitVersion: 'v1.36.3+sandbox', platform: 'linux/amd64' };

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  user: User;
}

/** A request for objects that are served. */
interface ObjectExchange extends Exchange {
  as: Representation;
}

function demand(store: Store, user: User, attributes: Attributes): void {
  const { allowed, reason } = authorize(store, user, attributes);
  if (allowed) return;
  if ('path' in attributes) throw forbiddenPath(user.name, attributes.verb, attributes.path);
  throw forbidden({ user: user.name, ...attributes, why: reason });
}

const healthPaths = ['/healthz', '/livez', '/readyz'];

function answerPath({ registry }: Backend, { request, response, url }: Exchange): void {
  const [root, name = '', versionName, ...rest] = url.pathname.split('/').slice(1);
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  if (healthPaths.includes(url.pathname)) {
    sendText(response, 200, 'ok');
    return;
  }
  if (url.pathname === '/version' || url.pathname === '/version/') {
    sendJson(response, 200, version);
    return;
  }
  const definitions = registry.all();
  const isRoot = name === '';
  if ((root === 'api' || root === 'apis') && isRoot) {
    if (wantsAggregated(request)) {
      sendJson(response, 200, aggregated(definitions, root), aggregatedType);
      return;
    }
    representationOf(request);
    sendJson(response, 200, root === 'api' ? coreVersions() : groupList(definitions));
    return;
  }
  let document: object | undefined;
  if (root === 'api' && versionName === undefined) document = resourceList(definitions, '', name);
  else if (root === 'apis' && versionName === undefined) document = group(definitions, name);
  else if (root === 'apis' && rest.length === 0) document = resourceList(definitions, name, versionName ?? '');
  if (!document) throw new PathNotFound();
  representationOf(request);
  sendJson(response, 200, document);
}

function dryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun');
  const wrong = values.find((value) => value !== 'All');
  if (wrong === undefined) return values.length > 0;
  const message = `Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`;
  throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
    { reason: 'FieldValueNotSupported', message, field: 'dryRun' },
  ]);
}

function writeOptions({ request, url }: Exchange): WriteOptions {
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? '';
  return {
    dryRun: dryRun(url.searchParams),
    fieldManager: url.searchParams.get('fieldManager') ?? agent,
    force: queryFlag(url.searchParams, 'force'),
  };
}

interface DeleteBody {
  dryRun?: string[];
  propagationPolicy?: string;
  preconditions?: { uid?: string; resourceVersion?: string };
}

async function deleteOptions({ request, url }: Exchange): Promise<DeleteOptions> {
  const body = (await readOptionalBody(request)) as DeleteBody;
  const policy = body.propagationPolicy ?? url.searchParams.get('propagationPolicy');
  return {
    dryRun: dryRun(url.searchParams) || body.dryRun?.includes('All') === true,
    orphan: policy === 'Orphan',
    preconditions: body.preconditions ?? {},
  };
}

const patchTypes = ['application/merge-patch+json', 'application/apply-patch+yaml'];

async function answerPatch(backend: Backend, exchange: ObjectExchange, target: Target, name: string): Promise<void> {
  const { objects, store } = backend;
  const { request, response, url, user } = exchange;
  const options = writeOptions(exchange);
  const body = await readBody(request, patchTypes);
  if (contentType(request) !== 'application/apply-patch+yaml') {
    sendJson(response, 200, objects.mergePatch(target, name, body, options).object);
    return;
  }
  if (!url.searchParams.get('fieldManager')) {
    const cause = {
      reason: 'FieldValueRequired',
      message: 'Required value: is required for apply patch',
      field: 'fieldManager',
    };
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [cause]);
  }
  const { definition, namespace } = target;
  const exists = store.get(storageKey(definition), `${namespace ?? ''}/${name}`) !== undefined;
  if (!exists && target.subresource === undefined) {
    demand(store, user, { verb: 'create', group: definition.group, resource: definition.plural, namespace, name });
  }
  const { object, created } = objects.apply(target, name, body as KubeObject, options);
  sendJson(response, created ? 201 : 200, object);
}

async function answerObject(backend: Backend, exchange: ObjectExchange, target: Target, name: string): Promise<void> {
  const { objects } = backend;
  const { request, response } = exchange;
  const { definition, subresource } = target;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      sendJson(response, 200, shown(definition, objects.get(target, name), exchange.as));
      return;
    case 'PUT': {
      const body = (await readBody(request, ['application/json'])) as KubeObject;
      sendJson(response, 200, objects.update(target, name, body, writeOptions(exchange)).object);
      return;
    }
    case 'PATCH':
      await answerPatch(backend, exchange, target, name);
      return;
    case 'DELETE': {
      if (subresource !== undefined) throw methodNotAllowed();
      const { object, gone } = objects.delete(target, name, await deleteOptions(exchange));
      const named = { group: definition.group, resource: definition.plural };
      sendJson(
        response,
        200,
        gone ? deleted(named, name, object.metadata.uid) : shown(definition, object, exchange.as),
      );
      return;
    }
    default:
      throw methodNotAllowed();
  }
}

async function answerCollection(backend: Backend, exchange: ObjectExchange, target: Target): Promise<void> {
  const { objects, store, watches } = backend;
  const { request, response, url } = exchange;
  const { definition, namespace } = target;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      if (queryFlag(url.searchParams, 'watch')) watches.open(target, url.searchParams, exchange.as, response);
      else sendJson(response, 200, listObjects(store, target, url.searchParams, exchange.as));
      return;
    case 'POST': {
      if (definition.namespaced && namespace === undefined)
        throw definition.custom ? new PathNotFound() : methodNotAllowed();
      const body = (await readBody(request, ['application/json'])) as KubeObject;
      sendJson(response, 201, objects.create(target, body, writeOptions(exchange)).object);
      return;
    }
    case 'DELETE': {
      if (definition.namespaced && namespace === undefined)
        throw definition.custom ? new PathNotFound() : methodNotAllowed();
      const options = await deleteOptions(exchange);
      const selected = store.list(storageKey(definition), namespace).filter(selectorOf(definition, url.searchParams));
      for (const object of selected) objects.delete(target, object.metadata.name, options);
      const metadata = { resourceVersion: String(store.revision()) };
      sendJson(response, 200, shownList(definition, metadata, selected, exchange.as));
      return;
    }
    default:
      throw methodNotAllowed();
  }
}

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
