import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startSandbox } from '../../../sandbox/start.ts';
import type { KubeClient } from '../../../server/kube/cluster.ts';
import { KubeError } from '../../../server/kube/kube-error.ts';
import { attachedCluster } from '../../support/attached-cluster.ts';
import { releaseAgain } from '../../support/node-world.ts';
import { shopManifests, shopNamespace } from '../../support/shop.ts';
import { expect, test, untilLive } from '../../support/test.ts';
import { clientFor } from '../../support/world.ts';

/** Flux waits at least 30 seconds before it gives a health check up, and a container that crashes is held back longer each time. */
const patience = { timeout: 200_000 };
test.setTimeout(450_000);

interface Fate {
  /** What the row of the innermost object says, in the order of its words. */
  says: RegExp;
  /** Where the diagnosis leads, from the Kustomization down. */
  kinds: readonly string[];
  fix: RegExp;
}

/** Pods that do not get along, by the Kustomization that applied them. */
const fates: Readonly<Record<string, Fate>> = {
  unpullable: {
    says: /Pod catalogue-\S+\s+failing: cannot pull \S+\/shop\/catalogue:9\.9\.9: the registry does not have it/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /Correct the image in .* or push \S+\/shop\/catalogue:9\.9\.9/,
  },
  crashing: {
    says: /Pod prices-\S+\s+failing: crashes with exit code 3, restarted/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /last words of the program in its log/,
  },
  panicking: {
    says: /Pod basket-\S+\s+failing: crashes with exit code 2, restarted/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /last words of the program in its log/,
  },
  unhealthy: {
    says: /Pod mailer-\S+\s+failing: is ended because its liveness check fails: HTTP 503, restarted/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /livenessProbe fails/,
  },
  unmounted: {
    says: /Pod invoices-\S+\s+failing: cannot mount volume templates: configmap "invoice-templates" not found/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod', 'ConfigMap'],
    fix: /Create ConfigMap shop\/invoice-templates/,
  },
  unready: {
    says: /Pod stock-\S+\s+on its way: runs, but its readiness check fails: HTTP 503/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /readinessProbe fails/,
  },
  hungry: {
    says: /Pod search-\S+\s+failing: ran out of memory \(limit 64Mi\), restarted/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /Raise resources\.limits\.memory/,
  },
  uninitialised: {
    says: /Pod orders-\S+\s+failing: init container migrate crashes with exit code 4, restarted/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /last words of the program in its log/,
  },
  unconfigured: {
    says: /Pod payments-\S+\s+failing: cannot be configured: secret "payment-provider" not found/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod', 'Secret'],
    fix: /Create Secret shop\/payment-provider/,
  },
  unstartable: {
    says: /Pod coupons-\S+\s+failing: .*(cannot be started: exec: "\/no-such-program"|crashes|restarted)/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /arguments|the container in/,
  },
  unschedulable: {
    says: /Pod training-\S+\s+failing: finds no node: 0\/1 nodes are available: 1 Insufficient cpu/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet', 'Pod'],
    fix: /Lower resources\.requests\.cpu|nodeSelector/,
  },
  unbound: {
    says: /Pod database-0\s+failing: finds no node: .*unbound immediate PersistentVolumeClaims/,
    kinds: ['Kustomization', 'StatefulSet', 'Pod', 'PersistentVolumeClaim', 'StorageClass'],
    fix: /Create StorageClass fast/,
  },
  failed: {
    says: /Job reindex\s+failing: gave up after 1 failed try: a pod ended with exit code 1/,
    kinds: ['Kustomization', 'Job', 'Pod'],
    fix: /last words of the program in its log/,
  },
  refused: {
    says: /Deployment gifts\s+failing: .*its pods cannot be created: exceeded quota: gifts/,
    kinds: ['Kustomization', 'Deployment', 'ReplicaSet'],
    fix: /Raise spec\.hard of ResourceQuota gifts/,
  },
};

const addressOf = (name: string): string => `/flux/kustomizations/${shopNamespace}/${name}`;

const inventory = (page: Page): Locator => page.locator('#detail-inventory');

