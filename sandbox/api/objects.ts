import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ObjectMeta } from '../../server/kube/object.ts';
import { deleteObject, isHeld } from './deletion.ts';
import { builtInTopology, customTopology } from './list-topology.ts';
import { applied, managedAfterUpdate, type Writer } from './managed-fields.ts';
import { mergePatch } from './merge-patch.ts';
import { completed, completedNew, validate } from './object-rules.ts';
import { checkMetadata } from './object-shape.ts';
import { inVersion } from './representation.ts';
import { groupVersion, storageKey, type ResourceDefinition } from './resources.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  forbiddenBecause,
  invalid,
  modified,
  notFound,
  type Named,
} from './status-error.ts';
import { objectKey, type Store } from './store.ts';
import { checkTyped } from './typed-check.ts';
import type { DeleteOptions, WriteOptions } from './write-options.ts';

/** Which object a request means; without a name, a collection. */
export interface Target {
  definition: ResourceDefinition;
  namespace: string | undefined;
  subresource: string | undefined;
}

/** A new resourceVersion, or what the answer of a dry run shows. */
interface Written {
  object: KubeObject;
  created: boolean;
}

/** Writing, by the rules every Kubernetes resource shares. */
export interface Objects {
  get: (target: Target, name: string) => KubeObject;
  create: (target: Target, body: KubeObject, options: WriteOptions) => Written;
  update: (target: Target, name: string, body: KubeObject, options: WriteOptions) => Written;
  mergePatch: (target: Target, name: string, patch: unknown, options: WriteOptions) => Written;
  apply: (target: Target, name: string, wish: KubeObject, options: WriteOptions) => Written;
  delete: (target: Target, name: string, options: DeleteOptions) => { object: KubeObject; gone: boolean };
}

function named(definition: ResourceDefinition): Named {
  return { group: definition.group, resource: definition.plural };
}

/** Metadata less the fields a server leaves out when they are empty. */
function tidy(metadata: ObjectMeta): ObjectMeta {
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  const optional = ['annotations', 'finalizers', 'labels', 'ownerReferences'];
  return Object.fromEntries(
    Object.entries(metadata).filter(([field, value]) => !(optional.includes(field) && isEmpty(value))),
  ) as ObjectMeta;
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  return rest;
}

/** What `metadata.generation` counts: the wish, neither its labels nor what came of it. */
function wishOf(definition: ResourceDefinition, object: KubeObject): unknown {
  if (!definition.custom) return object.spec;
  const { metadata: _, ...rest } = object;
  return definition.status ? withoutStatus(rest as KubeObject) : rest;
}

