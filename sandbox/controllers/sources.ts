import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { digestOf, gitRevision, numberOf } from '../company/invent.ts';
import { artifactOf } from '../company/sources.ts';
import { instant, secondsOf } from '../company/time.ts';
import { withConditions } from './status.ts';
import type { Status } from './status.ts';
import { handled, referenceOf, textOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';
import type { Failure } from './world.ts';

interface Artifact {
  revision?: string;
  path?: string;
}

/** How a kind of source finds its revision and speaks of it. */
interface SourceKind {
  /** The address outside the cluster. */
  address(object: KubeObject, around: Surroundings): string;
  revision(object: KubeObject, around: Surroundings, present: string | undefined): string;
  path(object: KubeObject, revision: string): string;
  reason: string;
  stored(revision: string, object: KubeObject): string;
  /** The message of the event for a new artifact. */
  news(revision: string, object: KubeObject): string;
  newsReason: string;
  building(revision: string, object: KubeObject): string;
  unchanged(revision: string): string;
  unchangedReason: string;
  unreachable(address: string, host: string): Failure;
  /** What is missing in the cluster, if anything. */
  missing?(object: KubeObject, around: Surroundings): Failure | undefined;
}

const misbehaving = (host: string) => `dial tcp: lookup ${host} on 10.96.0.10:53: server misbehaving`;

function withoutAlgorithm(revision: string): string {
  return revision.slice(revision.lastIndexOf(':') + 1);
}

function urlOf(object: KubeObject): string {
  return textOf(object.spec?.['url']) ?? '';
}

function placeOf(object: KubeObject): string {
  return `${object.kind.toLowerCase()}/${object.metadata.namespace}/${object.metadata.name}`;
}

function refOf(object: KubeObject): { branch?: string; tag?: string; semver?: string } {
  return object.spec?.['ref'] ?? {};
}

/** A version that a range allows: `6.9.x` → `6.9.0`. */
function versionIn(range: string): string {
  const numbers = range.match(/\d+/g) ?? ['1'];
  return [numbers[0], numbers[1] ?? '0', numbers[2] ?? '0'].join('.');
}

const subjects = [
  'Raise the memory limit',
  'Use the new image',
  'Tidy up the labels',
  'Roll out to all regions',
  'Lower the log level',
  'Add a readiness probe',
];

/** The first line of an invented commit. */
function subjectOf(revision: string): string {
  return subjects[numberOf(revision, 0, subjects.length - 1)] ?? 'Update';
}

const upToDate = {
  unchanged: (revision: string) => `artifact up-to-date with remote revision: '${revision}'`,
  unchangedReason: 'ArtifactUpToDate',
};

const sourceKinds: Record<string, SourceKind> = {
  GitRepository: {
    address: urlOf,
    revision(object, { world }, present) {
      const { branch, tag, semver } = refOf(object);
      const reference = tag ?? (semver === undefined ? (branch ?? 'master') : `v${versionIn(semver)}`);
      return world.revisionAt(urlOf(object), reference, present ?? gitRevision(reference, urlOf(object)));
    },
    path: (object, revision) => `${placeOf(object)}/${withoutAlgorithm(revision)}.tar.gz`,
    reason: 'Succeeded',
    stored: (revision) => `stored artifact for revision '${revision}'`,
    news: (revision) => `stored artifact for commit '${subjectOf(revision)}'`,
    newsReason: 'NewArtifact',
    building: (revision) => `building artifact: new upstream revision '${revision}'`,
    unchanged: (revision) => `no changes since last reconciliation: observed revision '${revision}'`,
    unchangedReason: 'GitOperationSucceeded',
    unreachable: (address, host) => ({
      reason: 'GitOperationFailed',
      message: `failed to checkout and determine revision: unable to clone '${address}': ${misbehaving(host)}`,
    }),
  },
  OCIRepository: {
    address: urlOf,
    revision(object, { world }, present) {
      const { tag, semver } = refOf(object);
      const version = present?.split('@')[0] ?? tag ?? versionIn(semver ?? 'latest');
      return world.revisionAt(
        urlOf(object),
        version,
        present ?? `${version}@${digestOf(`${urlOf(object)}:${version}`)}`,
      );
    },
    path: (object, revision) => `${placeOf(object)}/sha256:${withoutAlgorithm(revision)}.tar.gz`,
    reason: 'Succeeded',
    stored: (revision) => `stored artifact for digest '${revision}'`,
    news: (revision, object) => `stored artifact with revision '${revision}' from '${urlOf(object)}'`,
    newsReason: 'NewArtifact',
    building: (revision, object) =>
      `building artifact: new revision '${revision}' for '${urlOf(object).replace('oci://', '')}:${revision.split('@')[0]}'`,
    ...upToDate,
    unreachable: (_, host) => ({
      reason: 'OCIArtifactPullFailed',
      message: `failed to determine artifact digest: Get "https://${host}/v2/": ${misbehaving(host)}`,
    }),
  },
  HelmRepository: {
    address: urlOf,
    revision: (object, { world }, present) =>
      world.commitsAt(urlOf(object)) === 0 && present !== undefined
        ? present
        : digestOf(`index of ${urlOf(object)} ${world.commitsAt(urlOf(object))}`),
    path: (object, revision) => `${placeOf(object)}/index-${withoutAlgorithm(revision)}.yaml`,
    reason: 'Succeeded',
    stored: (revision) => `stored artifact: revision '${revision}'`,
    news: (_, object) => `stored fetched index of size 214.8kB from '${urlOf(object)}'`,
    newsReason: 'NewArtifact',
    building: (revision) => `building artifact: new index revision '${revision}'`,
    ...upToDate,
    unreachable: (address, host) => ({
      reason: 'Failed',
      message: `failed to fetch Helm repository index: failed to cache index to temporary file: Get "${address}/index.yaml": ${misbehaving(host)}`,
    }),
  },
  HelmChart: {
    address(object, around) {
      const source = referenceOf(object.spec?.['sourceRef']);
      if (source === undefined) return '';
      const found = around.get(source.kind, object.metadata.namespace ?? '', source.name);
      return found === undefined ? '' : urlOf(found);
    },
    revision: (object, _, present) => present ?? versionIn(textOf(object.spec?.['version']) ?? '*'),
    path: (object, revision) => `${placeOf(object)}/${chartOf(object)}-${revision}.tgz`,
    reason: 'ChartPullSucceeded',
    stored: (revision, object) => `pulled '${chartOf(object)}' chart with version '${revision}'`,
    news: (revision, object) => `pulled '${chartOf(object)}' chart with version '${revision}'`,
    newsReason: 'ChartPullSucceeded',
    building: (revision, object) => `building artifact: new chart revision '${revision}' of '${chartOf(object)}'`,
    ...upToDate,
    unreachable: (address, host) => ({
      reason: 'ChartPullError',
      message: `chart pull error: failed to download chart for remote reference: failed to get '${address}': ${misbehaving(host)}`,
    }),
    missing(object, around) {
      const source = referenceOf(object.spec?.['sourceRef']);
      if (source === undefined) return undefined;
      const found = around.get(source.kind, object.metadata.namespace ?? '', source.name);
      if (found === undefined) {
        const resource = source.kind === 'Bucket' ? 'buckets' : `${source.kind.toLowerCase().replace(/y$/, 'ie')}s`;
        return {
          reason: 'SourceUnavailable',
          message: `failed to get source: ${resource}.source.toolkit.fluxcd.io "${source.name}" not found`,
        };
      }
      if (urlOf(found).startsWith('oci://') || artifactAt(found)?.revision !== undefined) return undefined;
      return {
        reason: 'NoSourceArtifact',
        message: `no artifact available for ${source.kind} source '${source.name}'`,
      };
    },
  },
  Bucket: {
    address: (object) => `https://${textOf(object.spec?.['endpoint'])}/${textOf(object.spec?.['bucketName'])}`,
    revision: (object, { world }, present) => {
      const address = `https://${textOf(object.spec?.['endpoint'])}/${textOf(object.spec?.['bucketName'])}`;
      return present !== undefined && world.commitsAt(address) === 0
        ? present
        : digestOf(`bucket ${address} ${world.commitsAt(address)}`);
    },
    path: (object, revision) => `${placeOf(object)}/${withoutAlgorithm(revision)}.tar.gz`,
    reason: 'Succeeded',
    stored: (revision) => `stored artifact: revision '${revision}'`,
    news: (_, object) => `stored artifact with 14 fetched files from '${textOf(object.spec?.['bucketName'])}' bucket`,
    newsReason: 'NewArtifact',
    building: (revision) => `building artifact: new upstream revision '${revision}'`,
    ...upToDate,
    unreachable: (address, host) => ({
      reason: 'BucketOperationFailed',
      message: `failed to confirm existence of '${address.split('/').at(-1)}' bucket: Get "${address}": ${misbehaving(host)}`,
    }),
  },
};

function chartOf(object: KubeObject): string {
  return (textOf(object.spec?.['chart']) ?? '').split('/').at(-1) ?? '';
}

export function artifactAt(object: KubeObject): Artifact | undefined {
  return object.status?.['artifact'] as Artifact | undefined;
}

function hostOf(address: string): string {
  const match = /^\w+:\/\/(?:[^@/]*@)?([^:/]+)/.exec(address);
  return match?.[1] ?? '';
}

async function missingSecret(object: KubeObject, around: Surroundings): Promise<Failure | undefined> {
  const name = referenceOf(object.spec?.['secretRef'])?.name;
  if (name === undefined) return undefined;
  const namespace = object.metadata.namespace ?? '';
  if ((await around.fetch('Secret', namespace, name)) !== undefined) return undefined;
  const problem = `failed to get secret '${namespace}/${name}'`;
  return { reason: 'AuthenticationFailed', message: `${problem}: ${problem}: secrets "${name}" not found` };
}

async function failureOf(object: KubeObject, kind: SourceKind, around: Surroundings): Promise<Failure | undefined> {
  const address = kind.address(object, around);
  const host = hostOf(address);
  const absent = (await missingSecret(object, around)) ?? kind.missing?.(object, around);
  if (absent !== undefined) return absent;
  return around.world.cutOff.has(host) ? kind.unreachable(address, host) : around.world.failureOf(object);
}

/** Fetches a source: looks for its revision, stores an artifact when it is a new one, says why when it cannot. */
export const reconcileSource: Reconciler = async (object, around) => {
  const kind = sourceKinds[object.kind];
  if (kind === undefined || object.spec?.['type'] === 'oci') return undefined;
  const due = secondsOf(textOf(object.spec?.['interval']) ?? '10m');
  await around.work(300, 1400);
  const failure = await failureOf(object, kind, around);
  if (failure !== undefined) {
    await writeFailure(object, failure, around);
    return failure.stalled === undefined ? due : undefined;
  }
  const present = artifactAt(object)?.revision;
  const revision = kind.revision(object, around, present);
  const isReady = conditionOf(object.status, 'Ready')?.status === 'True';
  const status = object.status ?? {};
  if (revision === present && isReady) {
    const observed = { ...status, observedGeneration: object.metadata.generation };
    await around.writeStatus(
      object,
      handled(withConditions(observed, object, around.clock.now(), [], ['Reconciling', 'FetchFailed']), object),
    );
    const message = kind.unchanged(revision);
    around.log(object, 'info', message);
    await around.happened(object, { reason: kind.unchangedReason, message });
    return due;
  }
  const building = { reason: 'Progressing', message: kind.building(revision, object) };
  const begun = await around.writeStatus(
    object,
    withConditions(status, object, around.clock.now(), [
      { type: 'Reconciling', status: 'True', ...building },
      { type: 'Ready', status: 'Unknown', ...building },
    ]),
  );
  await around.work(400, 2200);
  await store(begun, object, kind, revision, around);
  return due;
};

async function store(
  begun: KubeObject,
  object: KubeObject,
  kind: SourceKind,
  revision: string,
  around: Surroundings,
): Promise<void> {
  const now = around.clock.now();
  const path = kind.path(object, revision);
  const artifact = artifactOf({ revision, path }, instant(now));
  const done = { status: 'True' as const, reason: kind.reason, message: kind.stored(revision, object) };
  const stored: Status = {
    ...begun.status,
    artifact,
    ...(object.kind === 'HelmChart' ? { observedChartName: textOf(object.spec?.['chart']) } : {}),
    observedGeneration: object.metadata.generation,
  };
  const conditions = withConditions(
    stored,
    object,
    now,
    [
      { type: 'Ready', ...done },
      { type: 'ArtifactInStorage', ...done },
    ],
    ['Reconciling', 'Stalled', 'FetchFailed', 'SourceVerified'],
  );
  await around.writeStatus(begun, handled(conditions, object));
  const message = kind.news(revision, object);
  around.log(object, 'info', message);
  await around.happened(object, {
    reason: kind.newsReason,
    message,
    annotations: {
      'source.toolkit.fluxcd.io/digest': artifact['digest'] as string,
      'source.toolkit.fluxcd.io/revision': revision,
    },
  });
}

async function writeFailure(object: KubeObject, failure: Failure, around: Surroundings): Promise<void> {
  const { reason, message, stalled } = failure;
  const verification = reason === 'VerificationError';
  const conditions = withConditions(
    object.status ?? {},
    object,
    around.clock.now(),
    [
      stalled === undefined
        ? { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: 'building artifact' }
        : { type: 'Stalled', status: 'True', ...stalled },
      { type: 'Ready', status: 'False', reason, message },
      {
        type: verification ? 'SourceVerified' : 'FetchFailed',
        status: verification ? 'False' : 'True',
        reason,
        message,
      },
    ],
    [stalled === undefined ? 'Stalled' : 'Reconciling'],
  );
  await around.writeStatus(object, handled(conditions, object));
  around.log(object, 'error', stalled === undefined ? 'Reconciler error' : 'reconciliation stalled', {
    error: message,
  });
  await around.happened(object, { reason, message, type: 'Warning' });
}
