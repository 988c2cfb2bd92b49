import type { TestCluster } from '../cluster/index.ts';
import { spread, quantile } from './statistics.ts';
import type { Report } from './report.ts';

const namespace = 'bench-sync';
const collection = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;

/** A Kustomization that the real controllers fail to build, from a real repository. */
async function createFailing(cluster: TestCluster): Promise<void> {
  const url = await cluster.git.createRepository('bench-sync');
  await cluster.git.commit('bench-sync', { 'broken/kustomization.yaml': 'resources: [missing.yaml]\n' });
  await cluster.request('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await cluster.request('POST', `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`, {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name: 'broken', namespace },
    spec: { url, interval: '1h', ref: { branch: 'main' } },
  });
  await cluster.request('POST', collection, {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'broken', namespace },
    spec: { interval: '1h', path: './broken', prune: true, sourceRef: { kind: 'GitRepository', name: 'broken' } },
  });
}

/**
 * A sync of a failing object: from the controller's answer in the API server (seen by a plain watch) until Sluice's run
 * has ended with the cause.
 */
export async function measureSync(report: Report, url: string, cluster: TestCluster): Promise<void> {
  await createFailing(cluster);
  const path = `/api/v1/flux/kustomizations/${namespace}/broken/reconcile?wait=true`;
  const late: number[] = [];
  const whole: number[] = [];
  let cause = '';
  for (let round = 0; round < 6; round += 1) {
    const controller = answeredAfterNow(cluster);
    const began = performance.now();
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const ended = performance.now();
    cause = JSON.stringify(await answer.json());
    if (answer.status === 404) {
      // The store has not seen the new object yet.
      round -= 1;
      await controller.stop();
      continue;
    }
    late.push(Math.max(0, ended - (await controller.at)));
    whole.push(ended - began);
  }
  if (!cause.includes('missing.yaml')) throw new Error(`the sync did not end with its cause: ${cause}`);
  report.row({
    what: 'sync of a failing object: controller answered → cause told (p50 / worst)',
    budget: '1 s',
    measured: `${spread(late, 1)} ms; whole sync ${spread(whole, 1)} ms`,
    beside: 'flux CLI: its whole timeout, no cause',
    within: quantile(late, 1) <= 1000,
  });
}

/** When the controller has echoed a new token, as a tight poll of the object sees it. */
function answeredAfterNow(cluster: TestCluster): { at: Promise<number>; stop(): Promise<void> } {
  const stopping = new AbortController();
  async function poll(): Promise<number> {
    const before = await handled(cluster);
    while (!stopping.signal.aborted) {
      if ((await handled(cluster)) !== before) return performance.now();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return Number.NaN;
  }
  const at = poll();
  return {
    at,
    async stop() {
      stopping.abort();
      await at;
    },
  };
}

async function handled(cluster: TestCluster): Promise<string | undefined> {
  const { status } = await cluster.request<{ status?: { lastHandledReconcileAt?: string } }>(
    'GET',
    `${collection}/broken`,
  );
  return status?.lastHandledReconcileAt;
}