/** An object of another kind than its path says: the two ways of an API server to refuse it. */
function otherKind({ group, version, kind, custom }: ResourceDefinition, { kind: sent, metadata }: KubeObject): Error {
  if (!custom) {
    const why = `converting (${version}.${sent}) to (core.${kind}): unknown conversion`;
    return badRequest(`${sent} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  }
  const message = `Invalid value: ${JSON.stringify(sent)}: must be ${kind}`;
  return invalid({ group, kind: sent }, metadata.name ?? '', [{ reason: 'FieldValueInvalid', message, field: 'kind' }]);
}

function checkIdentity({ definition, namespace }: Target, name: string | undefined, body: KubeObject): void {
  if (typeof body !== 'object' || body === null || typeof body.metadata !== 'object' || body.metadata === null) {
    throw badRequest('the body of the request is not a Kubernetes object');
  }
  checkMetadata(definition, body);
  const apiVersion = groupVersion(definition);
  if (body.apiVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${body.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (body.kind !== definition.kind) throw otherKind(definition, body);
  if (name !== undefined && body.metadata.name !== undefined && body.metadata.name !== name) {
    throw badRequest(`the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`);
  }
  if (namespace !== undefined && body.metadata.namespace !== undefined && body.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

function checkFinalizers(definition: ResourceDefinition, previous: KubeObject, next: KubeObject): void {
  if (previous.metadata.deletionTimestamp === undefined) return;
  const before = new Set(previous.metadata.finalizers ?? []);
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !before.has(finalizer));
  if (added.length === 0) return;
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  const cause = { reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' };
  throw invalid(definition, next.metadata.name, [cause]);
}

/**
 * Binds the rules to a store.
 *
 * @param now RFC 3339
 * @param orphan cuts an object's dependents loose before it is deleted
 */
export function createObjects(store: Store, now: () => string, orphan: (owner: KubeObject) => void): Objects {
  function find({ definition, namespace }: Target, name: string): KubeObject | undefined {
    return store.get(storageKey(definition), objectKey(namespace, name));
  }

  function get(target: Target, name: string): KubeObject {
    const object = find(target, name);
    if (!object) throw notFound(named(target.definition), name);
    return object;
  }

  function writer(target: Target, options: WriteOptions): Writer {
    return {
      manager: options.fieldManager,
      apiVersion: groupVersion(target.definition),
      time: now(),
      subresource: target.subresource,
      topology: target.definition.custom ? customTopology : builtInTopology,
    };
  }

  function checkNamespace({ definition, namespace }: Target, name: string): void {
    if (namespace === undefined) return;
    const home = store.get('/namespaces', objectKey(undefined, namespace));
    if (!home) throw notFound({ group: '', resource: 'namespaces' }, namespace);
    if (home.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbiddenBecause(named(definition), name, why);
  }

  /** Makes a new object complete and stores it; `manage` writes down who set its fields. */
  function add(target: Target, body: KubeObject, dryRun: boolean, manage: (object: KubeObject) => KubeObject): Written {
    const { definition, namespace } = target;
    const { generateName } = body.metadata as { generateName?: string };
    const generated = generateName === undefined ? '' : `${generateName}${randomUUID().slice(-5)}`;
    const name = body.metadata.name || generated;
    checkNamespace(target, name);
    const metadata = tidy({
      ...body.metadata,
      name,
      ...(namespace !== undefined && { namespace }),
      uid: randomUUID(),
      creationTimestamp: now(),
      ...(definition.generation && { generation: 1 }),
    });
    delete (metadata as Partial<ObjectMeta>).resourceVersion;
    const own = definition.status ? withoutStatus(body) : body;
    const object = manage(completedNew(definition, { ...own, metadata }, now()));
    validate(definition, object);
    if (find(target, name)) throw alreadyExists(named(definition), name);
    return { object: dryRun ? object : store.put(storageKey(definition), object), created: true };
  }

  /** Stores the next state of an object, if it is one. */
  function advance(
    target: Target,
    previous: KubeObject,
    wanted: KubeObject,
    dryRun: boolean,
    manage: (object: KubeObject) => KubeObject,
  ): Written {
    const { definition, subresource } = target;
    const sent = wanted.metadata;
    if (sent.uid !== undefined && sent.uid !== '' && sent.uid !== previous.metadata.uid) {
      const message = `Invalid value: ${JSON.stringify(sent.uid)}: field is immutable`;
      const cause = { reason: 'FieldValueInvalid', message, field: 'metadata.uid' };
      throw invalid(definition, previous.metadata.name, [cause]);
    }
    if (sent.resourceVersion && sent.resourceVersion !== previous.metadata.resourceVersion) {
      throw modified(named(definition), previous.metadata.name);
    }
    const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, generation } =
      previous.metadata;
    const identity = {
      name,
      ...(namespace !== undefined && { namespace }),
      uid,
      resourceVersion,
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
      ...(generation !== undefined && { generation }),
    };
    const { status: newStatus } = wanted;
    const status = (value: KubeObject['status']) => (value === undefined ? {} : { status: value });
    const merged: KubeObject =
      subresource === 'status'
        ? { ...withoutStatus(previous), ...status(newStatus) }
        : {
            ...(definition.status ? { ...withoutStatus(wanted), ...status(previous.status) } : wanted),
            metadata: tidy({ ...sent, ...identity }),
          };
    const complete = completed(definition, merged);
    const counted =
      definition.generation && !isDeepStrictEqual(wishOf(definition, previous), wishOf(definition, complete))
        ? { ...complete, metadata: { ...complete.metadata, generation: (generation ?? 0) + 1 } }
        : complete;
    const next = manage(counted);
    checkFinalizers(definition, previous, next);
    validate(definition, next, previous);
    if (dryRun || isDeepStrictEqual(next, previous)) return { object: next, created: false };
    const stored = store.put(storageKey(definition), next);
    const isGone = stored.metadata.deletionTimestamp !== undefined && !isHeld(stored);
    if (isGone) store.remove(storageKey(definition), objectKey(namespace, name));
    return { object: stored, created: false };
  }

  return {
    get,

    create(target, body, options) {
      checkIdentity(target, undefined, body);
      const by = writer(target, options);
      return add(target, body, options.dryRun, (object) => managedAfterUpdate(undefined, object, by));
    },

    update(target, name, body, options) {
      checkIdentity(target, name, body);
      const previous = get(target, name);
      if (target.definition.custom && !body.metadata.resourceVersion) {
        const message = 'Invalid value: 0: must be specified for an update';
        const cause = { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' };
        throw invalid({ group: target.definition.group, kind: target.definition.plural }, name, [cause]);
      }
      const by = writer(target, options);
      return advance(target, previous, body, options.dryRun, (next) => managedAfterUpdate(previous, next, by));
    },

    mergePatch(target, name, patch, options) {
      const previous = inVersion(target.definition, get(target, name));
      const wanted = mergePatch(previous, patch) as KubeObject;
      checkIdentity(target, name, wanted);
      const by = writer(target, options);
      return advance(target, previous, wanted, options.dryRun, (next) => managedAfterUpdate(previous, next, by));
    },

    apply(target, name, wish, options) {
      checkIdentity(target, name, wish);
      checkTyped(target.definition, wish);
      const by = writer(target, options);
      const found = find(target, name);
      if (!found && target.subresource !== undefined) throw notFound(named(target.definition), name);
      if (!found) {
        const body = { ...wish, metadata: { ...wish.metadata, name } };
        const managers = applied(undefined, body, by, true).metadata['managedFields'];
        return add(target, body, options.dryRun, (object) => ({
          ...object,
          metadata: { ...object.metadata, managedFields: managers },
        }));
      }
      const previous = inVersion(target.definition, found);
      const next = applied(previous, wish, by, options.force);
      const managers = next.metadata['managedFields'];
      return advance(target, previous, next, options.dryRun, (object) => ({
        ...object,
        metadata: { ...object.metadata, managedFields: managers },
      }));
    },

    delete(target, name, { dryRun, orphan: orphaned, preconditions }) {
      const { definition } = target;
      const object = get(target, name);
      for (const field of ['uid', 'resourceVersion'] as const) {
        const [wanted, actual] = [preconditions[field], object.metadata[field]];
        if (wanted === undefined || wanted === actual) continue;
        const [word, fate] = field === 'uid' ? ['UID', 'deleted and then recreated'] : ['ResourceVersion', 'modified'];
        const why =
          `the ${word} in the precondition (${wanted}) does not match the ${word} in record (${actual}). ` +
          `The object might have been ${fate}`;
        throw conflict({ group: definition.group, resource: definition.kind }, name, why);
      }
      if (dryRun) return { object, gone: !isHeld(object) };
      if (orphaned) orphan(object);
      return deleteObject(store, storageKey(definition), object, now());
    },
  };
}