test.describe('of pods that do not get along', () => {
  for (const [name, { says, kinds, fix }] of Object.entries(fates)) {
    test(`${name}: the tree says it in words, and the diagnosis leads there with a fix`, async ({ page }) => {
      await page.goto(addressOf(name));
      await expect(inventory(page)).toContainText(says, patience);
      const steps = page.locator('.cascade > li');
      await expect(steps).toHaveCount(kinds.length, patience);
      for (const [index, kind] of kinds.entries()) await expect(steps.nth(index)).toContainText(kind);
      await expect(page.locator('#detail-finding .fix')).toContainText(fix);
    });
  }
});

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state: { waiting?: { reason: string }; terminated?: { exitCode: number }; running?: object };
}

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: { phase: string; containerStatuses?: ContainerStatus[]; initContainerStatuses?: ContainerStatus[] };
}

const hopeless = /BackOff|ErrImage|Error$/;

/** What must be said of a pod, by what the API server holds of it. */
function expectedState({ status, spec }: Pod): string[] {
  const containers = status.containerStatuses ?? [];
  if (status.phase === 'Succeeded') return ['Current'];
  if (status.phase === 'Failed') return ['Failed'];
  const waiting = [...(status.initContainerStatuses ?? []), ...containers].map(({ state }) => state.waiting?.reason);
  if (waiting.some((reason) => reason !== undefined && hopeless.test(reason))) return ['Failed'];
  if (containers.length > 0 && containers.every(({ ready }) => ready)) return ['Current'];
  // Whether the scheduler's window has passed is a matter of moments.
  return spec.nodeName === undefined ? ['Failed', 'InProgress'] : ['InProgress', 'Failed'];
}

test('health, restarts and containers of every pod are what the API server says', async ({ page, kube }) => {
  const path = `/api/v1/namespaces/${shopNamespace}/pods`;
  const restartsOf = ({ status }: Pod): number =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].reduce(
      (sum, { restartCount }) => sum + restartCount,
      0,
    );
  /** Between two looks a pod may change; then it is looked at once more. */
  await expect(async () => {
    const before = (await kube.json<{ items: Pod[] }>({ path })).items;
    expect(before.length).toBeGreaterThan(10);
    const said = new Map<string, { status: string; restarts?: number }>();
    for (const name of Object.keys(shopManifests)) {
      const answer = await page.request.get(`/api/v1/flux/kustomizations/${shopNamespace}/${name}/inventory`);
      const { data } = (await answer.json()) as {
        data: { items: { kind: string; name: string; status: string; restarts?: number }[] };
      };
      for (const item of data.items) if (item.kind === 'Pod') said.set(item.name, item);
    }
    const after = new Map((await kube.json<{ items: Pod[] }>({ path })).items.map((pod) => [pod.metadata.name, pod]));
    for (const pod of before) {
      const { name, deletionTimestamp } = pod.metadata;
      const still = JSON.stringify(after.get(name)?.status) === JSON.stringify(pod.status);
      if (deletionTimestamp !== undefined || !still) continue;
      expect(expectedState(pod), `${name}: ${JSON.stringify(pod.status)}`).toContain(said.get(name)?.status);
      const restarts = said.get(name)?.restarts;
      if (restarts !== undefined) expect(restarts, name).toBe(restartsOf(pod));
    }
  }).toPass(patience);
});

test('what works is told as working: a Service, a DaemonSet, a CronJob with its Jobs and their pods', async ({
  page,
}) => {
  await page.goto(`${addressOf('web')}?tab=inventory`);
  const tree = inventory(page);
  await expect(tree).toContainText(/Deployment web\s+healthy: 1 of 1 pod ready/, patience);
  await expect(tree).toContainText(/DaemonSet node-logs\s+healthy: 1 of 1 pod ready/);
  await expect(tree).toContainText(/CronJob report\s+healthy: runs (at|now)/);
  await expect(tree).toContainText(/Service web\s+healthy: ClusterIP, port 80/);
  await expect(tree).toContainText(/Job report-\d+\s+healthy: finished in/, patience);
});

test('a second release leaves a ReplicaSet that is scaled to zero, and the open page follows', async ({
  page,
  world,
}) => {
  await page.goto(addressOf('web'));
  await expect(inventory(page)).toContainText('1 of 1 pod ready', patience);
  await untilLive(page);
  await releaseAgain(attachedCluster(world));
  await page.request.post(`/api/v1${addressOf('web')}/reconcile?wait=true`, {
    data: { withSource: true },
  });
  await expect(inventory(page)).toContainText('1 earlier ReplicaSet, scaled to zero', patience);
  await expect(inventory(page)).toContainText(/Deployment web\s+healthy: 1 of 1 pod ready/, patience);
});

