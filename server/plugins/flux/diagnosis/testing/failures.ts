import type { KubeObject } from '../../../../kube/object.ts';
import { fluxObject } from '../../testing/situations.ts';

/** Objects as real controllers leave them when they fail in one of the ways that happen, in one namespace. */

const first = '2026-03-02T08:00:01Z';
const last = '2026-03-02T08:10:00Z';

/** An object whose Ready condition is False for a reason, tried again and again. */
export function failed(
  kind: string,
  name: string,
  spec: Record<string, unknown>,
  reason: string,
  message: string,
  status: Record<string, unknown> = {},
): KubeObject {
  return fluxObject(kind, name, {
    spec,
    status,
    conditions: [
      ['Reconciling', 'True', 'ProgressingWithRetry', 'tries again', last],
      ['Ready', 'False', reason, message, first],
    ],
  });
}

/** One that gave up: no further try comes by itself. */
export function gaveUp(
  kind: string,
  name: string,
  spec: Record<string, unknown>,
  conditions: readonly [type: string, reason: string, message: string][],
  status: Record<string, unknown> = {},
): KubeObject {
  return fluxObject(kind, name, {
    spec,
    status,
    conditions: [
      ['Stalled', 'True', 'RetriesExceeded', 'Failed to upgrade after 2 attempt(s)', last],
      ...conditions.map(
        ([type, reason, message]) =>
          [type, 'False', reason, message, last] satisfies [string, 'False', string, string, string],
      ),
    ],
  });
}

/** One that is ready. */
export function ready(kind: string, name: string, spec: Record<string, unknown> = {}): KubeObject {
  return fluxObject(kind, name, { spec, conditions: [['Ready', 'True', 'Succeeded', 'is there', first]] });
}

