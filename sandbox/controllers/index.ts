import { createClient } from '../../server/kube/client.ts';
import type { Credentials } from '../../server/kube/credentials.ts';
import { KubeError } from '../../server/kube/kube-error.ts';
import { keyOf } from '../../server/kube/object.ts';
import type { KubeObject } from '../../server/kube/object.ts';
import { fluxFinalizer, operatorFinalizer } from '../company/metadata.ts';
import { numberOf } from '../company/invent.ts';
import { secondsOf } from '../company/time.ts';
import { stories } from '../story/index.ts';
import type { StoryName } from '../story/index.ts';
import { wallClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { reconcileGenerator } from './generators.ts';
import { chartSourceOf } from './helm-prerequisites.ts';
import { reconcileHelmRelease } from './helm-releases.ts';
import { followDeployments } from './deployments.ts';
import { keepLeases } from './leases.ts';
import { reconcileImagePolicy, reconcileImageRepository, reconcileImageUpdate } from './images.ts';
import { inform } from './informer.ts';
import type { Informer } from './informer.ts';
import { ownedOf, pruneKustomization } from './inventory.ts';
import { reconcileKustomization } from './kustomizations.ts';
import { reconcileReceiver } from './notifications.ts';
import { reconcileByOperator } from './operator.ts';
import { createQueue } from './queue.ts';
import type { Queue } from './queue.ts';
import { seededRandom } from './random.ts';
import { fluxKinds } from './resources.ts';
import { reconcileSource } from './sources.ts';
import { artifactAt } from './artifact.ts';
import { withConditions } from './status.ts';
import { handled, isRequested, referenceOf, textOf, tokenOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';
import { createWorld } from './world.ts';
import type { World } from './world.ts';
import { createWriter } from './writer.ts';
import type { LogLine } from '../company/past-log.ts';

export interface ControllersOptions {
  credentials: Credentials;
  /** What happens by itself: `calm` by default. */
  story?: StoryName;
  clock?: Clock;
  seed?: number;
  /** Which objects to look after, in the words of `labelSelector`; as real controllers are mostly started. */
  selector?: string;
  /** Where artifacts are kept; without it their digests are invented and nobody offers them. */
  keepArtifact?: Surroundings['keepArtifact'];
  /** What suspended Kustomizations have not applied yet; nothing without it. */
  heldBack?: Surroundings['heldBack'];
  /** Where log lines go; they are lost where there is no such place. */
  writeLog?: (line: LogLine) => void;
  logger?: { error(details: object, message: string): void };
}

/** The running controllers. */
export interface Controllers {
  world: World;
  close(): Promise<void>;
}

const reconcilers: Record<string, Reconciler> = {
  GitRepository: reconcileSource,
  OCIRepository: reconcileSource,
  HelmRepository: reconcileSource,
  HelmChart: reconcileSource,
  Bucket: reconcileSource,
  ArtifactGenerator: reconcileGenerator,
  Kustomization: reconcileKustomization,
  HelmRelease: reconcileHelmRelease,
  ImageRepository: reconcileImageRepository,
  ImagePolicy: reconcileImagePolicy,
  ImageUpdateAutomation: reconcileImageUpdate,
  Receiver: reconcileReceiver,
  FluxInstance: reconcileByOperator,
  ResourceSet: reconcileByOperator,
  ResourceSetInputProvider: reconcileByOperator,
};

/** How many objects of one kind are worked on at once. */
const workers = 6;
const soon = 150;
const retryAfterError = 10_000;

/** What a controller notices of a change in a source, to look at whatever is made from it. */
function stateOf(object: KubeObject): string {
  const { conditions, lastScanResult, latestRef } = object.status ?? {};
  const ready = (conditions as { type: string; status: string }[] | undefined)?.find((each) => each.type === 'Ready');
  return JSON.stringify([artifactAt(object)?.revision, ready?.status, lastScanResult, latestRef]);
}

/** Whether `object` is made from `source`. */
function isMadeFrom(object: KubeObject, source: KubeObject): boolean {
  const own = object.metadata.namespace ?? '';
  const spec = object.spec ?? {};
  const references = [
    spec['sourceRef'],
    spec['imageRepositoryRef'] === undefined
      ? undefined
      : { ...(spec['imageRepositoryRef'] as object), kind: 'ImageRepository' },
    object.kind === 'HelmRelease' ? chartSourceOf(object) : undefined,
    ...(Array.isArray(spec['sources']) ? (spec['sources'] as unknown[]) : []),
  ];
  return references
    .map(referenceOf)
    .some(
      (reference) =>
        reference?.kind === source.kind &&
        reference.name === source.metadata.name &&
        (reference.namespace ?? own) === source.metadata.namespace,
    );
}

/** What a release leaves behind when it is deleted: nothing. */
async function uninstall(object: KubeObject, around: Surroundings): Promise<void> {
  const chart = object.spec?.['chart'] === undefined ? undefined : chartSourceOf(object);
  if (chart !== undefined) await around.remove('source.toolkit.fluxcd.io', 'HelmChart', chart.namespace, chart.name);
  const inventory = object.status?.['inventory'] as { entries?: { id: string; v: string }[] } | undefined;
  for (const entry of inventory?.entries ?? []) {
    const { group, kind, namespace, name } = ownedOf(entry);
    await around.remove(group, kind, namespace, name);
  }
}

/**
 * Starts the simulated Flux controllers. They know the cluster through its API alone, and look after what is there and
 * what comes: on their intervals, on request, when something is changed or deleted. Resolves when they have seen all.
 */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const { clock = wallClock, selector = '!sharding.fluxcd.io/key', writeLog = () => {}, logger } = options;
  const story = stories[options.story ?? 'calm'];
  const { seed = 1 } = options;
  const random = seededRandom(seed);
  const client = createClient(options.credentials);
  const stop = new AbortController();
  const informers = new Map<string, Informer>();
  const queues = new Map<string, Queue>();
  let begun = false;

  const writer = createWriter({
    client,
    clock,
    signal: stop.signal,
    writeLog,
    remember: (object) => informers.get(object.kind)?.remember(object),
  });

  const wake = (kind: string, key: string, milliseconds = soon): void => queues.get(kind)?.add(key, milliseconds);

  function wakeMadeFrom(source: KubeObject): void {
    for (const [kind, informer] of informers) {
      if (reconcilers[kind] === undefined) continue;
      for (const object of informer.all()) if (isMadeFrom(object, source)) wake(kind, keyOf(object));
    }
  }

  function noticed(object: KubeObject | undefined, previous: KubeObject | undefined): void {
    if (!begun) return;
    if (object === undefined) {
      if (previous !== undefined) queues.get(previous.kind)?.forget(keyOf(previous));
      return;
    }
    const isNew = previous === undefined;
    const isChanged = previous?.metadata.generation !== object.metadata.generation;
    const isAsked = isRequested(object) && (previous === undefined || tokenOf(previous) !== tokenOf(object));
    const isDeleted =
      object.metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined;
    if (isNew || isChanged || isAsked || isDeleted) wake(object.kind, keyOf(object));
    if (isNew || stateOf(previous) !== stateOf(object)) wakeMadeFrom(object);
  }

  for (const resource of fluxKinds) {
    const informer = await inform({
      client,
      resource,
      selector,
      clock,
      signal: stop.signal,
      onChange: noticed,
      onError: (error) => logger?.error({ error, kind: resource.kind }, 'a simulated controller lost its watch'),
    });
    informers.set(resource.kind, informer);
  }

  const world = createWorld([...informers.values()].flatMap((informer) => [...informer.all()]));
  const around: Surroundings = {
    ...writer,
    clock,
    world,
    keepArtifact: options.keepArtifact ?? (async () => undefined),
    heldBack: options.heldBack ?? (() => []),
    get: (kind, namespace, name) => informers.get(kind)?.get(namespace, name),
    all: (kind) => informers.get(kind)?.all() ?? [],
    async work(least, most) {
      await new Promise<void>((resolve) => {
        const finish = (): void => {
          cancel();
          stop.signal.removeEventListener('abort', finish);
          resolve();
        };
        const cancel = clock.after(least + random() * (most - least), finish);
        stop.signal.addEventListener('abort', finish);
      });
      stop.signal.throwIfAborted();
    },
  };

  async function finalize(object: KubeObject): Promise<undefined> {
    const isOurs = (finalizer: string): boolean => finalizer === fluxFinalizer || finalizer === operatorFinalizer;
    if (world.isStuck(object) || !(object.metadata.finalizers ?? []).some(isOurs)) return undefined;
    await around.work(400, 1500);
    if (object.kind === 'Kustomization') await pruneKustomization(object, around);
    if (object.kind === 'HelmRelease') await uninstall(object, around);
    const finalizers = (object.metadata.finalizers ?? []).filter((each) => !isOurs(each));
    await around.patch(object, { metadata: { finalizers } });
    around.log(object, 'info', 'finalized');
    return undefined;
  }

  async function attempt(kind: string, key: string): Promise<number | undefined> {
    const [namespace = '', name = ''] = key.split('/');
    const object = around.get(kind, namespace, name);
    const reconcile = reconcilers[kind];
    if (object === undefined || reconcile === undefined) return undefined;
    if (object.metadata.deletionTimestamp !== undefined) return finalize(object);
    if (object.spec?.['suspend'] === true) {
      around.log(object, 'info', 'reconciliation is suspended for this object');
      return undefined;
    }
    try {
      const due = await reconcile(object, around);
      return due === undefined || !story.moves ? undefined : due * 1000;
    } catch (error) {
      if (!(error instanceof KubeError) || stop.signal.aborted || error.httpStatus === 404) throw error;
      const { message } = error;
      const status = withConditions(
        object.status ?? {},
        object,
        clock.now(),
        [{ type: 'Ready', status: 'False', reason: 'ReconciliationFailed', message }],
        ['Reconciling'],
      );
      await around.writeStatus(object, handled(status, object));
      await around.happened(object, { reason: 'ReconciliationFailed', message, type: 'Warning' });
      return retryAfterError;
    }
  }

  async function work(kind: string, key: string): Promise<number | undefined> {
    try {
      return await attempt(kind, key);
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      // Gone while it was worked on: its own watch says so too.
      if (error instanceof KubeError && error.httpStatus === 404) return undefined;
      logger?.error({ error, kind, key }, 'a simulated controller failed');
      return retryAfterError;
    }
  }

  for (const kind of Object.keys(reconcilers))
    queues.set(
      kind,
      createQueue(clock, workers, (key) => work(kind, key)),
    );
  begun = true;
  const ways = { client, clock, signal: stop.signal, ...(logger === undefined ? {} : { logger }) };
  const stopRenewing = keepLeases(ways);
  await followDeployments(ways);
  for (const [kind, informer] of informers) {
    for (const object of informer.all()) {
      if (isRequested(object)) wake(kind, keyOf(object));
      else if (story.moves) wake(kind, keyOf(object), firstDue(object));
    }
  }
  story.begin({
    clock,
    world,
    // Of its own, so that the story does not depend on how much work there was meanwhile.
    random: seededRandom(seed + 1),
    around,
    wake,
    spawn: (run) => {
      run().catch((error: unknown) => {
        if (!stop.signal.aborted) logger?.error({ error }, 'the story of the sandbox failed');
      });
    },
  });

  return {
    world,
    async close() {
      stop.abort();
      stopRenewing();
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await client.close();
    },
  };
}

/** When an object that was there at the start is due first: spread over its interval, sooner where work was going on. */
function firstDue(object: KubeObject): number {
  const interval = secondsOf(textOf(object.spec?.['interval']) ?? '10m') * 1000;
  const key = `${object.kind} ${keyOf(object)}`;
  const conditions = JSON.stringify(object.status?.['conditions'] ?? []);
  if (conditions.includes('"reason":"Progressing"') && conditions.includes('"Unknown"'))
    return numberOf(key, 8_000, 25_000);
  return numberOf(key, 10_000, Math.max(20_000, interval));
}
