import {
  type FluxResource,
  artifact,
  closedObject,
  credentials,
  duration,
  flag,
  list,
  localReference,
  name,
  namespace,
  object,
  oneOf,
  provider,
  reference,
  shortDuration,
  text,
  timeout,
  verify,
} from './parts.ts';
import { fluxRules, validations } from './rules.ts';
import type { Schema } from '../schema.ts';

/** The kinds a chart may come from. */
export const chartSources = ['HelmRepository', 'GitRepository', 'Bucket'];

/** Kinds of `source.toolkit.fluxcd.io`. */
export const sources: FluxResource[] = [
  {
    kind: 'Bucket',
    plural: 'buckets',
    spec: object(
      ['bucketName', 'endpoint', 'interval'],
      {
        ...credentials,
        bucketName: text,
        endpoint: text,
        interval: duration,
        provider,
        suspend: flag,
        timeout,
      },
      validations(fluxRules.bucketCredentials),
    ),
    status: { artifact },
  },
  {
    kind: 'ExternalArtifact',
    plural: 'externalartifacts',
    shortNames: ['ea'],
    spec: closedObject([], { sourceRef: object(['kind', 'name'], { kind: text, name: text, namespace: text }) }),
    status: { artifact },
    observed: false,
  },
  {
    kind: 'GitRepository',
    plural: 'gitrepositories',
    shortNames: ['gitrepo'],
    spec: object(
      ['interval', 'url'],
      {
        ...credentials,
        include: list(object(['repository'], { repository: localReference })),
        interval: duration,
        provider: oneOf('generic', 'aws', 'azure', 'github'),
        ref: object([], { branch: text, commit: text, name: text, semver: text, tag: text }),
        suspend: flag,
        timeout,
        url: { type: 'string', pattern: '^(http|https|ssh)://.*$' },
        verify: object(['secretRef'], {
          mode: { ...oneOf('head', 'HEAD', 'Tag', 'TagAndHEAD'), default: 'HEAD' },
          secretRef: localReference,
        }),
      },
      validations(fluxRules.gitServiceAccount),
    ),
    status: { artifact },
  },
  {
    kind: 'HelmChart',
    plural: 'helmcharts',
    shortNames: ['hc'],
    spec: object(
      ['chart', 'interval', 'sourceRef'],
      {
        chart: text,
        interval: duration,
        reconcileStrategy: { ...oneOf('ChartVersion', 'Revision'), default: 'ChartVersion' },
        sourceRef: reference(...chartSources),
        suspend: flag,
        verify,
        version: { type: 'string', default: '*' },
      },
      validations(fluxRules.chartVerification),
    ),
    status: { artifact },
  },
  {
    kind: 'HelmRepository',
    plural: 'helmrepositories',
    shortNames: ['helmrepo'],
    spec: object(['url'], {
      ...credentials,
      interval: duration,
      provider,
      suspend: flag,
      timeout: shortDuration,
      type: oneOf('default', 'oci'),
      url: { type: 'string', pattern: '^(http|https|oci)://.*$' },
    }),
    status: { artifact },
  },
  {
    kind: 'OCIRepository',
    plural: 'ocirepositories',
    shortNames: ['ocirepo'],
    spec: object(['interval', 'url'], {
      ...credentials,
      insecure: flag,
      interval: duration,
      layerSelector: object([], { mediaType: text, operation: oneOf('extract', 'copy') }),
      provider,
      ref: object([], { digest: text, semver: text, semverFilter: text, tag: text }),
      suspend: flag,
      timeout,
      url: { type: 'string', pattern: '^oci://.*$' },
      verify,
    }),
    status: { artifact },
  },
];

const alias: Schema = { type: 'string', pattern: '^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$', maxLength: 63 };
/** The kind of `source.extensions.fluxcd.io`. */
export const artifactGenerator: FluxResource = {
  kind: 'ArtifactGenerator',
  plural: 'artifactgenerators',
  shortNames: ['ag'],
  spec: closedObject(
    ['artifacts', 'sources'],
    {
      commonMetadata: { type: 'object' },
      pathPattern: text,
      artifacts: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        items: object(['copy', 'name'], {
          copy: { type: 'array', minItems: 1, items: object(['from', 'to'], { from: text, to: text }) },
          name,
        }),
      },
      sources: {
        type: 'array',
        minItems: 1,
        maxItems: 1000,
        items: object(['alias', 'kind', 'name'], {
          alias,
          kind: oneOf('Bucket', 'GitRepository', 'OCIRepository', 'HelmChart', 'ExternalArtifact'),
          name: text,
          namespace,
        }),
      },
    },
    validations(fluxRules.artifactNames),
  ),
  status: { inventory: list(object([], {})), lastHandledReconcileAt: text, observedSourcesDigest: text },
  observed: false,
};
