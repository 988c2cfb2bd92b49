import type { KubeObject } from '../../server/kube/object.ts';

/** Something that controllers are asked to deal with, and the object whose conditions tell how they did. */
export interface Situation {
  name: string;
  objects: object[];
  subject: { kind: string; name: string };
}

export const namespace = 'situations';

const source = 'source.toolkit.fluxcd.io/v1';
const kustomize = 'kustomize.toolkit.fluxcd.io/v1';
const helm = 'helm.toolkit.fluxcd.io/v2';
const image = 'image.toolkit.fluxcd.io/v1';
const notification = 'notification.toolkit.fluxcd.io/v1';

function object(apiVersion: string, kind: string, name: string, spec: object): Pick<KubeObject, 'apiVersion' | 'kind'> {
  return { apiVersion, kind, metadata: { namespace, name }, spec } as unknown as KubeObject;
}

function git(name: string, url: string, more: object = {}): object {
  return object(source, 'GitRepository', name, {
    interval: '1m',
    timeout: '20s',
    ref: { branch: 'main' },
    url,
    ...more,
  });
}

function kustomization(name: string, from: string, more: object = {}): object {
  const sourceRef = { kind: 'GitRepository', name: from };
  return object(kustomize, 'Kustomization', name, { interval: '5m', path: './', prune: true, sourceRef, ...more });
}

function receiver(name: string, secret: string): object {
  return object(notification, 'Receiver', name, {
    type: 'generic',
    secretRef: { name: secret },
    resources: [{ kind: 'GitRepository', name: 'good' }],
  });
}

function automation(name: string, from: string, more: object = {}): object {
  const sourceRef = { kind: 'GitRepository', name: from };
  const commit = { author: { name: 'Fluxbot', email: 'flux@example.com' } };
  return object(image, 'ImageUpdateAutomation', name, { interval: '5m', sourceRef, git: { commit }, ...more });
}

function release(name: string, chart: { kind: string; name: string }, more: object = {}): object {
  const spec = { chart: 'notes', version: '1.x', sourceRef: chart };
  return object(helm, 'HelmRelease', name, { interval: '5m', chart: { spec }, ...more });
}

/**
 * Situations that can be told apart without knowing what lies outside the cluster.
 *
 * @param repository URL of a Git repository with something to apply on its branch `main`
 */
