import type { Logger } from 'pino';
import { asSluiceError } from '../errors.ts';
import type { StreamingClient } from './client.ts';
import { createLimit } from './limit.ts';
import type { GroupResource, ServedResource } from './object.ts';
import { reflect, type Reflector } from './reflector.ts';

/** What the API server serves, kept up to date. */
export interface Discovery {
  served(resource: GroupResource, versions?: readonly string[]): ServedResource | undefined;
  servedKind(group: string, kind: string): ServedResource | undefined;
  /** Asks now. Throws when nothing answers; what was known then stays. */
  refresh(): Promise<void>;
  /** Asks soon, and twice again: the API server needs seconds to serve a definition it has just taken. */
  refreshSoon(): void;
  /** After the connection was lost. */
  reconnect(): void;
  stop(): void;
}

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const pollWithoutWatch = 30_000;
const pollBesideWatch = 300_000;
const soon = [150, 1_000, 3_000];

/**
 * Discovery of one API server, renewed when a custom resource definition changes and by the clock: every 30 seconds where
 * definitions may not be watched, else every 5 minutes (aggregated APIs have no definition). `onChange` is called when
 * what is served differs from before.
 */
export function createDiscovery(client: StreamingClient, logger: Logger, onChange: () => void): Discovery {
  let resources: ServedResource[] | undefined;
  let fingerprint = '';
  let inFlight: Promise<void> | undefined;
  let watcher: Reflector | undefined;
  let listed = false;
  let watches = false;
  /** By their delay, so that many changes cause no more than one refresh each. */
  const timers = new Map<number, NodeJS.Timeout>();
  let stopped = false;
  let polledAt = Date.now();

  function refresh(): Promise<void> {
    inFlight ??= read().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  }

  async function read(): Promise<void> {
    const next = await discover(client);
    polledAt = Date.now();
    if (stopped) return;
    resources = next;
    const nextFingerprint = JSON.stringify(next);
    if (nextFingerprint === fingerprint) return;
    fingerprint = nextFingerprint;
    onChange();
  }

  function refreshQuietly(): void {
    refresh().catch((error: unknown) => {
      logger.debug({ problem: asSluiceError(error).message }, 'discovery failed and is tried again');
    });
  }

  function refreshSoon(): void {
    if (stopped) return;
    for (const milliseconds of soon) {
      if (timers.has(milliseconds)) continue;
      const timer = setTimeout(() => {
        timers.delete(milliseconds);
        refreshQuietly();
      }, milliseconds);
      timer.unref();
      timers.set(milliseconds, timer);
    }
  }

  function watchDefinitions(): void {
    watcher ??= reflect({
      client,
      path: definitions,
      apiVersion: 'meta.k8s.io/v1',
      kind: 'PartialObjectMetadata',
      metadataOnly: true,
      logger,
      keeper: {
        put: () => watches && refreshSoon(),
        remove: refreshSoon,
        retain: () => listed && refreshSoon(),
        current: () => {
          // What was defined after discovery was read and before this list was told by neither.
          if (!listed) refreshQuietly();
          listed = true;
          watches = true;
        },
        failed: () => {
          watches = false;
        },
      },
    });
  }

  const poll = setInterval(() => {
    if (resources === undefined) return;
    const due = watches ? pollBesideWatch : pollWithoutWatch;
    if (Date.now() - polledAt >= due) refreshQuietly();
  }, 5_000);
  poll.unref();

  return {
    served({ group, resource }, versions) {
      const candidates = (resources ?? []).filter((one) => one.group === group && one.resource === resource);
      if (versions === undefined) return candidates[0];
      return versions
        .map((version) => candidates.find((one) => one.version === version))
        .find((found) => found !== undefined);
    },
    servedKind: (group, kind) => resources?.find((one) => one.group === group && one.kind === kind),
    async refresh() {
      await refresh();
      if (!stopped) watchDefinitions();
    },
    refreshSoon,
    reconnect() {
      watcher?.reconnect();
      refreshSoon();
    },
    stop() {
      stopped = true;
      clearInterval(poll);
      for (const timer of timers.values()) clearTimeout(timer);
      watcher?.stop();
    },
  };
}

interface AggregatedDiscovery {
  kind: 'APIGroupDiscoveryList';
  items?: {
    metadata?: { name?: string };
    versions?: {
      version: string;
      resources?: { resource: string; responseKind?: { kind?: string }; scope?: string }[];
    }[];
  }[];
}

interface ClassicGroups {
  kind: 'APIGroupList' | 'APIVersions';
  versions?: string[];
  groups?: { name: string; preferredVersion?: { version: string }; versions: { version: string }[] }[];
}

/** All served resources, each group's versions in the API server's order of preference. */
async function discover(client: StreamingClient): Promise<ServedResource[]> {
  const roots = await Promise.all(
    ['/api', '/apis'].map((path) => client.json<AggregatedDiscovery | ClassicGroups>({ path, accept: aggregated })),
  );
  const resources = await Promise.all(
    roots.map(async (root) =>
      root.kind === 'APIGroupDiscoveryList' ? fromAggregated(root) : fromClassic(client, root),
    ),
  );
  return resources.flat();
}

function fromAggregated(list: AggregatedDiscovery): ServedResource[] {
  return (list.items ?? []).flatMap((item) =>
    (item.versions ?? []).flatMap(({ version, resources }) =>
      (resources ?? []).map((one) => ({
        group: item.metadata?.name ?? '',
        version,
        resource: one.resource,
        kind: one.responseKind?.kind ?? '',
        namespaced: one.scope === 'Namespaced',
      })),
    ),
  );
}

/** API servers before 1.26: one request per group and version. A group that fails (its own server is down) is left out. */
async function fromClassic(client: StreamingClient, root: ClassicGroups): Promise<ServedResource[]> {
  const limit = createLimit(8);
  const groupVersions =
    root.kind === 'APIVersions'
      ? (root.versions ?? []).map((version) => ({ group: '', version }))
      : (root.groups ?? []).flatMap((group) =>
          group.versions
            .toSorted((left, right) => preferred(group, right.version) - preferred(group, left.version))
            .map(({ version }) => ({ group: group.name, version })),
        );
  const lists = await Promise.allSettled(
    groupVersions.map(({ group, version }) => limit(() => resourcesOf(client, group, version))),
  );
  const failure = lists.find((list) => list.status === 'rejected');
  if (failure !== undefined && lists.every((list) => list.status === 'rejected')) throw failure.reason;
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
}

function preferred(group: { preferredVersion?: { version: string } }, version: string): number {
  return group.preferredVersion?.version === version ? 1 : 0;
}

async function resourcesOf(client: StreamingClient, group: string, version: string): Promise<ServedResource[]> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const list = await client.json<{ resources?: { name: string; kind: string; namespaced: boolean }[] }>({ path });
  return (list.resources ?? [])
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => ({ group, version, resource: name, kind, namespaced }));
}
