import type { KubeObject } from '../../server/kube/object.ts';
import { condition, ready } from './conditions.ts';
import type { Condition, Outcome } from './conditions.ts';
import { commitOf, digestOf, gitRevision, numberOf } from './invent.ts';
import { fluxFinalizer, metadataOf, suspendOf } from './metadata.ts';
import type { Described } from './metadata.ts';
import type { Before } from './time.ts';

const storage = 'http://source-controller.flux-system.svc.cluster.local./';
const sourceVersion = 'source.toolkit.fluxcd.io/v1';

interface SourceCommon extends Described {
  interval?: string;
  secret?: string;
  outcome?: Outcome;
  /** When the artifact at hand was stored. */
  stored?: string;
}

interface Artifact {
  revision: string;
  path: string;
  metadata?: Record<string, string>;
}

/** The artifact of a source in the shape of its status. */
export function artifactOf({ revision, path, metadata }: Artifact, at: string): Record<string, unknown> {
  return {
    digest: digestOf(path),
    lastUpdateTime: at,
    ...(metadata === undefined ? {} : { metadata }),
    path,
    revision,
    size: numberOf(path, 900, 480_000),
    url: `${storage}${path}`,
  };
}

/** The status of a source: its conditions, its artifact (when it ever had one) and the generation looked at. */
function sourceStatus(
  before: Before,
  source: SourceCommon,
  stored: { reason: string; message: string },
  artifact: Artifact,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const outcome = source.outcome ?? ready();
  const generation = 1;
  if (outcome.is === 'new') return { observedGeneration: -1 };
  const at = (duration: string) => ({ at: before(duration), generation });
  const storedSince = source.stored ?? (outcome.is === 'ready' ? outcome.since : '6d');
  const inStorage = condition('ArtifactInStorage', 'True', stored.reason, stored.message, at(storedSince));
  const handled = source.requested === undefined ? {} : { lastHandledReconcileAt: source.requested };
  const hadArtifact =
    outcome.is === 'ready' || outcome.is === 'progressing' || ('applied' in outcome && outcome.applied);
  return {
    ...(hadArtifact ? { artifact: artifactOf(artifact, before(storedSince)), ...more } : {}),
    conditions: [...sourceConditions(outcome, stored, at, storedSince), ...(hadArtifact ? [inStorage] : [])],
    ...handled,
    observedGeneration: hadArtifact || outcome.is === 'stalled' ? generation : -1,
  };
}

function sourceConditions(
  outcome: Exclude<Outcome, { is: 'new' }>,
  stored: { reason: string; message: string },
  at: (duration: string) => { at: string; generation: number },
  storedSince: string,
): Condition[] {
  switch (outcome.is) {
    case 'ready':
      return [condition('Ready', 'True', stored.reason, stored.message, at(storedSince))];
    case 'failing': {
      const verification = outcome.reason === 'VerificationError';
      return [
        condition('Reconciling', 'True', 'ProgressingWithRetry', 'building artifact', at(outcome.last)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
        condition(
          verification ? 'SourceVerified' : 'FetchFailed',
          verification ? 'False' : 'True',
          outcome.reason,
          outcome.message,
          at(outcome.since),
        ),
      ];
    }
    case 'stalled':
      return [
        condition('Stalled', 'True', outcome.stalledReason, outcome.stalledMessage, at(outcome.since)),
        condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.since)),
        condition('FetchFailed', 'True', outcome.reason, outcome.message, at(outcome.since)),
      ];
    case 'progressing':
      return [
        condition('Reconciling', 'True', 'Progressing', outcome.message, at(outcome.since)),
        condition('Ready', 'Unknown', 'Progressing', outcome.message, at(outcome.since)),
      ];
    case 'waiting':
      return [condition('Ready', 'False', 'SourceUnavailable', `waiting for ${outcome.on}`, at(outcome.since))];
  }
}

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

export interface HelmRepositoryInput extends SourceCommon {
  url: string;
}