const git = (name: string) => ({ kind: 'GitRepository', name });
const chart = (name: string, version = '1.x') => ({
  chart: { spec: { chart: name, version, sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
});
const apps = { sourceRef: git('apps'), path: './apps' };
const cloned = (rest: string) => `failed to checkout and determine revision: unable to clone '${rest}`;
const noChart = `chart pull error: failed to get chart version for remote reference: could not get tags for "nope": could not fetch tags for "oci://registry.example.com/charts/nope": GET "https://registry.example.com/v2/charts/nope/tags/list": response status code 404: name unknown: repository name not known to registry: map[name:charts/nope]`;
const badYaml = `failed to decode Kubernetes YAML from /tmp/kustomization-3992376631/apps/badyaml/a.yaml: MalformedYAMLError: yaml: line 1: did not find expected ',' or ']'`;

export const failures: readonly KubeObject[] = [
  ready('GitRepository', 'apps', { url: 'https://git.example.com/apps.git' }),
  ready('HelmRepository', 'charts', { url: 'oci://registry.example.com/charts', type: 'oci' }),
  failed(
    'GitRepository',
    'bad-branch',
    { url: 'https://git.example.com/apps.git', ref: { branch: 'nope' } },
    'GitOperationFailed',
    cloned(`https://git.example.com/apps.git': couldn't find remote ref "refs/heads/nope"`),
  ),
  failed(
    'GitRepository',
    'bad-host',
    { url: 'https://deploy:planted-password@git.invalid/x.git' },
    'GitOperationFailed',
    cloned(
      `https://deploy:planted-password@git.invalid/x.git': Get "https://deploy:***@git.invalid/x.git/info/refs?service=git-upload-pack": dial tcp: lookup git.invalid on 10.96.0.10:53: server misbehaving`,
    ),
  ),
  failed(
    'GitRepository',
    'no-secret',
    { url: 'ssh://git@git.example.com/x.git', secretRef: { name: 'missing' } },
    'AuthenticationFailed',
    `failed to get secret 'shop/missing': failed to get secret 'shop/missing': secrets "missing" not found`,
  ),
  failed(
    'Bucket',
    'bucket',
    { bucketName: 'b', endpoint: 's3.example.com' },
    'BucketOperationFailed',
    `failed to confirm existence of 'b' bucket: Bucket name cannot be shorter than 3 characters`,
  ),
  failed(
    'HelmRepository',
    'http-bad',
    { url: 'https://charts.example.com' },
    'Failed',
    'failed to fetch Helm repository index: failed to cache index to temporary file: failed to fetch https://charts.example.com/index.yaml : 404 Not Found',
  ),
  failed(
    'OCIRepository',
    'no-tag',
    { url: 'oci://registry.example.com/manifests', ref: { tag: 'none' } },
    'OCIArtifactPullFailed',
    'failed to determine artifact digest: GET https://registry.example.com/v2/manifests/manifests/none: MANIFEST_UNKNOWN: manifest unknown; unknown tag=none',
  ),
  failed(
    'OCIRepository',
    'tls-expected',
    { url: 'oci://registry.example.com:5000/manifests' },
    'OCIArtifactPullFailed',
    'failed to determine artifact digest: Get "https://registry.example.com:5000/v2/": http: server gave HTTP response to HTTPS client',
  ),
  failed(
    'OCIRepository',
    'unsigned',
    { url: 'oci://registry.example.com/manifests', verify: { provider: 'cosign', secretRef: { name: 'cosign-pub' } } },
    'VerificationError',
    `failed to verify the signature using provider 'cosign': secrets "cosign-pub" not found`,
  ),
  failed(
    'HelmChart',
    'shop-chart-missing',
    { chart: 'nope', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    'ChartPullError',
    noChart,
  ),
  failed(
    'HelmRelease',
    'chart-missing',
    chart('nope'),
    'SourceNotReady',
    `HelmChart 'shop/shop-chart-missing' is not ready: ${noChart}`,
    { helmChart: 'shop/shop-chart-missing' },
  ),
  failed(
    'HelmRelease',
    'waits',
    { ...chart('cart'), dependsOn: [{ name: 'chart-missing' }] },
    'DependencyNotReady',
    `dependency 'shop/chart-missing' is not ready`,
  ),
  failed(
    'HelmRelease',
    'template-error',
    chart('cart'),
    'InstallFailed',
    'Helm install failed for release shop/template-error with chart cart@2.0.0: execution error at (cart/templates/x.yaml:1:3): replicas must be set by hand',
    { failures: 8 },
  ),
  failed(
    'HelmRelease',
    'wrong-type',
    chart('cart'),
    'InstallFailed',
    'Helm install failed for release shop/wrong-type with chart cart@1.0.0: 1 error occurred:\n\t* ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal array into Go struct field ConfigMap.data of type string',
  ),
  gaveUp(
    'HelmRelease',
    'bad-image',
    { ...chart('cart'), timeout: '25s' },
    [
      [
        'Ready',
        'InstallFailed',
        "Helm install failed for release shop/bad-image with chart cart@1.1.0: timeout waiting for: [Deployment/shop/bad-image status: 'InProgress']",
      ],
    ],
    { failures: 2 },
  ),
  gaveUp('HelmRelease', 'upgrade-fails', { ...chart('cart'), timeout: '25s' }, [
    [
      'Ready',
      'RollbackSucceeded',
      'Helm rollback to previous release shop/upgrade-fails.v3 with chart cart@1.1.0 succeeded',
    ],
    [
      'Released',
      'UpgradeFailed',
      'Helm upgrade failed for release shop/upgrade-fails with chart cart@1.1.0: client rate limiter Wait returned an error: context deadline exceeded',
    ],
  ]),
  failed(
    'HelmRelease',
    'values-missing',
    { ...chart('cart'), valuesFrom: [{ kind: 'ConfigMap', name: 'none' }] },
    'ValuesError',
    `could not resolve ConfigMap chart values reference 'shop/none' with key 'values.yaml': configmaps "none" not found`,
  ),
  failed(
    'HelmRelease',
    'old-cluster',
    chart('cart'),
    'InstallFailed',
    'Helm install failed for release shop/old-cluster with chart cart@6.14.1: chart requires kubeVersion: >=1.39.0-0 which is incompatible with Kubernetes v1.36.3',
  ),
  failed(
    'Kustomization',
    'bad-image-of',
    { ...apps, wait: true },
    'HealthCheckFailed',
    "health check failed after 30.044725043s: timeout waiting for: [Deployment/shop/badimage status: 'InProgress']",
  ),
  failed(
    'Kustomization',
    'bad-path',
    { ...apps, path: './apps/nope' },
    'ArtifactFailed',
    'kustomization path not found: stat /tmp/kustomization-1737916824/apps/nope: no such file or directory',
  ),
  failed(
    'Kustomization',
    'bad-sa',
    { ...apps, serviceAccountName: 'nobody' },
    'ReconciliationFailed',
    'ClusterRole/shop:reader:x dry-run failed (Forbidden): clusterroles.rbac.authorization.k8s.io "shop:reader:x" is forbidden: User "system:serviceaccount:shop:nobody" cannot patch resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope',
  ),
  failed('Kustomization', 'bad-yaml', apps, 'BuildFailed', badYaml),
  failed(
    'Kustomization',
    'depends-on-bad',
    { ...apps, dependsOn: [{ name: 'bad-yaml' }] },
    'DependencyNotReady',
    `dependency 'shop/bad-yaml' is not ready`,
  ),
  failed(
    'Kustomization',
    'immutable',
    apps,
    'ReconciliationFailed',
    'Service/shop/imm dry-run failed (Invalid): Service "imm" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.7.7"]: may not change once set',
  ),
  failed(
    'Kustomization',
    'missing-crd',
    apps,
    'ReconciliationFailed',
    'Foo/shop/f dry-run failed: no matches for kind "Foo" in version "x.example.com/v1"',
  ),
  failed(
    'Kustomization',
    'no-source',
    { sourceRef: git('gone') },
    'ArtifactFailed',
    'GitRepository.source.toolkit.fluxcd.io "gone" not found',
  ),
  failed(
    'Kustomization',
    'source-failing',
    { sourceRef: git('bad-branch') },
    'ArtifactFailed',
    'Source artifact not found, retrying in 30s',
  ),
  failed('Kustomization', 'suspended-failing', { ...apps, suspend: true }, 'BuildFailed', badYaml),
  failed(
    'Receiver',
    'recv-bad',
    { type: 'generic', secretRef: { name: 'none' } },
    'TokenNotFound',
    `unable to read token from secret 'shop/none' error: secrets "none" not found`,
  ),
];
