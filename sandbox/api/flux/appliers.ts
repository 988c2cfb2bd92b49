import { chartSources } from './sources.ts';
import {
  type FluxResource,
  dependencies,
  duration,
  flag,
  inventory,
  list,
  localReference,
  name,
  namespace,
  object,
  oneOf,
  reference,
  text,
  verify,
} from './parts.ts';
import { fluxRules, validations } from './rules.ts';

const kubeConfig = object(
  [],
  { configMapRef: localReference, secretRef: localReference },
  validations(fluxRules.oneKubeConfigReference),
);

/** The kind of `kustomize.toolkit.fluxcd.io`. */
export const kustomization: FluxResource = {
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

/** The kind of `helm.toolkit.fluxcd.io`. */
export const helmRelease: FluxResource = {
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