/** A Helm repository; one of `oci://` is only an address, so it has no status of its own. */
export function helmRepository(before: Before, repository: HelmRepositoryInput): KubeObject {
  const { namespace, name, url } = repository;
  const oci = url.startsWith('oci://');
  const revision = digestOf(`index of ${url}`);
  const stored = { reason: 'Succeeded', message: `stored artifact: revision '${revision}'` };
  const path = `helmrepository/${namespace}/${name}/index-${revision.slice('sha256:'.length)}.yaml`;
  return {
    apiVersion: sourceVersion,
    kind: 'HelmRepository',
    metadata: metadataOf(before, 'HelmRepository', repository, oci ? undefined : fluxFinalizer),
    spec: {
      interval: repository.interval ?? '30m',
      provider: 'generic',
      ...(repository.secret === undefined ? {} : { secretRef: { name: repository.secret } }),
      ...suspendOf(repository),
      ...(oci ? { type: 'oci' } : {}),
      url,
    },
    status: oci
      ? {}
      : sourceStatus(
          before,
          repository,
          stored,
          { revision, path },
          {
            url: `${storage}helmrepository/${namespace}/${name}/index.yaml`,
          },
        ),
  };
}

export interface HelmChartInput extends SourceCommon {
  chart: string;
  /** The range asked for. */
  range: string;
  version: string;
  source: { kind: 'HelmRepository' | 'GitRepository' | 'Bucket'; name: string };
}

export function helmChart(before: Before, chart: HelmChartInput): KubeObject {
  const { namespace, name, version, source } = chart;
  const packaged = source.kind !== 'HelmRepository';
  const stored = {
    reason: packaged ? 'ChartPackageSucceeded' : 'ChartPullSucceeded',
    message: `${packaged ? 'packaged' : 'pulled'} '${chart.chart}' chart with version '${version}'`,
  };
  const path = `helmchart/${namespace}/${name}/${chart.chart.replace(/^.*\//, '')}-${version}.tgz`;
  return {
    apiVersion: sourceVersion,
    kind: 'HelmChart',
    metadata: metadataOf(before, 'HelmChart', chart, fluxFinalizer),
    spec: {
      chart: chart.chart,
      interval: chart.interval ?? '10m0s',
      reconcileStrategy: 'ChartVersion',
      sourceRef: { kind: source.kind, name: source.name },
      ...suspendOf(chart),
      version: chart.range,
    },
    status: sourceStatus(
      before,
      chart,
      stored,
      { revision: version, path },
      {
        observedChartName: chart.chart,
        url: `${storage}helmchart/${namespace}/${name}/latest.tar.gz`,
      },
    ),
  };
}

export interface BucketInput extends SourceCommon {
  bucket: string;
  endpoint: string;
  provider?: 'generic' | 'aws' | 'gcp' | 'azure';
}

/** The revision a bucket of the company stands at. */
export function revisionOfBucket(input: Pick<BucketInput, 'bucket' | 'endpoint'>): string {
  return digestOf(`bucket ${input.endpoint}/${input.bucket}`);
}

export function bucket(before: Before, input: BucketInput): KubeObject {
  const { namespace, name } = input;
  const revision = revisionOfBucket(input);
  const stored = { reason: 'Succeeded', message: `stored artifact: revision '${revision}'` };
  const path = `bucket/${namespace}/${name}/${revision.slice('sha256:'.length)}.tar.gz`;
  return {
    apiVersion: sourceVersion,
    kind: 'Bucket',
    metadata: metadataOf(before, 'Bucket', input, fluxFinalizer),
    spec: {
      bucketName: input.bucket,
      endpoint: input.endpoint,
      interval: input.interval ?? '5m',
      provider: input.provider ?? 'generic',
      ...(input.secret === undefined ? {} : { secretRef: { name: input.secret } }),
      ...suspendOf(input),
      timeout: '60s',
    },
    status: sourceStatus(
      before,
      input,
      stored,
      { revision, path },
      {
        url: `${storage}bucket/${namespace}/${name}/latest.tar.gz`,
      },
    ),
  };
}

