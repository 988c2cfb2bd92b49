import type { Logger } from 'pino';
import type { SluiceError } from '../errors.ts';
import type { Access, WatchDefinition } from './cluster.ts';
import type { StreamingClient } from './client.ts';
import type { Identity } from './identity.ts';
import { KubeError } from './kube-error.ts';
import { apiVersionOf, resourcePath, type ServedResource } from './object.ts';
import { reflect, type Reflector } from './reflector.ts';
import type { Store } from './store.ts';
import { pluralInWords } from './words.ts';

/** Keeps one store filled, whatever the API server serves and permits. */
export interface ResourceWatch {
  /** Discovery says how the resource is served now, or that it is not. */
  discovered(served: ServedResource | undefined): void;
  /** Still current at this moment, as far as the connection tells. */
  confirm(now: Date): void;
  /** The API server does not answer any more. */
  lost(problem: string): void;
  reconnect(): void;
  stop(): void;
}

export interface ResourceWatchOptions {
  definition: WatchDefinition;
  store: Store;
  client: StreamingClient;
  access: Access;
  self(): Identity;
  /** Namespaces to fall back on, in order of preference; asked when the whole cluster may not be listed. */
  fallbackNamespaces(): Promise<readonly string[]>;
  /** Something that may be the connection's fault. */
  onFailure(): void;
  /** The API server answered 404 for what discovery had shown. */
  onVanished(): void;
  logger: Logger;
}

type Part = { state: 'syncing' | 'live' | 'stale' | 'forbidden'; problem: string | undefined; reflector: Reflector };

const retryForbidden = 30_000;
const nothing: ReadonlySet<string> = new Set();

