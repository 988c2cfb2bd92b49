import type { Logger } from 'pino';
import { SluiceError } from '../errors.ts';
import { createAccess } from './access.ts';
import { createClient } from './client.ts';
import type { Change, Cluster, Collection, WatchDefinition } from './cluster.ts';
import type { Credentials } from './credentials.ts';
import { createDiscovery } from './discovery.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Identity } from './identity.ts';
import type { GroupResource } from './object.ts';
import { watchResource } from './resource-watch.ts';
import { readSelf } from './self.ts';
import { createStore } from './store.ts';
import { unlessAway } from './unless-away.ts';

export interface ConnectOptions {
  name: string;
  note?: string | undefined;
  credentials: Credentials;
  watches: readonly WatchDefinition[];
  /** Where to look when Sluice may not list the whole cluster. */
  namespaces?: readonly string[] | undefined;
  logger: Logger;
}

/**
 * A cluster that connects, and connects again, in the background. It returns at once and never throws: what is not known
 * yet, lost or refused is a state of the cluster and of its collections.
 */
export function connectCluster(options: ConnectOptions): Cluster {
  const { name, credentials, logger } = options;
  const client = createClient(credentials);
  const listeners = new Set<(change: Change) => void>();
  let self: Identity = { name: 'Sluice', groups: [] };
  let version: string | undefined;
  let reachable: Cluster['reachable'] = {
    ok: false,
    since: new Date(),
    kind: 'unreachable',
    problem: `Connecting to ${client.server}.`,
  };
  let lostBefore = false;
  /** When the API server last answered: what is known is as old as that, however late its silence is noticed. */
  let heard = new Date();
  /** Why nobody need be asked: set when the API server is lost, taken back when it answers again. */
  let away: SluiceError | undefined;

  const access = createAccess(
    client,
    () => reachable.ok,
    () => away,
  );
  const discovery = createDiscovery(client, logger, () => {
    for (const { definition, watch } of watched.values())
      watch.discovered(discovery.served(definition, definition.versions));
    tellOfConnection();
  });

  const watched = new Map(
    options.watches.map((definition) => {
      const store = createStore(definition, logger);
      store.collection.onChange(tell);
      const watch = watchResource({
        definition,
        store,
        client,
        access,
        self: () => self,
        fallbackNamespaces,
        onFailure: () => heartbeat.suspect(),
        onVanished: () => discovery.refreshSoon(),
        logger,
      });
      return [resourceKey(definition), { definition, store, watch }];
    }),
  );

  const heartbeat = startHeartbeat(client, {
    async back(seen) {
      away = undefined;
      const known = await readSelf(client);
      access.expire();
      await discovery.refresh();
      self = known ?? self;
      version = seen ?? version;
      heard = new Date();
      reachable = { ok: true };
      logger.info({ cluster: name, version, as: self.name }, 'connected to the API server');
      if (lostBefore) {
        discovery.reconnect();
        for (const { watch } of watched.values()) watch.reconnect();
      }
      tellOfConnection();
    },
    beat(seen) {
      version = seen ?? version;
      heard = new Date();
      for (const { watch } of watched.values()) watch.confirm(heard);
    },
    lost(error) {
      away = error;
      const isNews = reachable.ok || reachable.problem !== error.message;
      const since = reachable.ok ? heard : reachable.since;
      const kind = error.kind === 'bad_credentials' ? error.kind : 'unreachable';
      reachable = { ok: false, since, kind, problem: error.message };
      if (!isNews) return;
      lostBefore = true;
      logger.warn({ cluster: name, problem: error.message }, 'the API server cannot be used');
      for (const { watch } of watched.values()) watch.lost(error.message);
      tellOfConnection();
    },
  });

  function tell(change: Change): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        logger.error({ err: error, cluster: name }, 'a listener of a cluster failed');
      }
    }
  }

  /** What is served, or whether anything answers, matters to every page: told as a change of each collection's state. */
  function tellOfConnection(): void {
    for (const { store } of watched.values()) tell({ type: 'state', resource: store.collection.resource });
  }

  /** The configured namespaces, else all that can be listed, else the one of the kubeconfig's context. */
  async function fallbackNamespaces(): Promise<readonly string[]> {
    if (options.namespaces !== undefined && options.namespaces.length > 0) return options.namespaces;
    const own = credentials.namespace === undefined ? [] : [credentials.namespace];
    if (!(await access.can(self, { verb: 'list', group: '', resource: 'namespaces' }))) return own;
    const list = await client.json<{ items: { metadata: { name: string } }[] }>({
      path: '/api/v1/namespaces',
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    });
    return list.items.map((item) => item.metadata.name);
  }

  function isWaiting({
    definition,
    store,
  }: {
    definition: WatchDefinition;
    store: { collection: Collection };
  }): boolean {
    return definition.required !== false && ['unknown', 'syncing'].includes(store.collection.state);
  }

  return {
    name,
    note: options.note,
    client: unlessAway(client, () => away),
    access,
    get self() {
      return self;
    },
    get version() {
      return version;
    },
    get reachable() {
      return reachable;
    },
    served: (resource, versions) => discovery.served(resource, versions),
    servedKind: (group, kind) => discovery.servedKind(group, kind),
    collection<Summary>(resource: GroupResource) {
      const found = watched.get(resourceKey(resource));
      if (found === undefined) throw new SluiceError('internal', `${resourceKey(resource)} is not watched.`);
      return found.store.collection as Collection<Summary>;
    },
    collections: () => [...watched.values()].map(({ store }) => store.collection),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ready() {
      const waitingFor = [...watched.values()].filter(isWaiting).map(({ definition }) => definition.kind);
      return { ok: waitingFor.length === 0, waitingFor };
    },
    async close() {
      heartbeat.stop();
      discovery.stop();
      access.close();
      for (const { watch } of watched.values()) watch.stop();
      await client.close();
    },
  };
}

function resourceKey({ group, resource }: GroupResource): string {
  return `${resource}.${group}`;
}