export interface ArtifactGeneratorInput extends SourceCommon {
  /** Alias → the source it stands for. */
  sources: Record<string, { kind: string; name: string; namespace?: string }>;
  /** Artifact name → the path copied into it, `@alias/…`. */
  artifacts: Record<string, string>;
}

function artifactFile(name: string): string {
  return `${numberOf(name, 1_000_000_000, 3_999_999_999)}.tar.gz`;
}

function artifactPath(namespace: string, name: string): string {
  return `externalartifact/${namespace}/${name}/${artifactFile(name)}`;
}

/** The revision an ExternalArtifact of the company stands at. */
export function revisionOfArtifact(namespace: string, name: string): string {
  return `latest@${digestOf(artifactPath(namespace, name))}`;
}

/** A generator and the ExternalArtifacts it made. */
export function artifactGenerator(before: Before, generator: ArtifactGeneratorInput): KubeObject[] {
  const { namespace = 'flux-system', sources, artifacts } = generator;
  const outcome = generator.outcome ?? ready();
  const made = outcome.is === 'ready' ? Object.keys(artifacts) : [];
  const message = `reconciliation succeeded, generated ${made.length} artifact(s)`;
  const pathOf = (artifact: string) => artifactPath(namespace, artifact);
  const metadata = metadataOf(before, 'ArtifactGenerator', generator, fluxFinalizer);
  const at = (duration: string) => ({ at: before(duration), generation: 1 });
  const conditions =
    outcome.is === 'ready'
      ? [condition('Ready', 'True', 'Succeeded', message, at(outcome.since))]
      : outcome.is === 'failing'
        ? [
            condition('Reconciling', 'True', 'ProgressingWithRetry', outcome.message, at(outcome.last)),
            condition('Ready', 'False', outcome.reason, outcome.message, at(outcome.last)),
          ]
        : [];
  const object: KubeObject = {
    apiVersion: 'source.extensions.fluxcd.io/v1beta1',
    kind: 'ArtifactGenerator',
    metadata,
    spec: {
      artifacts: Object.entries(artifacts).map(([artifact, from]) => ({
        name: artifact,
        originRevision: from.split('/')[0],
        copy: [{ from, to: '@artifact/' }],
      })),
      sources: Object.entries(sources).map(([alias, source]) => ({ alias, ...source })),
    },
    status: {
      conditions,
      ...(made.length === 0
        ? {}
        : {
            inventory: made.map((artifact) => ({
              digest: digestOf(pathOf(artifact)),
              filename: artifactFile(artifact),
              name: artifact,
              namespace,
            })),
          }),
      observedSourcesDigest: digestOf(JSON.stringify(sources)),
    },
  };
  return [
    object,
    ...made.map((artifact) => externalArtifact(before, generator, artifact, pathOf(artifact), metadata.uid)),
  ];
}

function externalArtifact(
  before: Before,
  generator: ArtifactGeneratorInput,
  name: string,
  path: string,
  generatorUid: string,
): KubeObject {
  const namespace = generator.namespace ?? 'flux-system';
  const revision = revisionOfArtifact(namespace, name);
  const artifact = artifactOf({ revision, path }, before(generator.stored ?? '3h'));
  const labels = {
    'app.kubernetes.io/managed-by': 'source-watcher',
    'source.extensions.fluxcd.io/generator': generatorUid,
  };
  return {
    apiVersion: sourceVersion,
    kind: 'ExternalArtifact',
    metadata: metadataOf(before, 'ExternalArtifact', { namespace, name, labels, age: generator.age ?? '40d' }),
    spec: {
      sourceRef: {
        apiVersion: 'source.extensions.fluxcd.io/v1beta1',
        kind: 'ArtifactGenerator',
        name: generator.name,
        namespace,
      },
    },
    status: {
      artifact,
      conditions: [
        condition('Ready', 'True', 'Succeeded', 'Artifact is ready', {
          at: before(generator.stored ?? '3h'),
          generation: 1,
        }),
      ],
    },
  };
}
