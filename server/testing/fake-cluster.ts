import { Readable } from 'node:stream';
import { pino, type Logger } from 'pino';
import type { AccessRule } from '../errors.ts';
import type {
  Access,
  Change,
  Cluster,
  Collection,
  CollectionState,
  KubeClient,
  KubeRequest,
  WatchDefinition,
} from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';
import { KubeError, errorOfStatus } from '../kube/kube-error.ts';
import { apiVersionOf, groupOf, resourcePath } from '../kube/object.ts';
import type { GroupResource, KubeObject, ServedResource } from '../kube/object.ts';
import { createStore, type Standing, type Store } from '../kube/store.ts';

export interface FakeClusterOptions {
  name?: string;
  note?: string;
  version?: string;
  self?: Identity;
  watches: readonly WatchDefinition[];
  objects?: readonly PartialObject[];
  /** Also served, without being watched: `{ group: 'apps', version: 'v1', resource: 'deployments', … }`. */
  served?: readonly ServedResource[];
  /** Watched, but not served by this API server. */
  absent?: readonly GroupResource[];
  /** What the API server says about rights; everything is allowed when left out. */
  allow?: (identity: Identity, rule: AccessRule) => boolean;
  logger?: Logger;
}

/** An object as a test writes it: uid, resourceVersion, generation and creation are filled in. */
export interface PartialObject {
  apiVersion: string;
  kind: string;
  metadata: Partial<KubeObject['metadata']> & { name: string };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

/** What `answer` returns for a request; `undefined` passes it on. Throw a KubeError to refuse. */
type Answer = (request: KubeRequest) => unknown;

export interface FakeCluster extends Cluster {
  /** Adds or changes an object, as if the watch had brought it. */
  set(object: PartialObject): KubeObject;
  remove(object: Pick<KubeObject, 'apiVersion' | 'kind'> & { metadata: { name: string; namespace?: string } }): void;
  /** Every request that went through the client, in order. */
  readonly requests: KubeRequest[];
  /** Asked before the built-in answers, newest first. Returns a function that takes it away again. */
  answer(answer: Answer): () => void;
  /** Every access question asked, in order. */
  readonly asked: { identity: Identity; rule: AccessRule }[];
  /** Puts a collection in another state. */
  become(resource: GroupResource, standing: Partial<Omit<Standing, 'state'>> & { state: CollectionState }): void;
  /** Loses or regains the API server; every synced collection becomes stale or live. */
  loseConnection(problem?: string, since?: Date, kind?: 'unreachable' | 'bad_credentials'): void;
  regainConnection(): void;
}

/**
 * A cluster without an API server: real stores filled from `objects`, rights answered by `allow`, and a client that reads
 * and writes those stores: GET of one object or a list, POST, PUT, merge PATCH (also of `/status`) and DELETE. Other
 * requests answer 404 unless `answer` knows better; writes are refused with 403 where `allow` says no.
 */
export function fakeCluster(options: FakeClusterOptions): FakeCluster {
  const name = options.name ?? 'test';
  const logger = options.logger ?? pino({ level: 'silent' });
  const self = options.self ?? { name: 'sluice', groups: ['system:masters'] };
  const allow = options.allow ?? (() => true);
  const requests: KubeRequest[] = [];
  const asked: FakeCluster['asked'] = [];
  const answers: Answer[] = [];
  const listeners = new Set<(change: Change) => void>();
  const stores = new Map<string, Store>();
  const unwatched = new Map<string, KubeObject>();
  let reachable: Cluster['reachable'] = { ok: true };
  let resourceVersion = 1000;

  const absent = new Set((options.absent ?? []).map(resourceKey));
  const served: ServedResource[] = [...(options.served ?? [])];
  for (const watch of options.watches) {
    const store = createStore(watch, logger);
    stores.set(resourceKey(watch), store);
    const version = watch.versions[0];
    if (absent.has(resourceKey(watch)) || version === undefined) {
      store.become({ state: 'absent' });
      continue;
    }
    const { group, resource, kind, namespaced } = watch;
    const servedHere = { group, resource, version, kind, namespaced };
    served.push(servedHere);
    store.become({ state: 'live', served: servedHere, asOf: new Date() });
  }

  function storeOf(resource: GroupResource): Store {
    const store = stores.get(resourceKey(resource));
    if (store === undefined)
      throw new Error(`${resourceKey(resource)} is not watched; add it to fakeCluster's watches`);
    return store;
  }

  function servedKind(group: string, kind: string): ServedResource | undefined {
    return served.find((candidate) => candidate.group === group && candidate.kind === kind);
  }

  function set(partial: PartialObject): KubeObject {
    const resource = servedKind(groupOf(partial.apiVersion), partial.kind);
    if (resource === undefined) throw new Error(`fakeCluster does not serve ${partial.apiVersion} ${partial.kind}`);
    resourceVersion += 1;
    const known = find(resource, partial.metadata.namespace, partial.metadata.name);
    const object: KubeObject = structuredClone({
      ...partial,
      metadata: {
        uid: known?.metadata.uid ?? `uid-${resourceVersion}`,
        generation: generationAfter(known, partial),
        creationTimestamp: '2026-01-01T00:00:00Z',
        ...withoutGeneration(partial, known),
        resourceVersion: String(resourceVersion),
      },
    });
    const store = stores.get(resourceKey(resource));
    if (store === undefined)
      unwatched.set(resourcePath(resource, object.metadata.namespace, object.metadata.name), object);
    else store.put(object);
    return object;
  }

  function find(resource: ServedResource, namespace: string | undefined, object: string): KubeObject | undefined {
    const store = stores.get(resourceKey(resource));
    if (store === undefined) return unwatched.get(resourcePath(resource, namespace, object));
    return store.collection.get(namespace, object)?.object;
  }

  function remove(object: Parameters<FakeCluster['remove']>[0]): void {
    const resource = servedKind(groupOf(object.apiVersion), object.kind);
    if (resource === undefined) return;
    const { namespace, name: objectName } = object.metadata;
    unwatched.delete(resourcePath(resource, namespace, objectName));
    stores.get(resourceKey(resource))?.remove(object as KubeObject);
  }

  async function respond(request: KubeRequest): Promise<unknown> {
    requests.push(request);
    request.signal?.throwIfAborted();
    for (const answer of answers.toReversed()) {
      const body: unknown = await answer(request);
      if (body !== undefined) return body;
    }
    return builtIn(request);
  }

  function builtIn(request: KubeRequest): unknown {
    const target = targetOf(request.path, served);
    const method = request.method ?? 'GET';
    if (target === undefined) throw refusal(404, 'NotFound', `the server could not find ${request.path}`);
    const rule = ruleOf(method, target);
    if (!allow(request.as ?? self, rule)) {
      throw errorOfStatus(
        403,
        { reason: 'Forbidden', message: `cannot ${rule.verb} ${rule.resource}` },
        { server, rule },
      );
    }
    const body = request.body as PartialObject | undefined;
    const { resource, namespace } = target;
    if (method === 'POST' && body !== undefined) {
      const { metadata, ...rest } = body;
      const named = metadata.name ?? `${(metadata as { generateName?: string }).generateName}${resourceVersion}`;
      return set({
        ...rest,
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata: { ...metadata, name: named, ...(namespace !== undefined && { namespace }) },
      });
    }
    if (target.name === undefined) return list(resource, namespace);
    const known = find(resource, namespace, target.name);
    if (known === undefined) throw refusal(404, 'NotFound', `${resource.resource} "${target.name}" not found`);
    if (method === 'GET') return structuredClone(known);
    if (method === 'DELETE') {
      remove(known);
      return { kind: 'Status', status: 'Success' };
    }
    const next = method === 'PUT' ? body : mergePatch(structuredClone(known), body);
    const expected = (body as Partial<KubeObject> | undefined)?.metadata?.resourceVersion;
    if (expected !== undefined && expected !== known.metadata.resourceVersion) {
      throw refusal(409, 'Conflict', `${target.name} has been modified`);
    }
    return set(next as PartialObject);
  }

  function list(resource: ServedResource, namespace: string | undefined): object {
    const store = stores.get(resourceKey(resource));
    const objects =
      store === undefined
        ? [...unwatched.values()].filter(
            ({ kind, apiVersion }) => kind === resource.kind && apiVersion === apiVersionOf(resource),
          )
        : [...store.collection.entries()].map((entry) => entry.object);
    const items = objects.filter((object) => namespace === undefined || object.metadata.namespace === namespace);
    return {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(resourceVersion) },
      items: structuredClone(items),
    };
  }

