import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stringify } from 'yaml';
import type { KubeObject } from '../../server/kube/object.ts';
import { authenticated, type User } from './authenticate.ts';
import { crdOf, crdStorage, storageOf } from './crd.ts';
import { defaultRoles } from './default-roles.ts';
import { fluxResources } from './flux/resources.ts';
import { keepHouse } from './housekeeping.ts';
import { sendError, sendJson } from './http-exchange.ts';
import { completedNew } from './object-rules.ts';
import { createObjects } from './objects.ts';
import { createPodLogs, type LogLine, type PodLogs } from './pod-logs.ts';
import { createRegistry } from './registry.ts';
import { storageKey, type ResourceDefinition } from './resources.ts';
import { answer } from './routes.ts';
import type { FileServer } from './service-proxy.ts';
import { StatusError } from './status-error.ts';
import { createStore, objectKey } from './store.ts';
import { createWatches } from './watch.ts';

/** Somebody who may ask the sandbox, by a bearer token. */
interface SandboxUser {
  name: string;
  groups?: readonly string[];
  /** Made up where none is given. */
  token?: string;
}

/** A request as a fault sees it. */
interface FaultyRequest {
  method: string;
  /** Path and query. */
  url: string;
}

/** What happens to a request instead of its answer: a Status with this code, or the socket is cut. */
type Fault = { code: number; reason: string; message: string; retryAfterSeconds?: number } | 'drop';

export interface SandboxApiOptions {
  /** A free one by default. */
  port?: number;
  host?: '127.0.0.1';
  /** The time that objects are stamped with. */
  clock?: () => Date;
  /** The custom resources from the start; those of Flux by default. */
  resources?: readonly ResourceDefinition[];
  /** How many writes are remembered for watches and pages. */
  compactAfter?: number;
  /** What answers behind Services, by `namespace/name:port`; nothing stands behind the others. */
  servers?: ReadonlyMap<string, FileServer>;
  /** Users besides the administrator. */
  users?: readonly SandboxUser[];
  logger?: { error(details: object, message: string): void };
}

/** A running sandbox API server. */
export interface SandboxApi {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The token of the administrator, who is of `system:masters`. */
  adminToken: string;
  /** The token of a user by name. Throws for an unknown one. */
  token: (user: string) => string;
  /** A kubeconfig (YAML) for a user, the administrator by default, with the namespace that one works in. */
  kubeconfig: (user?: string, namespace?: string) => string;
  /** Takes in objects as they are, status included, with defaults but without checks: for the start. In any order. */
  load: (objects: readonly KubeObject[]) => void;
  /** Defines a custom resource, as creating its CustomResourceDefinition does. */
  addResource: (definition: ResourceDefinition) => void;
  /** Takes away a custom resource (`plural.group`) with all its objects at once, finalizers or not. */
  removeResource: (name: string) => void;
  /** Writes a line to a container's log, as the container itself would. */
  writeLog: (line: LogLine) => void;
  /** A container starts anew: its log so far becomes the previous one. */
  restartLog: PodLogs['restart'];
  /** Forgets the past, so that older watches and pages are expired. */
  compact: () => void;
  /** Cuts the sockets of all watches. */
  dropWatches: () => void;
  /** Lets requests fail, until it is set to undefined. */
  setFault: (fault: ((request: FaultyRequest) => Fault | undefined) | undefined) => void;
  close: () => Promise<void>;
}

const admin = 'admin';
const fluxLabels = { 'app.kubernetes.io/part-of': 'flux' };

function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: '', resourceVersion: '' } };
}

function kubeconfigOf(server: string, user: string, token: string, namespace?: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sandbox', cluster: { server } }],
    users: [{ name: user, user: { token } }],
    contexts: [
      { name: 'sandbox', context: { cluster: 'sandbox', user, ...(namespace === undefined ? {} : { namespace }) } },
    ],
    'current-context': 'sandbox',
  });
}

