import type { KubeObject } from '../../../kube/object.ts';
import type { ObjectState } from '../summary.ts';

/** Objects as real controllers leave them, for tests: one for each situation worth telling apart. */
export interface Situation {
  name: string;
  object: KubeObject;
  state: ObjectState;
  since?: string;
  /** Parts of the sentence that says why; undefined: none is said. */
  because: string | undefined;
}

type ConditionRow = readonly [
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  since: string,
  generation?: number,
];

const apiVersions: Readonly<Record<string, string>> = {
  GitRepository: 'source.toolkit.fluxcd.io/v1',
  OCIRepository: 'source.toolkit.fluxcd.io/v1',
  HelmRepository: 'source.toolkit.fluxcd.io/v1',
  HelmChart: 'source.toolkit.fluxcd.io/v1',
  Bucket: 'source.toolkit.fluxcd.io/v1',
  ExternalArtifact: 'source.toolkit.fluxcd.io/v1',
  ArtifactGenerator: 'source.extensions.fluxcd.io/v1beta1',
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
  HelmRelease: 'helm.toolkit.fluxcd.io/v2',
  ImageRepository: 'image.toolkit.fluxcd.io/v1',
  ImagePolicy: 'image.toolkit.fluxcd.io/v1',
  ImageUpdateAutomation: 'image.toolkit.fluxcd.io/v1',
  Alert: 'notification.toolkit.fluxcd.io/v1beta3',
  Provider: 'notification.toolkit.fluxcd.io/v1beta3',
  Receiver: 'notification.toolkit.fluxcd.io/v1',
  FluxInstance: 'fluxcd.controlplane.io/v1',
  ResourceSet: 'fluxcd.controlplane.io/v1',
  ResourceSetInputProvider: 'fluxcd.controlplane.io/v1',
};

/** An object of a Flux kind in namespace `shop`, made at 08:00. */
export function fluxObject(
  kind: string,
  name: string,
  parts: {
    spec?: Record<string, unknown>;
    conditions?: readonly ConditionRow[];
    status?: Record<string, unknown>;
    metadata?: Record<string, unknown>;
  } = {},
): KubeObject {
  const conditions = parts.conditions?.map(([type, status, reason, message, since, observedGeneration = 1]) => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: since,
    observedGeneration,
  }));
  return {
    apiVersion: apiVersions[kind] ?? 'v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-of-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-03-02T08:00:00Z',
      ...parts.metadata,
    },
    spec: { interval: '5m', ...parts.spec },
    ...(parts.status === undefined && conditions === undefined
      ? {}
      : { status: { ...parts.status, ...(conditions === undefined ? {} : { conditions }) } }),
  };
}

const first = '2026-03-02T08:00:01Z';
const last = '2026-03-02T08:10:00Z';

/** A source that fails: what it does between tries stands before what went wrong, and FetchFailed knows since when. */
function failingSource(kind: string, name: string, spec: Record<string, unknown>, reason: string, message: string) {
  return fluxObject(kind, name, {
    spec,
    conditions: [
      ['Reconciling', 'True', 'ProgressingWithRetry', 'building artifact', last],
      ['Ready', 'False', reason, message, last],
      ['FetchFailed', 'True', reason, message, first],
    ],
    status: { observedGeneration: -1 },
  });
}

const revision = 'main@sha1:6d1f0e5a9b3c47d2816f5e0a4b7c9d8e3f2a1b0c';

