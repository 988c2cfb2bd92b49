import type { KubeObject } from '../../server/kube/object.ts';
import { commitOf, digestOf, gitRevision } from './invent.ts';
import { fluxFinalizer, metadataOf, suspendOf } from './metadata.ts';
import { sourceStatus, sourceVersion, storage } from './source-status.ts';
import type { SourceCommon } from './source-status.ts';
import type { Before } from './time.ts';

export interface GitRepositoryInput extends SourceCommon {
  url: string;
  /** A branch unless `tag` or `semver` is given. */
  branch?: string;
  tag?: string;
  semver?: string;
  ignore?: string;
  recurseSubmodules?: boolean;
}

/** The revision a Git source of the company stands at. */
export function revisionOfGit({ url, branch, tag }: Pick<GitRepositoryInput, 'url' | 'branch' | 'tag'>): string {
  return gitRevision(tag ?? branch ?? 'main', url);
}

export function gitRepository(before: Before, git: GitRepositoryInput): KubeObject {
  const { namespace, name, url, branch = 'main', tag, semver } = git;
  const revision = revisionOfGit(git);
  const stored = { reason: 'Succeeded', message: `stored artifact for revision '${revision}'` };
  const path = `gitrepository/${namespace}/${name}/${commitOf(url)}.tar.gz`;
  return {
    apiVersion: sourceVersion,
    kind: 'GitRepository',
    metadata: metadataOf(before, 'GitRepository', git, fluxFinalizer),
    spec: {
      ...(git.ignore === undefined ? {} : { ignore: git.ignore }),
      interval: git.interval ?? '1m',
      ...(git.recurseSubmodules === true ? { recurseSubmodules: true } : {}),
      ref: semver !== undefined ? { semver } : tag !== undefined ? { tag } : { branch },
      ...(git.secret === undefined ? {} : { secretRef: { name: git.secret } }),
      ...suspendOf(git),
      timeout: '60s',
      url,
    },
    status: sourceStatus(before, git, stored, { revision, path }),
  };
}

export interface OCIRepositoryInput extends SourceCommon {
  url: string;
  tag?: string;
  semver?: string;
  /** The version that stands in the registry. */
  version: string;
  /** Holds a Helm chart rather than manifests. */
  chart?: boolean;
  verified?: boolean;
  serviceAccount?: string;
  /** Where the artifact was made from. */
  origin?: string;
}

/** The revision an OCI source of the company stands at: `6.9.2@sha256:…`. */
export function revisionOfOCI({ url, version }: Pick<OCIRepositoryInput, 'url' | 'version'>): string {
  return `${version}@${digestOf(`${url}:${version}`)}`;
}

export function ociRepository(before: Before, oci: OCIRepositoryInput): KubeObject {
  const { namespace, name, url, version, origin } = oci;
  const revision = revisionOfOCI(oci);
  const stored = { reason: 'Succeeded', message: `stored artifact for digest '${revision}'` };
  const path = `ocirepository/${namespace}/${name}/${digestOf(`${url}:${version}`)}.tar.gz`;
  const metadata = {
    'org.opencontainers.image.created': before(oci.stored ?? '6d'),
    ...(origin === undefined
      ? {}
      : {
          'org.opencontainers.image.revision': gitRevision(version, origin),
          'org.opencontainers.image.source': origin,
        }),
  };
  const layerSelector = { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', operation: 'copy' };
  return {
    apiVersion: sourceVersion,
    kind: 'OCIRepository',
    metadata: metadataOf(before, 'OCIRepository', oci, fluxFinalizer),
    spec: {
      interval: oci.interval ?? '5m',
      ...(oci.chart === true ? { layerSelector } : {}),
      provider: 'generic',
      ref: oci.semver === undefined ? { tag: oci.tag ?? version } : { semver: oci.semver },
      ...(oci.secret === undefined ? {} : { secretRef: { name: oci.secret } }),
      ...(oci.serviceAccount === undefined ? {} : { serviceAccountName: oci.serviceAccount }),
      ...suspendOf(oci),
      timeout: '60s',
      url,
      ...(oci.verified === true ? { verify: { provider: 'cosign', secretRef: { name: 'cosign-public-key' } } } : {}),
    },
    status: sourceStatus(
      before,
      oci,
      stored,
      { revision, path, metadata },
      {
        ...(oci.chart === true ? { observedLayerSelector: layerSelector } : {}),
        url: `${storage}ocirepository/${namespace}/${name}/latest.tar.gz`,
      },
    ),
  };
}
