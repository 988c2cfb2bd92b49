import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { commitOf, numberOf } from '../company/invent.ts';
import { instant, secondsOf } from '../company/time.ts';
import { mergeDifference, withConditions } from './status.ts';
import type { NewCondition, Status } from './status.ts';
import { handled, referenceOf, textOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';

async function done(
  object: KubeObject,
  around: Surroundings,
  status: Status,
  message: string,
  reason = 'Succeeded',
): Promise<void> {
  const set: NewCondition[] = [{ type: 'Ready', status: 'True', reason, message }];
  const observed = { ...status, observedGeneration: object.metadata.generation };
  const next = withConditions(observed, object, around.clock.now(), set, ['Reconciling', 'Stalled']);
  await around.writeStatus(object, handled(next, object));
  around.log(object, 'info', message);
}

async function failed(
  object: KubeObject,
  around: Surroundings,
  reason: string,
  message: string,
  doing: string,
): Promise<void> {
  const set: NewCondition[] = [
    { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: doing },
    { type: 'Ready', status: 'False', reason, message },
  ];
  await around.writeStatus(
    object,
    handled(withConditions(object.status ?? {}, object, around.clock.now(), set), object),
  );
  around.log(object, 'error', 'Reconciler error', { error: message });
  await around.happened(object, { reason, message, type: 'Warning' });
}

/** What the image controllers say they do while a spec has not been dealt with. */
function processing({ metadata, status }: KubeObject): string {
  return `processing object: new generation ${Number(status?.['observedGeneration'] ?? -1)} -> ${metadata.generation}`;
}

/** The tag after this one: `1.4.2` → `1.4.3`. */
function nextTag(tag: string): string {
  return tag.replace(/\d+$/, (patch) => String(Number(patch) + 1));
}

interface Scan {
  latestTags?: string[];
  revision?: string;
  tagCount?: number;
}

/** Scans a repository of images: finds a newer tag when one was pushed since. */
export const reconcileImageRepository: Reconciler = async (object, around) => {
  const due = secondsOf(textOf(object.spec?.['interval']) ?? '5m');
  await around.work(300, 1500);
  const failure = around.world.failureOf(object);
  if (failure !== undefined) {
    await failed(object, around, failure.reason, failure.message, 'scanning image tags');
    return due;
  }
  const image = textOf(object.spec?.['image']) ?? '';
  const last = (object.status?.['lastScanResult'] ?? {}) as Scan;
  const pushes = around.world.commitsAt(image);
  const known = last.revision ?? '';
  const revision =
    pushes === 0 && known !== '' ? known : String(numberOf(`${image} ${pushes}`, 1_000_000_000, 3_999_999_999));
  const tags = last.latestTags ?? ['1.0.0'];
  const isNew = known !== '' && revision !== known;
  const latestTags = isNew ? [nextTag(tags[0] ?? '1.0.0'), ...tags].slice(0, 10) : tags;
  const tagCount = (last.tagCount ?? tags.length) + (isNew ? 1 : 0);
  const message = `successful scan: found ${tagCount} tags with checksum ${revision}`;
  const scanTime = instant(around.clock.now());
  const status = {
    ...object.status,
    canonicalImageName: image,
    lastScanResult: { latestTags, revision, scanTime, tagCount },
  };
  await done(object, around, status, message);
  if (isNew) await around.happened(object, { reason: 'Succeeded', message });
  return due;
};

interface ImageReference {
  name: string;
  tag: string;
}

/** Chooses the newest tag of the repository a policy refers to. */
export const reconcileImagePolicy: Reconciler = async (object, around) => {
  const reference = referenceOf(object.spec?.['imageRepositoryRef']);
  const namespace = reference?.namespace ?? object.metadata.namespace ?? '';
  const repository = reference === undefined ? undefined : around.get('ImageRepository', namespace, reference.name);
  const scan = repository?.status?.['lastScanResult'] as Scan | undefined;
  await around.work(100, 400);
  if (repository === undefined || scan === undefined) {
    const missing = `ImageRepository.image.toolkit.fluxcd.io "${reference?.name ?? ''}" not found`;
    const message =
      repository === undefined
        ? `failed to get the referred ImageRepository: referenced ImageRepository does not exist: ${missing}`
        : 'referenced ImageRepository has not been scanned yet';
    await failed(object, around, 'DependencyNotReady', message, processing(object));
    return undefined;
  }
  const name = textOf(repository.spec?.['image']) ?? '';
  const tag = scan.latestTags?.[0] ?? '';
  const latest = object.status?.['latestRef'] as ImageReference | undefined;
  if (latest?.tag === tag && conditionOf(object.status, 'Ready')?.status === 'True') {
    await around.writeStatus(object, handled(object.status ?? {}, object));
    return undefined;
  }
  const previously = latest === undefined ? '' : ` (previously ${name}:${latest.tag})`;
  const message = `Latest image tag for ${name} resolved to ${tag}${previously}`;
  const status = {
    ...object.status,
    latestRef: { name, tag },
    ...(latest === undefined ? {} : { observedPreviousRef: latest }),
  };
  await done(object, around, status, message);
  await around.happened(object, { reason: 'Succeeded', message });
  return undefined;
};

/** Commits the newest tags to the repository it looks after. */
export const reconcileImageUpdate: Reconciler = async (object, around) => {
  const due = secondsOf(textOf(object.spec?.['interval']) ?? '30m');
  const reference = referenceOf(object.spec?.['sourceRef']);
  const namespace = reference?.namespace ?? object.metadata.namespace ?? '';
  const source = reference === undefined ? undefined : around.get('GitRepository', namespace, reference.name);
  await around.work(500, 2000);
  const failure = around.world.failureOf(object);
  if (failure !== undefined || source === undefined) {
    const missing = `GitRepository.source.toolkit.fluxcd.io "${reference?.name ?? ''}" not found`;
    const { reason, message } = failure ?? {
      reason: 'SourceManagerFailed',
      message: `failed configuring source manager: referenced git repository does not exist: ${missing}`,
    };
    await failed(object, around, reason, message, processing(object));
    return due;
  }
  const policies = Object.fromEntries(
    [...around.all('ImagePolicy')]
      .filter((policy) => policy.metadata.namespace === object.metadata.namespace)
      .map((policy) => [policy.metadata.name, policy.status?.['latestRef'] as ImageReference | undefined] as const)
      .filter(([, latest]) => latest !== undefined),
  );
  const lastAutomationRunTime = instant(around.clock.now());
  if (mergeDifference(object.status?.['observedPolicies'] ?? {}, policies) === undefined) {
    await done(object, around, { ...object.status, lastAutomationRunTime }, 'repository up-to-date');
    return due;
  }
  const address = textOf(source.spec?.['url']) ?? '';
  around.world.commit(address);
  const commit = commitOf(`${address} ${around.world.commitsAt(address)}`);
  const message = `pushed commit '${commit.slice(0, 7)}' to branch 'main'\nUpdate images`;
  await done(
    object,
    around,
    {
      ...object.status,
      lastAutomationRunTime,
      lastPushCommit: commit,
      lastPushTime: lastAutomationRunTime,
      observedPolicies: policies,
    },
    'repository up-to-date',
  );
  await around.happened(object, { reason: 'Succeeded', message });
  return due;
};