  const client: KubeClient = {
    server,
    json: async <T>(request: KubeRequest) => (await respond(request)) as T,
    text: async (request) => {
      const body = await respond(request);
      return typeof body === 'string' ? body : JSON.stringify(body);
    },
    bytes: async (request) => {
      const body = await respond(request);
      return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    },
    async *lines(request) {
      const body = await respond(request);
      yield* typeof body === 'string' ? body.split('\n').filter((line) => line !== '') : (body as Iterable<string>);
    },
    async forward({ method, path, body, as, signal }) {
      const [plain = '', query = ''] = path.split('?', 2);
      const sent = body === undefined ? undefined : (JSON.parse(body.toString('utf8')) as unknown);
      const request: KubeRequest = { method: method as 'GET', path: plain, as, signal, body: sent };
      const answered = (status: number, told: unknown) => ({
        status,
        contentType: 'application/json',
        body: Readable.from([JSON.stringify(told)]),
      });
      try {
        return answered(200, await respond({ ...request, query: Object.fromEntries(new URLSearchParams(query)) }));
      } catch (error) {
        if (!(error instanceof KubeError) || error.httpStatus === 0) throw error;
        const { httpStatus: code, reason, message } = error;
        return answered(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });
      }
    },
    close: async () => {},
  };

  const cluster: FakeCluster = {
    name,
    note: options.note,
    client,
    access: fakeAccess(allow, asked),
    self,
    version: options.version ?? 'v1.36.3',
    get reachable() {
      return reachable;
    },
    served: ({ group, resource }, versions) =>
      served.find(
        (candidate) =>
          candidate.group === group &&
          candidate.resource === resource &&
          (versions === undefined || versions.includes(candidate.version)),
      ),
    servedKind,
    collection: <Summary>(resource: GroupResource) => storeOf(resource).collection as Collection<Summary>,
    collections: () => [...stores.values()].map((store) => store.collection),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready() {
      const waitingFor = options.watches
        .filter((watch) => watch.required !== false)
        .filter((watch) => ['unknown', 'syncing'].includes(storeOf(watch).collection.state))
        .map((watch) => watch.kind);
      return { ok: waitingFor.length === 0, waitingFor };
    },
    close: async () => {},
    set,
    remove,
    requests,
    asked,
    answer(answer) {
      answers.push(answer);
      return () => void answers.splice(answers.indexOf(answer), 1);
    },
    become: (resource, standing) => storeOf(resource).become(standing),
    loseConnection(problem = `Nothing answers at ${server}.`, since = new Date(), kind = 'unreachable') {
      reachable = { ok: false, since, kind, problem };
      for (const store of stores.values()) {
        if (store.collection.state === 'live') store.become({ state: 'stale', problem, asOf: since });
      }
    },
    regainConnection() {
      reachable = { ok: true };
      for (const store of stores.values()) {
        if (store.collection.state === 'stale') store.become({ state: 'live', problem: undefined, asOf: new Date() });
      }
    },
  };
  for (const store of stores.values()) {
    store.collection.onChange((change) => {
      for (const listener of listeners) listener(change);
    });
  }
  for (const object of options.objects ?? []) set(object);
  return cluster;
}

