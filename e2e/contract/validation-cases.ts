import { namespace, untouched, type ContractCase } from './case.ts';

type Json = Record<string, unknown>;

/** A Flux kind with a valid spec, and specs that are wrong in one way each. */
interface Checked {
  group: string;
  version: string;
  kind: string;
  plural: string;
  valid: Json;
  wrong: Record<string, Json>;
}

const source = 'source.toolkit.fluxcd.io';
const image = 'image.toolkit.fluxcd.io';
const operator = 'fluxcd.controlplane.io';
const notification = 'notification.toolkit.fluxcd.io';
const chart = { spec: { chart: 'podinfo', sourceRef: { kind: 'HelmRepository', name: 'charts' } } };

const checked: readonly Checked[] = [
  {
    group: source,
    version: 'v1',
    kind: 'GitRepository',
    plural: 'gitrepositories',
    valid: { interval: '1m', url: 'https://example.com/apps' },
    wrong: {
      'a missing url': { url: undefined },
      'a url of another scheme': { url: 'ftp://example.com' },
      'an interval of another type': { interval: 5 },
      'an unknown verification mode': { verify: { mode: 'tail', secretRef: { name: 'keys' } } },
    },
  },
  {
    group: source,
    version: 'v1',
    kind: 'OCIRepository',
    plural: 'ocirepositories',
    valid: { interval: '1m', url: 'oci://example.com/apps' },
    wrong: { 'a url of another scheme': { url: 'https://example.com' }, 'an unknown provider': { provider: 'moon' } },
  },
  {
    group: source,
    version: 'v1',
    kind: 'HelmRepository',
    plural: 'helmrepositories',
    valid: { url: 'https://example.com/charts' },
    wrong: { 'an unknown type': { type: 'ftp' } },
  },
  {
    group: source,
    version: 'v1',
    kind: 'HelmChart',
    plural: 'helmcharts',
    valid: { chart: 'podinfo', interval: '1m', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    wrong: { 'a source of another kind': { sourceRef: { kind: 'OCIRepository', name: 'charts' } } },
  },
  {
    group: source,
    version: 'v1',
    kind: 'Bucket',
    plural: 'buckets',
    valid: { bucketName: 'apps', endpoint: 'example.com', interval: '1m' },
    wrong: { 'a missing endpoint': { endpoint: undefined } },
  },
  {
    group: source,
    version: 'v1',
    kind: 'ExternalArtifact',
    plural: 'externalartifacts',
    valid: { sourceRef: { kind: 'ArtifactGenerator', name: 'apps' } },
    wrong: { 'a source without a name': { sourceRef: { kind: 'ArtifactGenerator' } } },
  },
  {
    group: 'source.extensions.fluxcd.io',
    version: 'v1beta1',
    kind: 'ArtifactGenerator',
    plural: 'artifactgenerators',
    valid: {
      sources: [{ alias: 'apps', kind: 'GitRepository', name: 'apps' }],
      artifacts: [{ name: 'apps', copy: [{ from: '@apps/**', to: '@artifact/' }] }],
    },
    wrong: { 'no artifact': { artifacts: [] } },
  },
  {
    group: 'helm.toolkit.fluxcd.io',
    version: 'v2',
    kind: 'HelmRelease',
    plural: 'helmreleases',
    valid: { chart, interval: '1m' },
    wrong: {
      'neither chart nor chartRef': { chart: undefined },
      'both chart and chartRef': { chartRef: { kind: 'OCIRepository', name: 'charts' } },
      'a name that is too long': { releaseName: 'x'.repeat(54) },
      'an empty name': { releaseName: '' },
      'values from another kind': { valuesFrom: [{ kind: 'Pod', name: 'values' }] },
    },
  },
  {
    group: 'kustomize.toolkit.fluxcd.io',
    version: 'v1',
    kind: 'Kustomization',
    plural: 'kustomizations',
    valid: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' } },
    wrong: {
      nothing: { interval: undefined, prune: undefined, sourceRef: undefined },
      'an interval that is none': { interval: 'soon' },
      'several things': { interval: 'soon', prune: 3, sourceRef: undefined },
      'prune of another type': { prune: 'yes' },
      'a source of another kind': { sourceRef: { kind: 'Deployment', name: 'apps' } },
      'a dependency without a name': { dependsOn: [{ namespace: 'default' }] },
      'a kubeConfig without a reference': { kubeConfig: {} },
    },
  },
  {
    group: notification,
    version: 'v1beta3',
    kind: 'Alert',
    plural: 'alerts',
    valid: { eventSources: [{ kind: 'Kustomization', name: '*' }], providerRef: { name: 'chat' } },
    wrong: {
      'an unknown severity': { eventSeverity: 'loud' },
      'an unknown source': { eventSources: [{ kind: 'Pod', name: '*' }] },
    },
  },
  {
    group: notification,
    version: 'v1beta3',
    kind: 'Provider',
    plural: 'providers',
    valid: { type: 'generic', address: 'https://example.com' },
    wrong: { 'a missing type': { type: undefined }, 'an unknown type': { type: 'pigeon' } },
  },
  {
    group: notification,
    version: 'v1',
    kind: 'Receiver',
    plural: 'receivers',
    valid: { type: 'github', secretRef: { name: 'token' }, resources: [{ kind: 'GitRepository', name: 'apps' }] },
    wrong: { 'a missing Secret': { secretRef: undefined }, 'an unknown type': { type: 'pigeon' } },
  },
  {
    group: image,
    version: 'v1',
    kind: 'ImageRepository',
    plural: 'imagerepositories',
    valid: { image: 'example.com/app', interval: '1m' },
    wrong: { 'a timeout in hours': { timeout: '1h' } },
  },
  {
    group: image,
    version: 'v1',
    kind: 'ImagePolicy',
    plural: 'imagepolicies',
    valid: { imageRepositoryRef: { name: 'app' }, policy: { semver: { range: '*' } } },
    wrong: {
      'an unknown order': { policy: { alphabetical: { order: 'random' } } },
      'an interval without reflection': { interval: '1m' },
      'reflection without an interval': { digestReflectionPolicy: 'Always' },
    },
  },
  {
    group: image,
    version: 'v1',
    kind: 'ImageUpdateAutomation',
    plural: 'imageupdateautomations',
    valid: { interval: '1m', sourceRef: { kind: 'GitRepository', name: 'apps' } },
    wrong: { 'a commit without an author': { git: { commit: {} } } },
  },
  {
    group: operator,
    version: 'v1',
    kind: 'ResourceSet',
    plural: 'resourcesets',
    valid: { inputs: [{ tenant: 'one' }], resourcesTemplate: 'kind: ConfigMap' },
    wrong: {
      'nothing to make': { resourcesTemplate: undefined },
      'steps besides a template': { steps: [{ name: 'one', resourcesTemplate: 'kind: ConfigMap' }] },
    },
  },
  {
    group: operator,
    version: 'v1',
    kind: 'ResourceSetInputProvider',
    plural: 'resourcesetinputproviders',
    valid: { type: 'Static', defaultValues: { region: 'north' } },
    wrong: {
      'an unknown type': { type: 'Pigeon' },
      'an address for fixed values': { url: 'https://example.com' },
    },
  },
];

/** Each Flux kind created once as it should be, then as it should not. */
export const validationCases: readonly ContractCase[] = checked.flatMap(
  ({ group, version, kind, plural, valid, wrong }) => {
    const path = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`;
    const object = (name: string, spec: Json) => ({
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name, labels: untouched },
      spec,
    });
    return [
      { name: `create a ${kind}`, method: 'POST', path, body: object('valid', valid) },
      ...Object.entries(wrong).map(([name, spec]) => ({
        name: `create a ${kind} with ${name}`,
        method: 'POST',
        path,
        body: object('wrong', { ...valid, ...spec }),
      })),
    ];
  },
);