/** Starts a Kubernetes API server in this process: real HTTP on loopback, objects in memory. */
export async function startSandboxApi(options: SandboxApiOptions = {}): Promise<SandboxApi> {
  const { port = 0, host = '127.0.0.1', clock = () => new Date(), resources = fluxResources } = options;
  const now = () =>
    clock()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  const store = createStore(options.compactAfter ?? 5_000);
  const registry = createRegistry(store);
  const stored = () => [...new Set(registry.all().map(storageKey))];
  const watches = createWatches(store);
  const logs = createPodLogs(clock);
  const { orphan } = keepHouse(store, stored, now);
  store.subscribe(({ type, resource, object }) => {
    if (type !== 'DELETED') return;
    if (resource === '/pods') logs.forget(object.metadata.namespace ?? '', object.metadata.name);
    if (resource === crdStorage) watches.end(storageOf(object));
  });

  const tokens = new Map<string, string>();
  const users = new Map<string, User>();
  for (const person of [{ name: admin, groups: ['system:masters'] }, ...(options.users ?? [])] as SandboxUser[]) {
    const { name, groups = [], token = randomUUID() } = person;
    tokens.set(name, token);
    users.set(token, authenticated(name, groups));
  }
  function token(user: string): string {
    const found = tokens.get(user);
    if (found === undefined) throw new Error(`the sandbox has no user ${user}`);
    return found;
  }

  function load(objects: readonly KubeObject[]): void {
    for (const object of objects) {
      const definition = registry.ofKind(object.apiVersion, object.kind);
      if (!definition) throw new Error(`the sandbox serves no ${object.kind} of ${object.apiVersion}`);
      const metadata = {
        ...(definition.generation && { generation: 1 }),
        creationTimestamp: now(),
        ...object.metadata,
        uid: object.metadata.uid || randomUUID(),
      };
      store.put(storageKey(definition), completedNew(definition, { ...object, metadata }, now()));
    }
  }

  function addResource(definition: ResourceDefinition, labels?: Record<string, string>): void {
    load([crdOf(definition, labels)]);
  }

  load(['default', 'kube-node-lease', 'kube-public', 'kube-system'].map(namespace));
  load(defaultRoles);
  for (const definition of resources) addResource(definition, fluxLabels);

  const { servers = new Map<string, FileServer>() } = options;
  const backend = { store, registry, objects: createObjects(store, now, orphan), watches, logs, servers, users };
  let fault: ((request: FaultyRequest) => Fault | undefined) | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const failure = fault?.({ method: request.method ?? 'GET', url: request.url ?? '/' });
    if (failure === 'drop') {
      request.socket.destroy();
      return;
    }
    try {
      if (failure) {
        const { code, reason, message, retryAfterSeconds } = failure;
        const details = retryAfterSeconds === undefined ? undefined : { retryAfterSeconds };
        throw new StatusError(code, reason, message, details);
      }
      await answer(backend, request, response);
    } catch (error) {
      sendError(response, error);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      options.logger?.error({ error, method: request.method, url: request.url }, 'the sandbox API failed');
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, new StatusError(500, 'InternalError', 'Internal error occurred').status);
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;

  return {
    url,
    adminToken: token(admin),
    token,
    kubeconfig: (user = admin, namespace) => kubeconfigOf(url, user, token(user), namespace),
    load,
    addResource,
    removeResource(name) {
      const crd = store.get(crdStorage, objectKey(undefined, name));
      if (!crd) throw new Error(`the sandbox has no resource ${name}`);
      const resource = storageOf(crd);
      for (const { metadata } of store.list(resource))
        store.remove(resource, objectKey(metadata.namespace, metadata.name));
      store.remove(crdStorage, objectKey(undefined, name));
    },
    writeLog: logs.write,
    restartLog: logs.restart,
    compact: store.compact,
    dropWatches: watches.drop,
    setFault: (next) => {
      fault = next;
    },
    close: () =>
      new Promise((resolve, reject) => {
        watches.drop();
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
