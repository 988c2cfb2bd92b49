import { setTimeout as pause } from 'node:timers/promises';
import { startCluster } from '../cluster/index.ts';
import type { KubeObject } from '../cluster/requests.ts';
import { seed } from '../cluster/seed.ts';
import { startSluice, untilReady } from '../support/sluice-process.ts';
import { quantile, spread } from './statistics.ts';
import type { Report } from './report.ts';

const rounds = 8;
/** Answers are kept for 2.5 seconds: after this time everything is read anew. */
const forgottenMilliseconds = 3_000;
const namespace = 'depot';
const deployments = 60;
const podsOfEach = 3;
const total = 500;

const labels = (name: string) => ({ app: name });
const nameOf = (index: number): string => `unit-${String(index).padStart(3, '0')}`;

/** A Deployment with its ReplicaSet and Pods, all ready. */
function workload(index: number): KubeObject[] {
  const name = nameOf(index);
  const container = { name: 'app', image: `registry.example.com/depot/${name}:1.4.2` };
  const template = { metadata: { labels: labels(name) }, spec: { containers: [container] } };
  const selector = { matchLabels: labels(name) };
  const owned = (kind: string, owner: string) => [
    { apiVersion: 'apps/v1', kind, name: owner, uid: `uid of ${kind} ${owner}`, controller: true },
  ];
  const counts = { replicas: podsOfEach, readyReplicas: podsOfEach, availableReplicas: podsOfEach };
  const set = `${name}-5f7d9c8b6d`;
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, uid: `uid of Deployment ${name}`, labels: labels(name) },
      spec: { replicas: podsOfEach, selector, template },
      status: {
        ...counts,
        updatedReplicas: podsOfEach,
        observedGeneration: 1,
        conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: '' }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: set,
        namespace,
        uid: `uid of ReplicaSet ${set}`,
        labels: labels(name),
        ownerReferences: owned('Deployment', name),
      },
      spec: { replicas: podsOfEach, selector, template },
      status: { ...counts, observedGeneration: 1 },
    },
    ...Array.from({ length: podsOfEach }, (_, pod): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${set}-pod-${pod}`,
        namespace,
        labels: labels(name),
        ownerReferences: owned('ReplicaSet', set),
      },
      spec: { containers: [container] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          {
            ...container,
            imageID: '',
            ready: true,
            started: true,
            restartCount: 0,
            state: { running: {} },
            lastState: {},
          },
        ],
      },
    })),
  ];
}

/** A Kustomization that owns 500 objects: workloads with their Services and accounts, and many ConfigMaps. */
function depot(): KubeObject[] {
  const names = Array.from({ length: deployments }, (_, index) => nameOf(index));
  const configs = Array.from({ length: total - 3 * deployments }, (_, index) => `config-${index}`);
  const entries = [
    ...names.flatMap((name) => [`${name}_apps_Deployment`, `${name}__Service`, `${name}__ServiceAccount`]),
    ...configs.map((name) => `${name}__ConfigMap`),
  ].map((id) => ({ id: `${namespace}_${id}`, v: 'v1' }));
  const revision = 'main@sha1:4f1a5b1c0d2e3f4a5b6c7d8e9f0a1b2c3d4e5f60';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...names.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
    ...configs.map((name): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { of: name },
    })),
    ...names.map((name): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: labels(name), ports: [{ port: 80 }] },
    })),
    ...names.flatMap((_, index) => workload(index)),
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'depot', namespace },
      spec: { interval: '10m', path: './depot', prune: true, sourceRef: { kind: 'GitRepository', name: 'depot' } },
      status: {
        observedGeneration: 1,
        lastAppliedRevision: revision,
        lastAttemptedRevision: revision,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'ReconciliationSucceeded',
            message: `Applied revision: ${revision}`,
            lastTransitionTime: '2026-01-01T00:00:00Z',
            observedGeneration: 1,
          },
        ],
        inventory: { entries },
      },
    },
  ];
}

/** The page of a Kustomization with 500 inventory entries, on a real API server, nothing of it read before. */
export async function measureInventory(report: Report): Promise<void> {
  const cluster = await startCluster({ name: `bench-inventory-${process.pid}`, only: ['none'] });
  try {
    const { failed } = await seed(cluster, depot());
    if (failed.length > 0) throw new Error(`The depot could not be made: ${failed[0]}`);
    const sluice = await startSluice({ kubeconfig: cluster.kubeconfig('admin') });
    await untilReady(sluice.url);
    for (const { view, path, complete } of [
      { view: 'summary', path: '/flux/kustomizations/depot/depot', complete: `${total} objects: ${total} healthy` },
      {
        view: 'list by kind',
        path: '/flux/kustomizations/depot/depot?tab=inventory',
        complete: `${total} objects: ${total} healthy`,
      },
    ]) {
      const times: number[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        await pause(forgottenMilliseconds);
        const began = performance.now();
        const html = await (await fetch(sluice.url + path)).text();
        // The first round opens connections.
        if (round > 0) times.push(html.includes(complete) ? performance.now() - began : Number.POSITIVE_INFINITY);
      }
      report.row({
        what: `detail with ${total} inventory entries, ${view} (p50 / worst)`,
        budget: '1000 ms',
        measured: `${spread(times, 1)} ms`,
        beside: `${deployments} Deployments down to ${deployments * podsOfEach} Pods`,
        within: quantile(times, 1) <= 1000,
      });
    }
    await sluice.stop();
  } finally {
    await cluster.stop();
  }
}