const podOf = async (
  kube: { json<T>(request: { path: string }): Promise<T> },
  app: string,
  found: (pod: Pod) => boolean = () => true,
): Promise<Pod> => {
  const path = `/api/v1/namespaces/${shopNamespace}/pods?labelSelector=app%3D${app}`;
  let pod: Pod | undefined;
  await expect(async () => {
    pod = (await kube.json<{ items: Pod[] }>({ path })).items.find(
      (each) => each.metadata.deletionTimestamp === undefined && found(each),
    );
    expect(pod, `a pod of ${app}`).toBeDefined();
  }).toPass(patience);
  return pod as Pod;
};

const logOf = ({ metadata }: Pod, more = ''): string =>
  `/flux/logs?namespace=${shopNamespace}&pod=${metadata.name}${more}`;

const line = '#log-lines > li';
const isReady = ({ status }: Pod): boolean => status.containerStatuses?.every(({ ready }) => ready) ?? false;
const restarted = ({ status }: Pod): boolean =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some((each) => each.restartCount > 0);

/** What of the answers to requests for a log must be the same everywhere. */
interface LogShape {
  /** Of three lines asked for with times: whether each has one. */
  stamped: boolean[];
  /** Of two asked for without. */
  bare: boolean[];
  /** Lines of a time that has not come. */
  later: string[];
  /** Whether the log before a restart that never was is refused in the words that Sluice knows. */
  refused: boolean;
}

async function shapeOfLog(client: KubeClient, path: string): Promise<LogShape> {
  const read = async (query: Record<string, string>): Promise<string[]> => {
    const lines = client.lines({ path, query, accept: 'text/plain, application/json, */*' });
    return Array.fromAsync(lines);
  };
  const stamped = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z \S/.test(text);
  const refusal = await read({ previous: 'true' }).catch((error: unknown) => error);
  return {
    stamped: (await read({ timestamps: 'true', tailLines: '3' })).map(stamped),
    bare: (await read({ tailLines: '2' })).map(stamped),
    later: await read({ sinceTime: '2126-01-01T00:00:00Z', tailLines: '2' }),
    refused: refusal instanceof KubeError && refusal.message.includes('previous terminated container'),
  };
}

