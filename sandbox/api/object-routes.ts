import type { KubeObject } from '../../server/kube/object.ts';
import { demand, type Backend, type Exchange } from './exchange.ts';
import { contentType, readBody, readOptionalBody, sendJson } from './http-exchange.ts';
import { listObjects, selectorOf } from './list.ts';
import type { Target } from './objects.ts';
import { shown, shownList, type Representation } from './representation.ts';
import { protobufType } from './secret-from-protobuf.ts';
import { queryFlag } from './request-info.ts';
import { storageKey, type ResourceDefinition } from './resources.ts';
import { deleted, methodNotAllowed } from './status-error.ts';
import { deleteOptions, writeOptions, type DeleteOptions, type WriteOptions } from './write-options.ts';

/** A request for objects that are served. */
export interface ObjectExchange extends Exchange {
  as: Representation;
}

function optionsOf(writing: Parameters<typeof writeOptions>[0], { request, url }: Exchange): WriteOptions {
  return writeOptions(writing, url.searchParams, request.headers['user-agent'] ?? 'unknown');
}

async function deletionOf({ request, url }: Exchange, definition: ResourceDefinition): Promise<DeleteOptions> {
  const body = (await readOptionalBody(request)) as Parameters<typeof deleteOptions>[0];
  return deleteOptions(body, url.searchParams, definition.orphans === true);
}

/** Of what is written whole. Helm writes its releases with a client that speaks nothing but protobuf. */
function typesOf({ group, plural }: ResourceDefinition): string[] {
  return group === '' && plural === 'secrets' ? ['application/json', protobufType] : ['application/json'];
}

const patchTypes = ['application/merge-patch+json', 'application/apply-patch+yaml'];

async function answerPatch(backend: Backend, exchange: ObjectExchange, target: Target, name: string): Promise<void> {
  const { objects, store } = backend;
  const { request, response, user } = exchange;
  const isApply = contentType(request) === 'application/apply-patch+yaml';
  const options = optionsOf(isApply ? 'Apply' : 'Patch', exchange);
  const body = await readBody(request, patchTypes);
  if (!isApply) {
    sendJson(response, 200, objects.mergePatch(target, name, body, options).object);
    return;
  }
  const { definition, namespace } = target;
  const exists = store.get(storageKey(definition), `${namespace ?? ''}/${name}`) !== undefined;
  if (!exists && target.subresource === undefined) {
    demand(store, user, { verb: 'create', group: definition.group, resource: definition.plural, namespace, name });
  }
  const { object, created } = objects.apply(target, name, body as KubeObject, options);
  sendJson(response, created ? 201 : 200, object);
}

/** Answers a request for one object, or for its status. */
export async function answerObject(
  backend: Backend,
  exchange: ObjectExchange,
  target: Target,
  name: string,
): Promise<void> {
  const { objects } = backend;
  const { request, response } = exchange;
  const { definition } = target;
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      sendJson(response, 200, shown(definition, objects.get(target, name), exchange.as));
      return;
    case 'PUT': {
      const body = (await readBody(request, typesOf(definition))) as KubeObject;
      sendJson(response, 200, objects.update(target, name, body, optionsOf('Update', exchange)).object);
      return;
    }
    case 'PATCH':
      await answerPatch(backend, exchange, target, name);
      return;
    case 'DELETE': {
      const options = await deletionOf(exchange, definition);
      const { object, gone } = objects.delete(target, name, options);
      const named = { group: definition.group, resource: definition.plural };
      const isStatus = gone && !definition.answersDeleted && !options.orphan;
      const body = isStatus ? deleted(named, name, object.metadata.uid) : shown(definition, object, exchange.as);
      sendJson(response, 200, body);
      return;
    }
    default:
      throw methodNotAllowed();
  }
}

/** Answers a request for all objects of a resource, everywhere or in a namespace. */
export async function answerCollection(backend: Backend, exchange: ObjectExchange, target: Target): Promise<void> {
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
      const body = (await readBody(request, typesOf(definition))) as KubeObject;
      sendJson(response, 201, objects.create(target, body, optionsOf('Create', exchange)).object);
      return;
    }
    case 'DELETE': {
      const options = await deletionOf(exchange, definition);
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
