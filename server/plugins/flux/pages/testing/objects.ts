import type { PartialObject } from '../../../../testing/fake-cluster.ts';

interface Written {
  namespace?: string;
  metadata?: Partial<PartialObject['metadata']>;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

interface Told {
  type?: string;
  status?: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  at?: string;
}

/** A condition as a controller writes it; Ready and True unless told otherwise. */
export function condition({ type = 'Ready', status = 'True', reason, message, at = '2026-01-02T03:04:05Z' }: Told) {
  return { type, status, reason, message, lastTransitionTime: at, observedGeneration: 1 };
}

const applied = condition({ reason: 'ReconciliationSucceeded', message: 'Applied revision: main@sha1:aaaa' });

export const sha = (letter: string) => letter.repeat(40);

/** A Kustomization of the Git repository `apps` in its namespace, ready at commit `aaaa…`. */
export function kustomization(name: string, written: Written = {}): PartialObject {
  const { namespace = 'shop', metadata, spec, status } = written;
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace, ...metadata, name },
    spec: {
      interval: '10m',
      path: `./${name.slice(0, 40)}`,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'apps' },
      ...spec,
    },
    status: {
      observedGeneration: 1,
      conditions: [applied],
      lastAppliedRevision: `main@sha1:${sha('a')}`,
      inventory: { entries: [{ id: `${namespace}_web_apps_Deployment`, v: 'v1' }] },
      ...status,
    },
  };
}

/** A Git repository on a public host, ready at commit `aaaa…`. */
export function gitRepository(name: string, written: Written = {}): PartialObject {
  const { namespace = 'shop', metadata, spec, status } = written;
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace, ...metadata, name },
    spec: { interval: '1m', url: 'https://github.com/example/apps', ref: { branch: 'main' }, ...spec },
    status: {
      observedGeneration: 1,
      conditions: [condition({ reason: 'Succeeded', message: 'stored artifact for revision main' })],
      artifact: {
        revision: `main@sha1:${sha('a')}`,
        digest: `sha256:${'b'.repeat(64)}`,
        size: 2741,
        path: 'x',
        url: 'http://source-controller.flux-system.svc.cluster.local./x',
        lastUpdateTime: '2026-01-02T03:04:05Z',
      },
      ...status,
    },
  };
}

/** An Event about an object, as a controller of Flux writes it. */
export function eventAbout(object: PartialObject, name: string, event: Record<string, unknown>): PartialObject {
  const { namespace } = object.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, namespace, name: object.metadata.name },
    type: 'Normal',
    count: 1,
    firstTimestamp: '2026-01-02T03:00:00Z',
    lastTimestamp: '2026-01-02T03:04:05Z',
    source: { component: 'kustomize-controller' },
    ...event,
  };
}

export const dependencyNotReady = (on: string) =>
  condition({ status: 'False', reason: 'DependencyNotReady', message: `dependency '${on}' is not ready` });

export const buildFailed = (message = 'kustomization path not found: stat /tmp/x/nowhere: no such file or directory') =>
  condition({ status: 'False', reason: 'ArtifactFailed', message });