function failingKustomization(
  name: string,
  spec: Record<string, unknown>,
  reason: string,
  message: string,
  step = 'Detecting drift',
) {
  return fluxObject('Kustomization', name, {
    spec: { path: './apps', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' }, ...spec },
    conditions: [
      ['Reconciling', 'True', 'ProgressingWithRetry', `${step} for revision ${revision} with a timeout of 4m30s`, last],
      ['Ready', 'False', reason, message, last],
    ],
    status: { observedGeneration: -1, lastAttemptedRevision: revision },
  });
}

function failingRelease(name: string, spec: Record<string, unknown>, reason: string, message: string) {
  return fluxObject('HelmRelease', name, {
    spec: {
      chart: { spec: { chart: 'cart', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
      ...spec,
    },
    conditions: [
      ['Reconciling', 'True', 'Progressing', 'Fulfilling prerequisites', first],
      ['Ready', 'False', reason, message, last],
    ],
    status: { observedGeneration: -1, helmChart: `shop/shop-${name}` },
  });
}

export const situations: readonly Situation[] = [
  {
    name: 'a source that is ready',
    object: fluxObject('GitRepository', 'fleet', {
      spec: { url: 'https://git.example.com/fleet.git', ref: { branch: 'main' } },
      conditions: [
        ['Ready', 'True', 'Succeeded', `stored artifact for revision '${revision}'`, first],
        ['ArtifactInStorage', 'True', 'Succeeded', `stored artifact for revision '${revision}'`, first],
      ],
      status: { observedGeneration: 1, artifact: { revision, digest: 'sha256:aa', size: 765, lastUpdateTime: first } },
    }),
    state: 'ready',
    since: first,
    because: undefined,
  },
  {
    name: 'a branch that does not exist',
    object: failingSource(
      'GitRepository',
      'no-branch',
      { url: 'https://git.example.com/fleet.git', ref: { branch: 'nope' } },
      'GitOperationFailed',
      `failed to checkout and determine revision: unable to clone 'https://git.example.com/fleet.git': couldn't find remote ref "refs/heads/nope"`,
    ),
    state: 'failing',
    since: first,
    because:
      'Branch nope does not exist in https://git.example.com/fleet.git: correct spec.ref.branch, or push the branch.',
  },
  {
    name: 'a host that does not exist, with a password in the URL',
    object: failingSource(
      'GitRepository',
      'no-host',
      { url: 'https://deploy:planted-password@git.invalid/x.git' },
      'GitOperationFailed',
      `failed to checkout and determine revision: unable to clone 'https://deploy:planted-password@git.invalid/x.git': Get "https://deploy:***@git.invalid/x.git/info/refs?service=git-upload-pack": dial tcp: lookup git.invalid on 10.96.0.10:53: server misbehaving`,
    ),
    state: 'failing',
    since: first,
    because: 'The host git.invalid cannot be found by DNS: check the host name in the address.',
  },
  {
    name: 'a Secret that does not exist',
    object: failingSource(
      'GitRepository',
      'no-secret',
      { url: 'ssh://git@git.example.com/x.git', secretRef: { name: 'deploy-key' } },
      'AuthenticationFailed',
      `failed to get secret 'shop/deploy-key': failed to get secret 'shop/deploy-key': secrets "deploy-key" not found`,
    ),
    state: 'failing',
    since: first,
    because: 'Secret shop/deploy-key does not exist: create it, or correct the reference to it.',
  },
  {
    name: 'credentials that are refused',
    object: failingSource(
      'GitRepository',
      'refused',
      { url: 'https://git.example.com/x.git', secretRef: { name: 'token' } },
      'GitOperationFailed',
      `failed to checkout and determine revision: unable to clone 'https://git.example.com/x.git': authentication required: Unauthorized`,
    ),
    state: 'failing',
    since: first,
    because: 'git.example.com refuses the credentials: check Secret shop/token.',
  },
  {
    name: 'suspended before it ever ran',
    object: fluxObject('GitRepository', 'shut', { spec: { suspend: true }, status: { observedGeneration: -1 } }),
    state: 'suspended',
    because: 'Suspended: nothing is reconciled until it is resumed.',
  },
  {
    name: 'suspended by somebody for a reason',
    object: fluxObject('GitRepository', 'shut-by', {
      spec: { suspend: true },
      metadata: {
        annotations: {
          'sluice.dev/suspended-by': 'kim@example.com',
          'sluice.dev/suspended-at': '2026-03-02T09:00:00Z',
          'sluice.dev/suspend-reason': 'moving the repository',
        },
      },
    }),
    state: 'suspended',
    since: '2026-03-02T09:00:00Z',
    because: 'Suspended by kim@example.com: moving the repository.',
  },
  {
    name: 'a registry that names only',
    object: fluxObject('HelmRepository', 'charts', {
      spec: { type: 'oci', url: 'oci://registry.example.com/charts' },
      status: {},
    }),
    state: 'none',
    because: undefined,
  },
  {
    name: 'an index that is not there',
    object: failingSource(
      'HelmRepository',
      'no-index',
      { url: 'https://charts.example.com' },
      'Failed',
      'failed to fetch Helm repository index: failed to cache index to temporary file: failed to fetch https://charts.example.com/index.yaml : 404 Not Found',
    ),
    state: 'failing',
    since: first,
    because: 'There is no index at https://charts.example.com/index.yaml (404 Not Found): check spec.url.',
  },
  {
    name: 'a bucket name that is too short',
    object: failingSource(
      'Bucket',
      'short',
      { bucketName: 'b', endpoint: 's3.example.com' },
      'BucketOperationFailed',
      `failed to confirm existence of 'b' bucket: Bucket name cannot be shorter than 3 characters`,
    ),
    state: 'failing',
    since: first,
    because: 'The bucket name b is too short: names have at least 3 characters. Correct spec.bucketName.',
  },
  {
    name: 'a tag that does not exist',
    object: failingSource(
      'OCIRepository',
      'no-tag',
      { url: 'oci://registry.example.com/manifests', ref: { tag: 'next' } },
      'OCIArtifactPullFailed',
      'failed to determine artifact digest: GET https://registry.example.com/v2/manifests/manifests/next: MANIFEST_UNKNOWN: manifest unknown; unknown tag=next',
    ),
    state: 'failing',
    since: first,
    because: 'Tag next does not exist in oci://registry.example.com/manifests: correct spec.ref.tag, or push it.',
  },
  {
    name: 'a registry without TLS',
    object: failingSource(
      'OCIRepository',
      'plain',
      { url: 'oci://registry.example.com:5000/manifests', ref: { tag: '1.0' } },
      'OCIArtifactPullFailed',
      'failed to determine artifact digest: Get "https://registry.example.com:5000/v2/": http: server gave HTTP response to HTTPS client',
    ),
    state: 'failing',
    since: first,
    because:
      'registry.example.com:5000 speaks plain HTTP and was asked by HTTPS: set spec.insecure: true, or give it a certificate.',
  },
  {
    name: 'keys to verify with that do not exist',
    object: fluxObject('OCIRepository', 'unsigned', {
      spec: {
        url: 'oci://registry.example.com/manifests',
        verify: { provider: 'cosign', secretRef: { name: 'keys' } },
      },
      conditions: [
        [
          'Reconciling',
          'True',
          'ProgressingWithRetry',
          `building artifact: new revision '1.0@sha256:30a1' for 'registry.example.com/manifests:1.0'`,
          last,
        ],
        [
          'Ready',
          'False',
          'VerificationError',
          `failed to verify the signature using provider 'cosign': secrets "keys" not found`,
          last,
        ],
        [
          'SourceVerified',
          'False',
          'VerificationError',
          `failed to verify the signature using provider 'cosign': secrets "keys" not found`,
          first,
        ],
      ],
      status: { observedGeneration: -1 },
    }),
    state: 'failing',
    since: first,
    because:
      'Its signature cannot be verified: Secret shop/keys does not exist: create it, or correct the reference to it.',
  },
  {
    name: 'a chart that does not exist',
    object: failingSource(
      'HelmChart',
      'shop-cart',
      { chart: 'cart', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
      'ChartPullError',
      'chart pull error: failed to get chart version for remote reference: could not get tags for "cart": could not fetch tags for "oci://registry.example.com/charts/cart": GET "https://registry.example.com/v2/charts/cart/tags/list": response status code 404: name unknown: repository name not known to registry: map[name:charts/cart]',
    ),
    state: 'failing',
    since: first,
    because: `Chart cart does not exist in HelmRepository charts: correct the chart's name, or push it.`,
  },
  {
    name: 'a Kustomization that is ready and reconciled nine times',
    object: fluxObject('Kustomization', 'apps', {
      spec: { path: './apps', sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      conditions: [['Ready', 'True', 'ReconciliationSucceeded', `Applied revision: ${revision}`, last]],
      status: {
        observedGeneration: 1,
        lastAppliedRevision: revision,
        lastAttemptedRevision: revision,
        history: [
          {
            digest: 'sha256:aa',
            firstReconciled: first,
            lastReconciled: last,
            lastReconciledStatus: 'ReconciliationSucceeded',
            totalReconciliations: 9,
          },
        ],
        inventory: {
          entries: [
            { id: '_shop__reader_rbac.authorization.k8s.io_ClusterRole', v: 'v1' },
            { id: 'shop_cart_apps_Deployment', v: 'v1' },
          ],
        },
      },
    }),
    state: 'ready',
    since: first,
    because: undefined,
  },
  {
    name: 'a path that does not exist',
    object: failingKustomization(
      'no-path',
      { path: './apps/nope' },
      'ArtifactFailed',
      'kustomization path not found: stat /tmp/kustomization-17/apps/nope: no such file or directory',
      'Fetching manifests',
    ),
    state: 'failing',
    since: last,
    because: 'The path ./apps/nope does not exist in GitRepository fleet: correct spec.path.',
  },
  {
    name: 'YAML that is broken',
    object: failingKustomization(
      'bad-yaml',
      {},
      'BuildFailed',
      `failed to decode Kubernetes YAML from /tmp/kustomization-39/apps/bad/a.yaml: MalformedYAMLError: yaml: line 1: did not find expected ',' or ']'`,
      'Building manifests',
    ),
    state: 'failing',
    since: last,
    because: `apps/bad/a.yaml is not valid YAML, line 1: did not find expected ',' or ']'.`,
  },
  {
    name: 'a ServiceAccount without the right',
    object: failingKustomization(
      'no-right',
      { serviceAccountName: 'deployer' },
      'ReconciliationFailed',
      'ClusterRole/shop:reader dry-run failed (Forbidden): clusterroles.rbac.authorization.k8s.io "shop:reader" is forbidden: User "system:serviceaccount:shop:deployer" cannot patch resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope\n',
    ),
    state: 'failing',
    since: last,
    because: 'ServiceAccount shop/deployer may not patch clusterroles.rbac.authorization.k8s.io in the whole cluster',
  },
  {
    name: 'a field that cannot be changed',
    object: failingKustomization(
      'fixed',
      {},
      'ReconciliationFailed',
      'Service/shop/cart dry-run failed (Invalid): Service "cart" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.7.7"]: may not change once set\n',
    ),
    state: 'failing',
    since: last,
    because: 'Service shop/cart cannot be changed: spec.clusterIPs[0] is fixed once it is set.',
  },
  {
    name: 'a kind that is not installed',
    object: failingKustomization(
      'no-crd',
      {},
      'ReconciliationFailed',
      'Widget/shop/w dry-run failed: no matches for kind "Widget" in version "x.example.com/v1"\n',
    ),
    state: 'failing',
    since: last,
    because:
      'The cluster does not know the kind Widget (x.example.com/v1), so Widget shop/w cannot be applied: install its CustomResourceDefinition first.',
  },
  {
    name: 'an admission webhook that refuses',
    object: failingKustomization(
      'refused-by-policy',
      {},
      'ReconciliationFailed',
      'Deployment/shop/cart dry-run failed (Forbidden): admission webhook "policy.example.com" denied the request: image must be signed\n',
    ),
    state: 'failing',
    since: last,
    because:
      'Deployment shop/cart cannot be applied: the admission webhook policy.example.com refused it: image must be signed',
  },
  {
    name: 'a Deployment that does not get healthy, for the third time',
    object: fluxObject('Kustomization', 'unhealthy', {
      spec: { path: './apps', wait: true, timeout: '20s', sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      conditions: [
        [
          'Reconciling',
          'True',
          'ProgressingWithRetry',
          `Running health checks for revision ${revision} with a timeout of 30s`,
          last,
        ],
        [
          'Ready',
          'False',
          'HealthCheckFailed',
          `health check failed after 30.044725043s: timeout waiting for: [Deployment/shop/cart status: 'InProgress']`,
          last,
        ],
        [
          'Healthy',
          'False',
          'HealthCheckFailed',
          `timeout waiting for: [Deployment/shop/cart status: 'InProgress']`,
          last,
        ],
      ],
      status: {
        observedGeneration: -1,
        lastAttemptedRevision: revision,
        history: [
          {
            digest: 'sha256:bb',
            firstReconciled: first,
            lastReconciled: last,
            lastReconciledStatus: 'HealthCheckFailed',
            totalReconciliations: 3,
          },
          {
            digest: 'sha256:aa',
            firstReconciled: '2026-03-02T07:00:00Z',
            lastReconciled: '2026-03-02T07:55:00Z',
            lastReconciledStatus: 'ReconciliationSucceeded',
            totalReconciliations: 12,
          },
        ],
      },
    }),
    state: 'failing',
    since: first,
    because: 'Deployment shop/cart did not become healthy within 30 s.',
  },
  {
    name: 'a dependency that is not ready',
    object: fluxObject('Kustomization', 'waits', {
      spec: { dependsOn: [{ name: 'bad-yaml' }], sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      conditions: [['Ready', 'False', 'DependencyNotReady', `dependency 'shop/bad-yaml' is not ready`, last]],
      status: { observedGeneration: -1 },
    }),
    state: 'waiting',
    since: last,
    because: 'Waits for shop/bad-yaml, which is not ready.',
  },
  {
    name: 'a source that has fetched nothing yet',
    object: fluxObject('Kustomization', 'no-artifact', {
      spec: { sourceRef: { kind: 'GitRepository', name: 'no-branch' } },
      conditions: [['Ready', 'False', 'ArtifactFailed', 'Source artifact not found, retrying in 30s', last]],
      status: { observedGeneration: -1 },
    }),
    state: 'waiting',
    since: last,
    because: 'Waits for GitRepository no-branch, which has nothing to apply yet.',
  },
  {
    name: 'a source that does not exist',
    object: fluxObject('Kustomization', 'no-source', {
      spec: { sourceRef: { kind: 'GitRepository', name: 'missing', namespace: 'flux-system' } },
      conditions: [
        ['Ready', 'False', 'ArtifactFailed', 'GitRepository.source.toolkit.fluxcd.io "missing" not found', last],
      ],
      status: { observedGeneration: -1 },
    }),
    state: 'failing',
    since: last,
    because: 'GitRepository flux-system/missing does not exist: create it, or correct the reference to it.',
  },
  {
    name: 'suspended while it was failing',
    object: fluxObject('Kustomization', 'shut-failing', {
      metadata: { generation: 2 },
      spec: { suspend: true, sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      conditions: [
        [
          'Reconciling',
          'True',
          'ProgressingWithRetry',
          `Building manifests for revision ${revision} with a timeout of 4m30s`,
          first,
          2,
        ],
        [
          'Ready',
          'False',
          'BuildFailed',
          'failed to decode Kubernetes YAML from /tmp/kustomization-2/apps/a.yaml: MalformedYAMLError: yaml: line 1: x',
          first,
          1,
        ],
      ],
      status: { observedGeneration: -1 },
    }),
    state: 'suspended-failing',
    because:
      'Suspended: nothing is reconciled until it is resumed. It was failing before: apps/a.yaml is not valid YAML, line 1: x.',
  },
  {
    name: 'an install that gave up',
    object: fluxObject('HelmRelease', 'gave-up', {
      spec: {
        timeout: '25s',
        chart: { spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
      },
      conditions: [
        ['Stalled', 'True', 'RetriesExceeded', 'Failed to install after 2 attempt(s)', last],
        [
          'Ready',
          'False',
          'InstallFailed',
          `Helm install failed for release shop/gave-up with chart cart@1.1.0: timeout waiting for: [Deployment/shop/cart status: 'InProgress']`,
          last,
        ],
        [
          'Released',
          'False',
          'InstallFailed',
          `Helm install failed for release shop/gave-up with chart cart@1.1.0: timeout waiting for: [Deployment/shop/cart status: 'InProgress']`,
          first,
        ],
      ],
      status: { observedGeneration: 1, failures: 2 },
    }),
    state: 'stalled',
    since: last,
    because:
      'The install of shop/gave-up with chart cart 1.1.0 failed: Deployment shop/cart did not become healthy within 25 s.',
  },
  {
    name: 'an upgrade that was rolled back and gave up',
    object: fluxObject('HelmRelease', 'rolled-back', {
      metadata: { generation: 2 },
      spec: {
        timeout: '25s',
        chart: { spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
      },
      conditions: [
        ['Stalled', 'True', 'RetriesExceeded', 'Failed to upgrade after 2 attempt(s)', last, 2],
        [
          'Ready',
          'False',
          'RollbackSucceeded',
          'Helm rollback to previous release shop/rolled-back.v3 with chart cart@1.1.0 succeeded',
          last,
          2,
        ],
        [
          'Released',
          'False',
          'UpgradeFailed',
          'Helm upgrade failed for release shop/rolled-back with chart cart@1.2.0: client rate limiter Wait returned an error: rate: Wait(n=1) would exceed context deadline',
          first,
          2,
        ],
        [
          'Remediated',
          'True',
          'RollbackSucceeded',
          'Helm rollback to previous release shop/rolled-back.v3 with chart cart@1.1.0 succeeded',
          last,
          2,
        ],
      ],
      status: {
        observedGeneration: 2,
        lastAttemptedRevision: '1.2.0',
        history: [
          { chartName: 'cart', chartVersion: '1.1.0', version: 5, status: 'deployed', lastDeployed: last },
          { chartName: 'cart', chartVersion: '1.2.0', version: 4, status: 'failed', lastDeployed: first },
        ],
      },
    }),
    state: 'stalled',
    since: last,
    because: 'The upgrade of shop/rolled-back with chart cart 1.2.0 failed: its objects were not ready within 25 s',
  },
  {
    name: 'an install that gave up and left Ready at the step it was at',
    object: fluxObject('HelmRelease', 'left-there', {
      spec: { chartRef: { kind: 'OCIRepository', name: 'cart' } },
      conditions: [
        ['Stalled', 'True', 'RetriesExceeded', 'Failed to install after 1 attempt(s)', last],
        ['Ready', 'Unknown', 'Progressing', 'Fulfilling prerequisites', last],
        [
          'Released',
          'False',
          'InstallFailed',
          'Helm install failed for release shop/left-there with chart cart@1.1.0: execution error at (cart/templates/x.yaml:1:3): replicas must be set by hand',
          first,
        ],
      ],
      status: { observedGeneration: 1, failures: 1, installFailures: 1 },
    }),
    state: 'stalled',
    since: last,
    because: `The install of shop/left-there with chart cart 1.1.0 failed: the chart's template cart/templates/x.yaml stops at line 1: replicas must be set by hand. Set the values it asks for. It gave up after 1 try`,
  },
  {
    name: 'an upgrade that waits for its next try',
    object: fluxObject('HelmRelease', 'again-later', {
      spec: { chartRef: { kind: 'OCIRepository', name: 'cart' }, upgrade: { strategy: { name: 'RetryOnFailure' } } },
      conditions: [
        ['Ready', 'False', 'RetryAfterInterval', 'Will retry after 5m0s', last],
        [
          'Released',
          'False',
          'UpgradeFailed',
          "Helm upgrade failed for release shop/again-later with chart cart@1.2.0: timeout waiting for: [Deployment/shop/cart status: 'InProgress', Deployment/shop/till status: 'InProgress']",
          first,
        ],
      ],
      status: { observedGeneration: 1, failures: 1 },
    }),
    state: 'failing',
    since: first,
    because:
      'The upgrade of shop/again-later with chart cart 1.2.0 failed: Deployment shop/cart and Deployment shop/till did not become healthy within 5 min. It is tried again after 5 min.',
  },
  {
    name: 'an upgrade that is tried again',
    object: fluxObject('HelmRelease', 'tried-again', {
      spec: { chartRef: { kind: 'OCIRepository', name: 'cart' } },
      conditions: [
        ['Reconciling', 'True', 'Progressing', `Running 'upgrade' action with timeout of 5m0s`, last],
        ['Ready', 'Unknown', 'Progressing', `Running 'upgrade' action with timeout of 5m0s`, last],
        [
          'Released',
          'False',
          'UpgradeFailed',
          'Helm upgrade failed for release shop/tried-again with chart cart@1.2.0: cannot re-use a name that is still in use',
          first,
        ],
      ],
      status: { observedGeneration: 1, failures: 2 },
    }),
    state: 'reconciling',
    since: last,
    because:
      'Helm upgrade is running, at most 5 min. The try before failed: the upgrade of shop/tried-again with chart cart 1.2.0 failed: a release of that name exists already',
  },
  {
    name: 'health checks that are running again after they have failed',
    object: fluxObject('Kustomization', 'checked-again', {
      conditions: [
        [
          'Reconciling',
          'True',
          'Progressing',
          `Running health checks for revision ${revision} with a timeout of 4m30s`,
          last,
        ],
        ['Ready', 'Unknown', 'Progressing', 'Reconciliation in progress', last],
        ['Healthy', 'Unknown', 'Progressing', `Running health checks for revision ${revision}`, last],
      ],
      status: {
        observedGeneration: -1,
        history: [{ lastReconciled: last, lastReconciledStatus: 'HealthCheckFailed', totalReconciliations: 3 }],
      },
    }),
    state: 'reconciling',
    since: last,
    because:
      'Applied main@6d1f0e5, waits for health checks, at most 4 min 30 s. The try before failed: its health checks did not pass.',
  },
  {
    name: 'a chart that is not ready',
    object: failingRelease(
      'no-chart',
      {},
      'SourceNotReady',
      `HelmChart 'shop/shop-no-chart' is not ready: chart pull error: failed to get chart version for remote reference: could not get tags for "cart": could not fetch tags for "oci://registry.example.com/charts/cart": GET "https://registry.example.com/v2/charts/cart/tags/list": response status code 404: name unknown`,
    ),
    state: 'waiting',
    since: last,
    because:
      'Waits for HelmChart shop/shop-no-chart, which is not ready: Chart cart does not exist in HelmRepository charts',
  },
  {
    name: 'values that are missing',
    object: failingRelease(
      'no-values',
      { valuesFrom: [{ kind: 'ConfigMap', name: 'defaults' }] },
      'ValuesError',
      `could not resolve ConfigMap chart values reference 'shop/defaults' with key 'values.yaml': configmaps "defaults" not found`,
    ),
    state: 'failing',
    since: last,
    because: 'ConfigMap shop/defaults does not exist: create it, or correct the reference to it.',
  },
  {
    name: 'a template that stops',
    object: failingRelease(
      'stops',
      {},
      'InstallFailed',
      'Helm install failed for release shop/stops with chart cart@2.0.0: execution error at (cart/templates/x.yaml:1:3): replicas must be set by hand',
    ),
    state: 'failing',
    since: last,
    because: `The install of shop/stops with chart cart 2.0.0 failed: the chart's template cart/templates/x.yaml stops at line 1: replicas must be set by hand.`,
  },
  {
    name: 'a cluster that is too old for the chart',
    object: failingRelease(
      'too-old',
      {},
      'InstallFailed',
      'Helm install failed for release shop/too-old with chart cart@2.0.0: chart requires kubeVersion: >=1.34.0-0 which is incompatible with Kubernetes v1.30.2',
    ),
    state: 'failing',
    since: last,
    because: 'the chart asks for Kubernetes >=1.34.0-0, and this cluster is v1.30.2',
  },
  {
    name: 'an upgrade that is running',
    object: fluxObject('HelmRelease', 'running', {
      conditions: [
        ['Reconciling', 'True', 'Progressing', `Running 'upgrade' action with timeout of 5m0s`, last],
        ['Ready', 'Unknown', 'Progressing', `Running 'upgrade' action with timeout of 5m0s`, last],
      ],
      status: { observedGeneration: 1 },
    }),
    state: 'reconciling',
    since: last,
    because: 'Helm upgrade is running, at most 5 min.',
  },
  {
    name: 'health checks that are running',
    object: fluxObject('Kustomization', 'checking', {
      conditions: [
        [
          'Reconciling',
          'True',
          'Progressing',
          `Running health checks for revision ${revision} with a timeout of 4m30s`,
          last,
        ],
        ['Ready', 'Unknown', 'Progressing', 'Reconciliation in progress', last],
      ],
      status: { observedGeneration: 1 },
    }),
    state: 'reconciling',
    since: last,
    because: 'Applied main@6d1f0e5, waits for health checks, at most 4 min 30 s.',
  },
  {
    name: 'a spec that was corrected, of which the controller speaks no more than that it works on it',
    object: fluxObject('Kustomization', 'corrected', {
      metadata: { generation: 4 },
      conditions: [
        ['Reconciling', 'True', 'Progressing', 'Reconciliation in progress', last, 4],
        ['Ready', 'False', 'BuildFailed', 'kustomize build failed: x', first, 3],
      ],
      status: { observedGeneration: 3 },
    }),
    state: 'reconciling',
    since: last,
    because: 'Its controller is at work on it.',
  },
  {
    name: 'a spec that no controller has seen',
    object: fluxObject('Kustomization', 'unseen', {
      metadata: { generation: 8 },
      conditions: [['Ready', 'True', 'ReconciliationSucceeded', `Applied revision: ${revision}`, last, 7]],
      status: { observedGeneration: 7 },
    }),
    state: 'stale',
    because: 'The spec was edited (generation 8) and the controller has only seen generation 7.',
  },
  {
    name: 'ready, as was said of an earlier spec',
    object: fluxObject('ExternalArtifact', 'earlier', {
      metadata: { generation: 3 },
      conditions: [
        ['Ready', 'True', 'Succeeded', 'stored artifact', first, 2],
        ['ArtifactInStorage', 'True', 'Succeeded', 'stored artifact', last, 3],
      ],
    }),
    state: 'stale',
    because: 'The spec was edited (generation 3) and the controller has only said of generation 2 that it is ready.',
  },
  {
    name: 'never reconciled',
    object: fluxObject('Kustomization', 'new', {}),
    state: 'reconciling',
    since: '2026-03-02T08:00:00Z',
    because: 'Has never been reconciled: no controller has looked at it yet.',
  },
  {
    name: 'being deleted while failing',
    object: fluxObject('Kustomization', 'leaving', {
      metadata: { deletionTimestamp: last, finalizers: ['finalizers.fluxcd.io', 'example.com/keep'] },
      conditions: [['Ready', 'False', 'BuildFailed', 'kustomize build failed: x', first]],
    }),
    state: 'deleting',
    since: last,
    because: 'Is being deleted: held by the finalizers finalizers.fluxcd.io, example.com/keep.',
  },
  {
    name: 'an alert',
    object: fluxObject('Alert', 'all', {
      spec: { providerRef: { name: 'chat' }, eventSources: [{ kind: 'Kustomization', name: '*' }] },
    }),
    state: 'none',
    because: undefined,
  },
  {
    name: 'a provider that is suspended',
    object: fluxObject('Provider', 'chat', { spec: { type: 'slack', suspend: true } }),
    state: 'suspended',
    because: 'Suspended: nothing is sent until it is resumed.',
  },
  {
    name: 'a receiver',
    object: fluxObject('Receiver', 'push', {
      spec: { type: 'github', secretRef: { name: 'token' }, resources: [{ kind: 'GitRepository', name: 'fleet' }] },
      conditions: [
        ['Ready', 'True', 'Succeeded', `Receiver initialized for path: /hook/${'52ce658f'.repeat(8)}`, first],
      ],
      status: { observedGeneration: 1, webhookPath: `/hook/${'52ce658f'.repeat(8)}` },
    }),
    state: 'ready',
    since: first,
    because: undefined,
  },
  {
    name: 'a receiver without its token',
    object: fluxObject('Receiver', 'no-token', {
      spec: { type: 'generic', secretRef: { name: 'none' } },
      conditions: [
        ['Reconciling', 'True', 'ProgressingWithRetry', 'Reconciliation in progress', first],
        [
          'Ready',
          'False',
          'TokenNotFound',
          `unable to read token from secret 'shop/none' error: secrets "none" not found`,
          first,
        ],
      ],
      status: { observedGeneration: -1 },
    }),
    state: 'failing',
    since: first,
    because: 'Secret shop/none does not exist: create it, or correct the reference to it.',
  },
  {
    name: 'an automation without its source',
    object: fluxObject('ImageUpdateAutomation', 'bump', {
      spec: { interval: '5m', sourceRef: { kind: 'GitRepository', name: 'missing' } },
      conditions: [
        ['Reconciling', 'True', 'ProgressingWithRetry', 'processing object: new generation -1 -> 1', first],
        [
          'Ready',
          'False',
          'SourceManagerFailed',
          'failed configuring source manager: referenced git repository does not exist: GitRepository.source.toolkit.fluxcd.io "missing" not found',
          first,
        ],
      ],
      status: { observedGeneration: -1 },
    }),
    state: 'failing',
    since: first,
    because: 'GitRepository missing does not exist: create it, or correct spec.sourceRef.',
  },
  {
    name: 'a generator that is switched off',
    object: fluxObject('ArtifactGenerator', 'split', {
      metadata: { annotations: { 'source.extensions.fluxcd.io/reconcile': 'disabled' } },
      conditions: [['Ready', 'True', 'Succeeded', 'reconciliation succeeded, generated 2 artifact(s)', first]],
    }),
    state: 'suspended',
    because: 'Suspended: nothing is reconciled until it is resumed.',
  },
  {
    name: 'a source of a generator that does not exist',
    object: fluxObject('ArtifactGenerator', 'bundle', {
      spec: { sources: [{ alias: 'edge', kind: 'OCIRepository', name: 'edge', namespace: 'platform' }] },
      conditions: [
        [
          'Ready',
          'False',
          'SourceFetchFailed',
          `unable to get source 'platform/edge': ocirepositories.source.toolkit.fluxcd.io "edge" not found`,
          first,
        ],
      ],
    }),
    state: 'failing',
    since: first,
    because: 'OCIRepository platform/edge does not exist: create it, or correct the reference to it.',
  },
  {
    name: 'a bucket that may not be read',
    object: failingSource(
      'Bucket',
      'denied',
      { bucketName: 'manifests', endpoint: 's3.example.com', secretRef: { name: 's3' } },
      'BucketOperationFailed',
      `failed to confirm existence of 'manifests' bucket: Access Denied`,
    ),
    state: 'failing',
    since: first,
    because:
      'Bucket manifests cannot be read: s3.example.com does not allow access to it: check the rights of Secret shop/s3.',
  },
  {
    name: 'a registry that asks for credentials',
    object: failingSource(
      'ImageRepository',
      'private',
      { image: 'registry.example.com/shop/cart' },
      'ReadOperationFailed',
      'scan failed: GET https://registry.example.com/v2/shop/cart/tags/list?n=1000: UNAUTHORIZED: authentication required; [map[Action:pull]]',
    ),
    state: 'failing',
    since: first,
    because: 'registry.example.com asks for credentials and none are given: name a Secret in spec.secretRef.',
  },
  {
    name: 'a source in another namespace where that is not allowed',
    object: fluxObject('Kustomization', 'borrowed', {
      spec: { sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' } },
      conditions: [
        [
          'Stalled',
          'True',
          'AccessDenied',
          `can't access 'GitRepository/flux-system/fleet', cross-namespace references have been blocked`,
          last,
        ],
        [
          'Ready',
          'False',
          'AccessDenied',
          `can't access 'GitRepository/flux-system/fleet', cross-namespace references have been blocked`,
          last,
        ],
      ],
      status: { observedGeneration: 1 },
    }),
    state: 'stalled',
    since: last,
    because: 'copy the source into this namespace. It gave up: a changed spec starts it again.',
  },
  {
    name: 'a policy that no tag fits',
    object: fluxObject('ImagePolicy', 'cart', {
      spec: { imageRepositoryRef: { name: 'cart' }, policy: { semver: { range: '>=9' } } },
      conditions: [
        [
          'Ready',
          'False',
          'Failure',
          'cannot determine latest tag for policy: unable to determine latest version from provided list',
          first,
        ],
      ],
    }),
    state: 'failing',
    since: first,
    because: 'No tag fits the policy',
  },
];