export function watchResource(options: ResourceWatchOptions): ResourceWatch {
  const { definition, store, client, access, logger } = options;
  const subject = pluralInWords(definition.resource, definition.kind);
  /** By namespace; '' is the whole cluster. */
  const parts = new Map<string, Part>();
  /** How it is read now, and how discovery shows it: the two differ while a disappearance is not confirmed. */
  let served: ServedResource | undefined;
  let shown: ServedResource | undefined;
  let generation = 0;
  let retry: NodeJS.Timeout | undefined;

  function startPart(namespace: string, resource: ServedResource): void {
    const only = namespace === '' ? undefined : namespace;
    const startedIn = generation;
    const isOld = () => startedIn !== generation || parts.get(namespace) !== part;
    const part: Part = {
      state: 'syncing',
      problem: undefined,
      reflector: reflect({
        client,
        path: resourcePath(resource, only),
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        logger,
        keeper: {
          put: (object) => isOld() || store.put(object),
          remove: (object) => isOld() || store.remove(object),
          retain: (keys) => isOld() || store.retain(keys, only),
          current: () => isOld() || standNow(part, 'live', undefined),
          failed: (error) => isOld() || failed(namespace, part, error),
        },
      }),
    };
    parts.set(namespace, part);
  }

  function stopPart(namespace: string): void {
    parts.get(namespace)?.reflector.stop();
    parts.delete(namespace);
  }

  function failed(namespace: string, part: Part, error: SluiceError): void {
    const status = error instanceof KubeError ? error.httpStatus : 0;
    if (status === 404 && shown === undefined) {
      vanish();
      return;
    }
    if (status === 404) options.onVanished();
    else if (status !== 403) options.onFailure();
    if (status !== 403) {
      standNow(part, part.state === 'live' || part.state === 'stale' ? 'stale' : part.state, error.message);
      return;
    }
    store.retain(nothing, namespace === '' ? undefined : namespace);
    standNow(part, 'syncing', error.message);
    if (namespace !== '' || !definition.namespaced) {
      standNow(part, 'forbidden', error.message);
      return;
    }
    void narrow(error.message);
  }

  /** The whole cluster may not be listed: goes on in the namespaces that may. Looked at again every 30 seconds. */
  async function narrow(problem: string): Promise<void> {
    const startedIn = generation;
    clearTimeout(retry);
    retry = setTimeout(() => void widen(problem), retryForbidden);
    retry.unref();
    const allowed = await allowedNamespaces().catch((error: unknown) => {
      logger.debug({ err: error, subject }, 'the namespaces that may be listed are not known');
      return undefined;
    });
    if (startedIn !== generation || served === undefined) return;
    if (allowed === undefined && parts.size > 0 && !parts.has('')) return;
    stopPart('');
    for (const namespace of parts.keys()) {
      if (allowed?.includes(namespace)) continue;
      stopPart(namespace);
      store.retain(nothing, namespace);
    }
    for (const namespace of allowed ?? []) if (!parts.has(namespace)) startPart(namespace, served);
    if (parts.size === 0) store.become({ state: 'forbidden', problem, onlyNamespaces: undefined });
    else stand();
  }

  /** Perhaps the whole may be listed by now. */
  async function widen(problem: string): Promise<void> {
    const startedIn = generation;
    const { group, resource } = definition;
    const everywhere = await access.can(options.self(), { verb: 'list', group, resource }).catch(() => false);
    if (startedIn !== generation || served === undefined) return;
    if (everywhere) restart(served);
    else await narrow(problem);
  }

  async function allowedNamespaces(): Promise<readonly string[]> {
    const namespaces = await options.fallbackNamespaces();
    const { group, resource } = definition;
    const scope = await access.scope(options.self(), 'list', { group, resource }, namespaces);
    return namespaces.filter((namespace) => scope.all || scope.namespaces.has(namespace));
  }

  function standNow(part: Part, state: Part['state'], problem: string | undefined): void {
    part.state = state;
    part.problem = problem;
    stand();
  }

  /** The collection is as good as the worst of its parts; forbidden ones are left out of it. */
  function stand(): void {
    const readable = [...parts].filter(([, part]) => part.state !== 'forbidden');
    const onlyNamespaces = parts.has('') ? undefined : readable.map(([namespace]) => namespace);
    const worst =
      readable.find(([, part]) => part.state === 'syncing') ??
      readable.find(([, part]) => part.state === 'stale') ??
      readable[0];
    const [, part] = worst ?? [...parts][0] ?? [];
    if (part === undefined) return;
    if (part.state === 'live') store.become({ state: 'live', problem: undefined, onlyNamespaces, asOf: new Date() });
    else store.become({ state: part.state, problem: part.problem, onlyNamespaces });
  }

  function stopParts(): void {
    generation += 1;
    clearTimeout(retry);
    for (const namespace of parts.keys()) stopPart(namespace);
  }

  function restart(resource: ServedResource): void {
    stopParts();
    served = resource;
    startPart('', resource);
    if (store.collection.size === 0) {
      store.become({ state: 'syncing', served, problem: undefined, onlyNamespaces: undefined });
    } else {
      const problem = `${subject} are being read anew as ${apiVersionOf(resource)}.`;
      store.become({ state: 'stale', served, problem, onlyNamespaces: undefined });
    }
  }

  /** An API server that has just started may not show all yet; only a 404 is believed. */
  async function confirmVanished(resource: ServedResource): Promise<void> {
    const [namespace] = parts.keys();
    if (namespace === undefined) {
      vanish();
      return;
    }
    try {
      await client.json({ path: resourcePath(resource, namespace || undefined), query: { limit: '1' } });
    } catch (error) {
      if (shown === undefined && error instanceof KubeError && error.httpStatus === 404) vanish();
    }
  }

  function vanish(): void {
    stopParts();
    served = undefined;
    store.retain(nothing);
    store.become({ state: 'absent', served, problem: undefined, onlyNamespaces: undefined, asOf: undefined });
  }

  return {
    discovered(next) {
      shown = next;
      if (next !== undefined) {
        const isSame = JSON.stringify(next) === JSON.stringify(served);
        if (!isSame) restart(next);
        else if ([...parts.values()].some((part) => part.state === 'stale')) this.reconnect();
        return;
      }
      if (served === undefined) vanish();
      else void confirmVanished(served);
    },
    confirm(now) {
      if (store.collection.state === 'live') store.confirm(now);
    },
    lost(problem) {
      for (const part of parts.values()) {
        if (part.state === 'live') standNow(part, 'stale', problem);
      }
    },
    reconnect() {
      for (const part of parts.values()) part.reflector.reconnect();
      if (served !== undefined && !parts.has(''))
        void widen(store.collection.problem ?? `Sluice may not list ${subject}.`);
    },
    stop: stopParts,
  };
}