const server = 'https://fake.invalid';

function resourceKey({ group, resource }: GroupResource): string {
  return `${resource}.${group}`;
}

/** As the API server counts for custom resources: one more with every change of `spec`. */
function generationAfter(known: KubeObject | undefined, next: PartialObject): number {
  if (known?.metadata.generation === undefined) return 1;
  const sameSpec = JSON.stringify(known.spec) === JSON.stringify(next.spec);
  return sameSpec ? known.metadata.generation : known.metadata.generation + 1;
}

function withoutGeneration(next: PartialObject, known: KubeObject | undefined): PartialObject['metadata'] {
  if (next.metadata.generation !== known?.metadata.generation) return next.metadata;
  const { generation: _generation, ...metadata } = next.metadata;
  return metadata;
}

function refusal(code: number, reason: string, message: string): Error {
  return errorOfStatus(code, { reason, message }, { server });
}

function fakeAccess(allow: (identity: Identity, rule: AccessRule) => boolean, asked: FakeCluster['asked']): Access {
  function ask(identity: Identity, rule: AccessRule): boolean {
    asked.push({ identity, rule });
    return allow(identity, rule);
  }
  return {
    can: async (identity, rule) => ask(identity, rule),
    missing: async (identity, rules) => rules.filter((rule) => !ask(identity, rule)),
    async scope(identity, verb, { group, resource }, namespaces) {
      if (ask(identity, { verb, group, resource })) return { all: true };
      return {
        all: false,
        namespaces: new Set(namespaces.filter((namespace) => ask(identity, { verb, group, resource, namespace }))),
      };
    },
  };
}

interface Target {
  resource: ServedResource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

function targetOf(path: string, served: readonly ServedResource[]): Target | undefined {
  for (const resource of served) {
    const [root = ''] = resourcePath(resource).split(new RegExp(`/${resource.resource}$`));
    if (!path.startsWith(`${root}/`)) continue;
    const segments = path
      .slice(root.length + 1)
      .split('/')
      .map(decodeURIComponent);
    const namespace = segments[0] === 'namespaces' && resource.namespaced ? segments.splice(0, 2)[1] : undefined;
    if (segments[0] !== resource.resource) continue;
    return { resource, namespace, name: segments[1], subresource: segments[2] };
  }
  return undefined;
}

const verbs: Record<NonNullable<KubeRequest['method']>, string> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

function ruleOf(method: NonNullable<KubeRequest['method']>, target: Target): AccessRule {
  const { resource, namespace, name, subresource } = target;
  return {
    verb: method === 'GET' && name === undefined ? 'list' : verbs[method],
    group: resource.group,
    resource: resource.resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = mergePatch(merged[field], value);
  }
  return merged;
}