test.describe('logs of pods', () => {
  test('all containers together or one of them, JSON and logfmt in human form, masked', async ({ page, kube }) => {
    const pod = await podOf(kube, 'web', isReady);
    await page.goto(logOf(pod, '&tail=1000'));
    const labels = new Set(await page.locator(`${line} .log-label`).allTextContents());
    expect([...labels].toSorted()).toEqual(['app', 'metrics', 'migrate']);
    await expect(page.locator(line).filter({ hasText: 'connected' }).first()).toBeVisible();
    expect(await page.content()).not.toContain('s3cret');
    await page.goto(logOf(pod, '&container=metrics'));
    const said = page.locator(line).filter({ hasText: 'order placed' }).first().locator('.log-say');
    await expect(said).not.toContainText('level=');
    await page.goto(logOf(pod, '&container=migrate'));
    await expect(page.locator(line)).toHaveCount(4);
  });

  test('errors alone, and what is written while one looks', async ({ page, kube }) => {
    const pod = await podOf(kube, 'web', isReady);
    await page.goto(logOf(pod, '&container=app'));
    await untilLive(page);
    await expect(page.locator('.log-new').first()).toBeVisible(patience);
    await expect(page.locator('[data-level="error"].log-new').first()).toContainText('payment refused', patience);
    await page.getByLabel('Level').selectOption('error');
    await expect(page).toHaveURL(/level=error/);
    await expect(page.locator(`${line}[data-level="error"]`).first()).toBeVisible();
    await expect(page.locator(`${line}:not([data-level="error"])`)).toHaveCount(0);
  });

  test('of a pod that crashes: its last words, live at the next crash, and the way it panicked', async ({
    page,
    kube,
  }) => {
    const prices = await podOf(kube, 'prices', restarted);
    await page.goto(logOf(prices));
    await expect(page.locator(line).last()).toContainText('configuration is wrong: PRICES_URL is not set');
    const basket = await podOf(kube, 'basket', restarted);
    await page.goto(logOf(basket));
    await expect(page.locator(line).filter({ hasText: 'panic: assignment to entry in nil map' })).toBeVisible();
  });

  test('before the last restart: the log, or that the node has it no more', async ({ page, kube }) => {
    const pod = await podOf(kube, 'search', restarted);
    await page.goto(logOf(pod, '&previous=true'));
    await expect(page.locator('main')).toContainText(/index grows|This log is gone/);
    await page.goto(logOf(await podOf(kube, 'web', isReady), '&container=app&previous=true'));
    await expect(page.locator('main')).toContainText('No container was restarted');
  });

  test('of 50,000 lines the newest, at once', async ({ page, kube }) => {
    const pod = await podOf(kube, 'import', isReady);
    await page.goto(logOf(pod, '&tail=5000'));
    await expect(page.locator(line).last()).toContainText('50000', patience);
    await expect(page.locator('.log-told')).toContainText('The newest 5,000 lines');
    await expect(page.locator(line)).toHaveCount(5000);
    const file = await page.request.get(
      `/flux/logs/download?namespace=${shopNamespace}&pod=${pod.metadata.name}&tail=5000`,
    );
    expect((await file.text()).trim().split('\n').length).toBeGreaterThanOrEqual(5000);
  });

  test('answered as the embedded cluster answers them', async ({ kube, world }, testInfo) => {
    const sandbox = await startSandbox({ story: 'still', seed: 1, controllers: false });
    const kubeconfig = testInfo.outputPath('sandbox.kubeconfig');
    await mkdir(dirname(kubeconfig), { recursive: true });
    await writeFile(kubeconfig, sandbox.api.kubeconfig('admin'), { mode: 0o600 });
    const embedded = clientFor({ ...world, kubeconfigs: { ...world.kubeconfigs, admin: kubeconfig } });
    try {
      const till = '/api/v1/namespaces/team-checkout/pods/till/log';
      const { items } = await embedded.json<{ items: Pod[] }>({ path: '/api/v1/namespaces/team-checkout/pods' });
      const other = items.find(isReady)?.metadata.name ?? '';
      const shape = await shapeOfLog(kube, till);
      expect(shape.stamped).toEqual([true, true, true]);
      expect(await shapeOfLog(embedded, `/api/v1/namespaces/team-checkout/pods/${other}/log`)).toEqual(shape);
    } finally {
      await embedded.close();
      await sandbox.close();
    }
  });

  test('of a pod that never started it says why there is none', async ({ page, kube }) => {
    await page.goto(logOf(await podOf(kube, 'catalogue', ({ status }) => status.containerStatuses !== undefined)));
    await expect(page.locator('main')).toContainText('Nothing has started yet');
    await expect(page.locator('main')).toContainText(/trying and failing to pull image|waiting to start/);
  });
});

test("a pod's page has its containers, its events and the way back to Flux", async ({ page, kube }) => {
  const pod = await podOf(kube, 'prices', restarted);
  await page.goto(`/objects/core/v1/pods/${shopNamespace}/${pod.metadata.name}`);
  await expect(page.locator('#object-finding')).toContainText('Crashes with exit code 3');
  await expect(page.locator('#object-containers')).toContainText(/\d+ restarts?/);
  await expect(page.locator('#detail-events')).toContainText('BackOff');
  await expect(page.locator('#object-subject')).toContainText('Part of Deployment');
  await page.locator('#object-subject').getByRole('link', { name: 'Kustomization shop/crashing' }).first().click();
  await expect(page).toHaveURL(new RegExp(`${addressOf('crashing')}$`));
});

interface Deployment {
  metadata: { name: string };
  spec: { template: { spec: { containers: { image: string }[] } } };
}

test('the controllers: each with the version of its image, ready, and led by the holder of its lease', async ({
  page,
  kube,
}) => {
  const apps = '/apis/apps/v1/namespaces/flux-system/deployments';
  const { items } = await kube.json<{ items: Deployment[] }>({ path: apps });
  const leases = await kube.json<{ items: { metadata: { name: string }; spec: { holderIdentity: string } }[] }>({
    path: '/apis/coordination.k8s.io/v1/namespaces/flux-system/leases',
  });
  await page.goto('/flux/controllers');
  for (const { metadata, spec } of items) {
    const row = page.locator(`#controller-${metadata.name}`);
    await expect(row).toContainText('1 of 1');
    await expect(row).toContainText(spec.template.spec.containers[0]?.image.split(':').at(-1) ?? '');
    const lease = leases.items.find((each) => each.metadata.name.startsWith(metadata.name));
    if (lease !== undefined) await expect(row).toContainText(lease.spec.holderIdentity.split('_')[0] ?? '');
  }
  expect(items.length).toBe(4);
});
