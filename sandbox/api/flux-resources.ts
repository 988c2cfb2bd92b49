import { fluxRules, validations } from './flux-rules.ts';
import type { ResourceDefinition } from './resources.ts';
import type { Schema } from './schema.ts';

type Properties = Record<string, Schema>;

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const duration: Schema = { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$' };
const shortDuration: Schema = { type: 'string', pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$' };
const name: Schema = { type: 'string', minLength: 1, maxLength: 253 };
const namespace: Schema = { type: 'string', minLength: 1, maxLength: 63 };

function oneOf(...values: string[]): Schema {
  return { type: 'string', enum: values };
}

function object(required: string[], properties: Properties, more: Schema = {}): Schema {
  return { type: 'object', required, properties, 'x-kubernetes-preserve-unknown-fields': true, ...more };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

const localReference = object(['name'], { name: text });
const dependencies = list(object(['name'], { name: text, namespace: text, readyExpr: text }));

function reference(...kinds: string[]): Schema {
  return object(['kind', 'name'], { apiVersion: text, kind: oneOf(...kinds), name: text, namespace: text });
}

const conditions = list(
  object(['lastTransitionTime', 'message', 'reason', 'status', 'type'], {
    lastTransitionTime: text,
    message: { type: 'string', maxLength: 32_768 },
    observedGeneration: { type: 'integer' },
    reason: { type: 'string', minLength: 1, maxLength: 1_024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
    status: oneOf('True', 'False', 'Unknown'),
    type: text,
  }),
);

const artifact = object(['digest', 'lastUpdateTime', 'path', 'revision', 'url'], {
  digest: { type: 'string', pattern: '^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$' },
  lastUpdateTime: text,
  path: text,
  revision: text,
  size: { type: 'integer' },
  url: text,
});

const inventory = object(['entries'], { entries: list(object(['id', 'v'], { id: text, v: text })) });

interface FluxResource {
  kind: string;
  plural: string;
  shortNames?: string[];
  spec: Schema;
  /** Fields of the status besides conditions; without a status the kind has none at all. */
  status?: Properties;
  /** Kinds whose controller starts at -1 have it from their definition. */
  unobserved?: boolean;
}

function group(group: string, version: string, categories: string[], resources: FluxResource[]): ResourceDefinition[] {
  return resources.map(({ kind, plural, shortNames, spec, status, unobserved = true }) => {
    const start = status && unobserved ? { default: { observedGeneration: -1 } } : {};
    const statusSchema = object([], { conditions, observedGeneration: { type: 'integer' }, ...status }, start);
    return {
      group,
      version,
      plural,
      singular: kind.toLowerCase(),
      kind,
      ...(shortNames && { shortNames }),
      categories: ['all', 'fluxcd', ...categories],
      namespaced: true,
      status: status !== undefined,
      generation: true,
      custom: true,
      schema: {
        type: 'object',
        properties: {
          apiVersion: text,
          kind: text,
          metadata: { type: 'object' },
          spec,
          ...(status && { status: statusSchema }),
        },
      },
    };
  });
}

const provider: Schema = { ...oneOf('generic', 'aws', 'azure', 'gcp'), default: 'generic' };
const verify = object(['provider'], {
  provider: { ...oneOf('cosign', 'notation'), default: 'cosign' },
  secretRef: localReference,
});
const timeout: Schema = { ...shortDuration, default: '60s' };
const credentials: Properties = {
  certSecretRef: localReference,
  proxySecretRef: localReference,
  secretRef: localReference,
  serviceAccountName: text,
};
const chartSources = ['HelmRepository', 'GitRepository', 'Bucket'];

const sources: FluxResource[] = [
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
    spec: object([], { sourceRef: object(['kind', 'name'], { kind: text, name: text, namespace: text }) }),
    status: { artifact },
    unobserved: false,
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

const kubeConfig = object(
  [],
  { configMapRef: localReference, secretRef: localReference },
  validations(fluxRules.oneKubeConfigReference),
);

const kustomization: FluxResource = {
  kind: 'Kustomization',
  plural: 'kustomizations',
  shortNames: ['ks'],
  spec: object(['interval', 'prune', 'sourceRef'], {
    components: list(text),
    decryption: object(['provider'], { provider: oneOf('sops'), secretRef: localReference }),
    deletionPolicy: oneOf('MirrorPrune', 'Delete', 'WaitForTermination', 'Orphan'),
    dependsOn: dependencies,
    force: { type: 'boolean', default: false },
    healthChecks: list(object(['kind', 'name'], { apiVersion: text, kind: text, name: text, namespace: text })),
    images: list(object(['name'], { name: text })),
    interval: duration,
    kubeConfig,
    path: text,
    patches: list(object(['patch'], { patch: text })),
    postBuild: object([], {
      substitute: { type: 'object', additionalProperties: text },
      substituteFrom: list(
        object(['kind', 'name'], {
          kind: oneOf('Secret', 'ConfigMap'),
          name,
          optional: { type: 'boolean', default: false },
        }),
      ),
    }),
    prune: flag,
    retryInterval: duration,
    serviceAccountName: text,
    sourceRef: reference('OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact'),
    suspend: flag,
    targetNamespace: namespace,
    timeout: duration,
    wait: flag,
  }),
  status: { inventory },
};

const chartTemplate = object(['spec'], {
  spec: object(['chart', 'sourceRef'], {
    chart: { type: 'string', minLength: 1, maxLength: 2048 },
    interval: duration,
    reconcileStrategy: { ...oneOf('ChartVersion', 'Revision'), default: 'ChartVersion' },
    sourceRef: object(['kind', 'name'], { apiVersion: text, kind: oneOf(...chartSources), name, namespace }),
    verify,
    version: { type: 'string', default: '*' },
  }),
});

const helmRelease: FluxResource = {
  kind: 'HelmRelease',
  plural: 'helmreleases',
  shortNames: ['hr'],
  spec: object(
    ['interval'],
    {
      chart: chartTemplate,
      chartRef: object(['kind', 'name'], {
        apiVersion: text,
        kind: oneOf('OCIRepository', 'HelmChart', 'ExternalArtifact'),
        name,
        namespace,
      }),
      dependsOn: dependencies,
      driftDetection: object([], { mode: oneOf('enabled', 'warn', 'disabled') }),
      install: object([], { crds: oneOf('Skip', 'Create', 'CreateReplace'), timeout: duration }),
      interval: duration,
      kubeConfig,
      releaseName: { type: 'string', minLength: 1, maxLength: 53 },
      rollback: object([], { timeout: duration }),
      serviceAccountName: name,
      storageNamespace: namespace,
      suspend: flag,
      targetNamespace: namespace,
      timeout: duration,
      upgrade: object([], {
        crds: oneOf('Skip', 'Create', 'CreateReplace'),
        remediation: object([], { strategy: oneOf('rollback', 'uninstall') }),
        timeout: duration,
      }),
      valuesFrom: list(object(['kind', 'name'], { kind: oneOf('Secret', 'ConfigMap'), name, optional: flag })),
    },
    validations(fluxRules.chartOrChartRef),
  ),
  status: { inventory },
};

const eventKinds = [
  'Bucket',
  'GitRepository',
  'Kustomization',
  'HelmRelease',
  'HelmChart',
  'HelmRepository',
  'ImageRepository',
  'ImagePolicy',
  'ImageUpdateAutomation',
  'OCIRepository',
  'ArtifactGenerator',
  'ExternalArtifact',
];
const eventSource = object(['kind', 'name'], {
  kind: oneOf(...eventKinds),
  matchLabels: { type: 'object', additionalProperties: text },
  name,
  namespace: { type: 'string', minLength: 1, maxLength: 253 },
});

const alert: FluxResource = {
  kind: 'Alert',
  plural: 'alerts',
  spec: object(['eventSources', 'providerRef'], {
    eventSeverity: { ...oneOf('info', 'error'), default: 'info' },
    eventSources: list(eventSource),
    exclusionList: list(text),
    inclusionList: list(text),
    providerRef: localReference,
    summary: { type: 'string', maxLength: 255 },
    suspend: flag,
  }),
};

const providerTypes = [
  'slack',
  'discord',
  'msteams',
  'rocket',
  'generic',
  'generic-hmac',
  'github',
  'gitlab',
  'gitea',
  'giteapullrequestcomment',
  'bitbucketserver',
  'bitbucket',
  'azuredevops',
  'googlechat',
  'googlepubsub',
  'webex',
  'sentry',
  'azureeventhub',
  'telegram',
  'lark',
  'matrix',
  'opsgenie',
  'alertmanager',
  'grafana',
  'githubdispatch',
  'githubpullrequestcomment',
  'gitlabmergerequestcomment',
  'pagerduty',
  'datadog',
  'nats',
  'zulip',
  'otel',
];

const notificationProvider: FluxResource = {
  kind: 'Provider',
  plural: 'providers',
  spec: object(
    ['type'],
    {
      ...credentials,
      address: { type: 'string', maxLength: 2048 },
      channel: { type: 'string', maxLength: 2048 },
      interval: duration,
      suspend: flag,
      timeout: shortDuration,
      type: oneOf(...providerTypes),
      username: { type: 'string', maxLength: 2048 },
    },
    validations(fluxRules.commitStatusProvider),
  ),
};

const receiver: FluxResource = {
  kind: 'Receiver',
  plural: 'receivers',
  spec: object(
    ['resources', 'type'],
    {
      events: list(text),
      interval: { ...duration, default: '10m' },
      resources: list(eventSource),
      secretRef: localReference,
      suspend: flag,
      type: oneOf(
        'generic',
        'generic-hmac',
        'generic-oidc',
        'github',
        'gitlab',
        'bitbucket',
        'harbor',
        'dockerhub',
        'quay',
        'gcr',
        'nexus',
        'acr',
        'cdevents',
      ),
    },
    validations(fluxRules.receiverSecret),
  ),
  status: { webhookPath: text },
};

const order: Schema = { ...oneOf('asc', 'desc'), default: 'asc' };

const images: FluxResource[] = [
  {
    kind: 'ImagePolicy',
    plural: 'imagepolicies',
    shortNames: ['imgpol', 'imagepol'],
    spec: object(
      ['imageRepositoryRef', 'policy'],
      {
        digestReflectionPolicy: { ...oneOf('Always', 'IfNotPresent', 'Never'), default: 'Never' },
        imageRepositoryRef: object(['name'], { name: text, namespace: text }),
        interval: duration,
        policy: object([], {
          alphabetical: object([], { order }),
          numerical: object([], { order }),
          semver: object(['range'], { range: text }),
        }),
        suspend: flag,
      },
      validations(fluxRules.intervalOnlyForReflection, fluxRules.reflectionInterval),
    ),
    status: {},
  },
  {
    kind: 'ImageRepository',
    plural: 'imagerepositories',
    shortNames: ['imgrepo', 'imagerepo'],
    spec: object(['image', 'interval'], {
      ...credentials,
      exclusionList: { type: 'array', items: text, maxItems: 25, default: ['^.*\\.sig$'] },
      image: text,
      interval: duration,
      provider,
      suspend: flag,
      timeout: shortDuration,
    }),
    status: {},
  },
  {
    kind: 'ImageUpdateAutomation',
    plural: 'imageupdateautomations',
    shortNames: ['iua', 'imgupd', 'imgauto'],
    spec: object(['interval', 'sourceRef'], {
      git: object(['commit'], {
        checkout: object(['ref'], { ref: object([], { branch: text }) }),
        commit: object(['author'], { author: object(['email'], { email: text, name: text }) }),
      }),
      interval: duration,
      sourceRef: object(['kind', 'name'], {
        apiVersion: text,
        kind: { ...oneOf('GitRepository'), default: 'GitRepository' },
        name: text,
        namespace: text,
      }),
      suspend: flag,
      update: object(
        [],
        { path: text, strategy: { ...oneOf('Setters'), default: 'Setters' } },
        { default: { strategy: 'Setters' } },
      ),
    }),
    status: {},
  },
];

const alias: Schema = { type: 'string', pattern: '^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$', maxLength: 63 };
const artifactGenerator: FluxResource = {
  kind: 'ArtifactGenerator',
  plural: 'artifactgenerators',
  shortNames: ['ag'],
  spec: object(
    ['artifacts', 'sources'],
    {
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
  status: { inventory: list(object([], {})) },
  unobserved: false,
};

/** The resources of Flux 2.9 with the main fields of each, written from what its controllers accept. */
export const fluxResources: readonly ResourceDefinition[] = [
  ...group('helm.toolkit.fluxcd.io', 'v2', ['fluxcd-appliers'], [helmRelease]),
  ...group('image.toolkit.fluxcd.io', 'v1', ['fluxcd-images'], images),
  ...group('kustomize.toolkit.fluxcd.io', 'v1', ['fluxcd-appliers'], [kustomization]),
  ...group('notification.toolkit.fluxcd.io', 'v1', ['fluxcd-notifications'], [receiver]),
  ...group('notification.toolkit.fluxcd.io', 'v1beta3', ['fluxcd-notifications'], [alert, notificationProvider]),
  ...group('source.extensions.fluxcd.io', 'v1beta1', ['fluxcd-sources'], [artifactGenerator]),
  ...group('source.toolkit.fluxcd.io', 'v1', ['fluxcd-sources'], sources),
];