export function situations(repository: string): Situation[] {
  const missingHost = 'https://user:s3cret@git.invalid/none.git';
  return [
    {
      name: 'a repository that can be fetched',
      objects: [git('good', repository)],
      subject: { kind: 'GitRepository', name: 'good' },
    },
    {
      name: 'a repository on a host that does not exist',
      objects: [git('no-host', missingHost)],
      subject: { kind: 'GitRepository', name: 'no-host' },
    },
    {
      name: 'a repository whose Secret is missing',
      objects: [git('no-secret', repository, { secretRef: { name: 'missing' } })],
      subject: { kind: 'GitRepository', name: 'no-secret' },
    },
    {
      name: 'a repository that was suspended from the start',
      objects: [git('suspended', repository, { suspend: true })],
      subject: { kind: 'GitRepository', name: 'suspended' },
    },
    {
      name: 'a Kustomization that can be applied',
      objects: [kustomization('applied', 'good')],
      subject: { kind: 'Kustomization', name: 'applied' },
    },
    {
      name: 'a Kustomization without its source',
      objects: [kustomization('no-source', 'missing')],
      subject: { kind: 'Kustomization', name: 'no-source' },
    },
    {
      name: 'a Kustomization whose source has no artifact',
      objects: [kustomization('no-artifact', 'no-host')],
      subject: { kind: 'Kustomization', name: 'no-artifact' },
    },
    {
      name: 'a Kustomization whose dependency is not ready',
      objects: [kustomization('waits', 'good', { dependsOn: [{ name: 'no-source' }] })],
      subject: { kind: 'Kustomization', name: 'waits' },
    },
    {
      name: 'a Kustomization whose dependency is missing',
      objects: [kustomization('waits-for-nothing', 'good', { dependsOn: [{ name: 'missing' }] })],
      subject: { kind: 'Kustomization', name: 'waits-for-nothing' },
    },
    {
      name: 'a chart whose repository is missing',
      objects: [release('no-repository', { kind: 'HelmRepository', name: 'missing' })],
      subject: { kind: 'HelmChart', name: `${namespace}-no-repository` },
    },
    {
      name: 'a release whose chart is not ready',
      objects: [],
      subject: { kind: 'HelmRelease', name: 'no-repository' },
    },
    {
      name: 'a release whose dependency is not ready',
      objects: [
        release(
          'release-waits',
          { kind: 'HelmRepository', name: 'missing' },
          { dependsOn: [{ name: 'no-repository' }] },
        ),
      ],
      subject: { kind: 'HelmRelease', name: 'release-waits' },
    },
    {
      name: 'a release whose dependency is missing',
      objects: [
        release(
          'release-waits-for-nothing',
          { kind: 'HelmRepository', name: 'missing' },
          { dependsOn: [{ name: 'missing' }] },
        ),
      ],
      subject: { kind: 'HelmRelease', name: 'release-waits-for-nothing' },
    },
    {
      name: 'a release whose chart is nowhere',
      objects: [
        object(helm, 'HelmRelease', 'no-chart', {
          interval: '5m',
          chartRef: { kind: 'OCIRepository', name: 'missing' },
        }),
      ],
      subject: { kind: 'HelmRelease', name: 'no-chart' },
    },
    {
      name: 'a release whose chart has no artifact',
      objects: [
        object(helm, 'HelmRelease', 'no-artifact', {
          interval: '5m',
          chartRef: { kind: 'OCIRepository', name: 'no-registry' },
        }),
      ],
      subject: { kind: 'HelmRelease', name: 'no-artifact' },
    },
    {
      name: 'a Kustomization into a namespace that does not exist',
      objects: [kustomization('no-namespace', 'good', { targetNamespace: 'nowhere' })],
      subject: { kind: 'Kustomization', name: 'no-namespace' },
    },
    {
      name: 'a Kustomization that was suspended from the start',
      objects: [kustomization('suspended', 'good', { suspend: true })],
      subject: { kind: 'Kustomization', name: 'suspended' },
    },
    {
      name: 'a Kustomization that waits for the health of what it applies',
      objects: [kustomization('healthy', 'good', { wait: true, timeout: '30s' })],
      subject: { kind: 'Kustomization', name: 'healthy' },
    },
    {
      name: 'a bucket on a host that does not exist',
      objects: [
        object(source, 'Bucket', 'no-bucket', {
          interval: '1m',
          bucketName: 'manifests',
          endpoint: 'objects.invalid',
          timeout: '5s',
        }),
      ],
      subject: { kind: 'Bucket', name: 'no-bucket' },
    },
    {
      name: 'a repository of charts on a host that does not exist',
      objects: [
        object(source, 'HelmRepository', 'no-charts', { interval: '5m', url: 'https://charts.invalid/stable' }),
      ],
      subject: { kind: 'HelmRepository', name: 'no-charts' },
    },
    {
      name: 'an OCI repository of charts',
      objects: [
        object(source, 'HelmRepository', 'oci', { interval: '5m', type: 'oci', url: 'oci://registry.invalid/charts' }),
      ],
      subject: { kind: 'HelmRepository', name: 'oci' },
    },
    {
      name: 'an OCI repository on a host that does not exist',
      objects: [
        object(source, 'OCIRepository', 'no-registry', {
          interval: '1m',
          timeout: '20s',
          ref: { tag: 'latest' },
          url: 'oci://registry.invalid/manifests',
        }),
      ],
      subject: { kind: 'OCIRepository', name: 'no-registry' },
    },
    {
      name: 'a receiver of webhooks',
      objects: [
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { namespace, name: 'token' },
          stringData: { token: 'of-a-test' },
        },
        receiver('hook', 'token'),
      ],
      subject: { kind: 'Receiver', name: 'hook' },
    },
    {
      name: 'a receiver whose token is missing',
      objects: [receiver('no-token', 'missing')],
      subject: { kind: 'Receiver', name: 'no-token' },
    },
    {
      name: 'an automation without its source',
      objects: [automation('no-source', 'missing')],
      subject: { kind: 'ImageUpdateAutomation', name: 'no-source' },
    },
    {
      name: 'an automation that was suspended from the start',
      objects: [automation('suspended', 'good', { suspend: true })],
      subject: { kind: 'ImageUpdateAutomation', name: 'suspended' },
    },
  ];
}
