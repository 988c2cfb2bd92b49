import type { KubeObject } from '../../server/kube/object.ts';
import { digestOf, gitRevision, numberOf } from '../company/invent.ts';
import { artifactAt } from './artifact.ts';
import { referenceOf, textOf } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import type { Failure } from './world.ts';

/** How a kind of source finds its revision and speaks of it. */
export interface SourceKind {
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

/** The real controllers mask the password in one half of their message only. */
function masked(address: string): string {
  return address.replace(/^(\w+:\/\/[^:@/]+):[^@/]+@/, '$1:***@');
}

/** What was asked of a Git server over HTTP; nothing is said of it over SSH. */
function gitRequest(address: string): string {
  return address.startsWith('http') ? `Get "${masked(address)}/info/refs?service=git-upload-pack": ` : '';
}

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

/** The kinds that the source controller fetches. */
export const sourceKinds: Record<string, SourceKind> = {
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
      message: `failed to checkout and determine revision: unable to clone '${address}': ${gitRequest(address)}${misbehaving(host)}`,
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
        return {
          reason: 'SourceUnavailable',
          message: `failed to get source: ${source.kind}.source.toolkit.fluxcd.io "${source.name}" not found`,
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
      message: `failed to confirm existence of '${address.split('/').at(-1)}' bucket: Get "${address}/?location=": ${misbehaving(host)}`,
    }),
  },
};

function chartOf(object: KubeObject): string {
  return (textOf(object.spec?.['chart']) ?? '').split('/').at(-1) ?? '';
}
