import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { SluiceError } from '../../../errors.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { createAudit } from '../../../operations/audit-in-memory.ts';
import { createOperations } from '../../../operations/registry.ts';
import type { Run } from '../../../operations/run.ts';
import { createRuns } from '../../../operations/runs-in-memory.ts';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { FakeClusterOptions, PartialObject } from '../../../testing/fake-cluster.ts';
import { fluxWatches } from '../watches.ts';
import { fluxOperations } from './index.ts';

const requestedAt = 'reconcile.fluxcd.io/requestedAt';
const logger = pino({ level: 'silent' });
const ada = { name: 'ada', groups: ['team'], impersonate: { user: 'ada', groups: ['team'] } };

const revision = 'main@sha1:4f1a5b1051b469108d1bdf0ebec6c814427e3834';
const newer = 'main@sha1:9c02e77051b469108d1bdf0ebec6c814427e3834';
const readyTrue = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'Applied',
  observedGeneration: 1,
  lastTransitionTime: '2026-11-21T05:30:57Z',
};

function repository(status: Record<string, unknown> = {}, more: Partial<PartialObject> = {}): PartialObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { namespace: 'apps', name: 'fleet', generation: 1 },
    spec: { interval: '5m', url: 'https://git.example.com/fleet' },
    status: { observedGeneration: 1, conditions: [readyTrue], artifact: { revision }, ...status },
    ...more,
  };
}

function kustomization(status: Record<string, unknown> = {}, spec: Record<string, unknown> = {}): PartialObject {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: 'apps', name: 'shop', generation: 1 },
    spec: { interval: '5m', path: './shop', prune: true, sourceRef: { kind: 'GitRepository', name: 'fleet' }, ...spec },
    status: { observedGeneration: 1, conditions: [readyTrue], lastAppliedRevision: revision, ...status },
  };
}

function helmRelease(status: Record<string, unknown> = {}): PartialObject {
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { namespace: 'apps', name: 'cart', generation: 1 },
    spec: { interval: '5m', chart: { spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } } } },
    status: { observedGeneration: 1, conditions: [readyTrue], ...status },
  };
}

function world(objects: readonly PartialObject[], options: Partial<FakeClusterOptions> = {}) {
  const cluster = fakeCluster({ watches: fluxWatches, objects, ...options });
  cluster.answer((request) => (request.path.endsWith('/events') && request.method === 'POST' ? {} : undefined));
  const runs = createRuns();
  const audit = createAudit({ logger });
  const operations = createOperations({
    operations: fluxOperations,
    runs,
    audit,
    logger,
    draining: () => false,
  });
  const asker = { cluster, identity: ada };

  function object(group: string, resource: string, name: string): KubeObject {
    const entry = cluster.collection({ group, resource }).get('apps', name);
    if (entry === undefined) throw new Error(`There is no ${resource} ${name}.`);
    return entry.object;
  }
  const shop = (): KubeObject => object('kustomize.toolkit.fluxcd.io', 'kustomizations', 'shop');

  return {
    cluster,
    runs,
    audit,
    shop,
    object,
    start: (action: string, input: object) =>
      operations.start(
        `flux.${action}`,
        { plural: 'kustomizations', namespace: 'apps', name: 'shop', ...input },
        asker,
      ),
    query: (name: string, input: object) => operations.query(`flux.${name}`, input, asker),
    /** Writes the status as a controller would. */
    answer(of: KubeObject, status: Record<string, unknown>): void {
      cluster.set({ ...of, status: { ...of.status, ...status } });
    },
    /** Resolves when the object has been asked to reconcile, with the token. */
    async asked(of: () => KubeObject): Promise<string> {
      await expect.poll(() => of().metadata.annotations?.[requestedAt]).toBeDefined();
      return String(of().metadata.annotations?.[requestedAt]);
    },
    async step(run: Run, sentence: RegExp): Promise<void> {
      await expect.poll(() => runs.get(run.id)?.progress.at(-1)?.sentence).toMatch(sentence);
    },
    patches: () => cluster.requests.filter((request) => request.method === 'PATCH'),
  };
}

async function refusal(work: Promise<unknown>): Promise<SluiceError> {
  return work.then(
    () => {
      throw new Error('It was not refused.');
    },
    (error: SluiceError) => error,
  );
}

test('a sync is done when exactly its own request is handled and Ready speaks of this generation', async () => {
  const { start, runs, shop, answer, asked, step, patches } = world([repository(), kustomization()]);
  const run = await start('reconcile', {});
  const token = await asked(shop);
  expect(token).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  expect(patches()).toMatchObject([
    {
      path: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/apps/kustomizations/shop',
      contentType: 'application/merge-patch+json',
      body: { metadata: { annotations: { [requestedAt]: token } } },
      as: ada,
    },
  ]);

  answer(shop(), { lastHandledReconcileAt: 'somebody else’s' });
  answer(shop(), {
    conditions: [
      { ...readyTrue, status: 'Unknown', reason: 'Progressing', message: 'Building manifests' },
      { ...readyTrue, type: 'Reconciling', reason: 'Progressing', message: 'Building manifests' },
    ],
  });
  await step(run, /Building manifests/);
  expect(runs.get(run.id)?.state).toBe('running');
  answer(shop(), { lastHandledReconcileAt: token, conditions: [readyTrue], lastAppliedRevision: newer });
  expect(await runs.ended(run.id)).toMatchObject({ state: 'succeeded', message: 'Applied main@9c02e77.' });
});

test('what the watch has not shown yet does not count: an older request that was handled, or the suspension just lifted', async () => {
  const old = kustomization({ lastHandledReconcileAt: 'old' }, { suspend: true });
  old.metadata.annotations = { [requestedAt]: 'old' };
  const { start, runs, cluster, shop, answer, step } = world([repository(), old]);
  let patched: KubeObject | undefined;
  cluster.answer(({ method, body }) => {
    if (method !== 'PATCH') return undefined;
    const { annotations } = (body as { metadata: { annotations: Record<string, string> } }).metadata;
    const before = shop();
    patched = {
      ...before,
      spec: {},
      metadata: { ...before.metadata, annotations: { [requestedAt]: String(annotations[requestedAt]) } },
    };
    return patched;
  });
  const run = await start('resume', {});
  await step(run, /has not answered yet/);
  answer(shop(), { observedGeneration: 1 });
  expect(runs.get(run.id)?.state).toBe('running');
  if (patched === undefined) throw new Error('Nothing was patched.');
  cluster.set(patched);
  expect(runs.get(run.id)?.state).toBe('running');
  const { generation, annotations } = shop().metadata;
  answer(shop(), {
    lastHandledReconcileAt: annotations?.[requestedAt],
    conditions: [{ ...readyTrue, observedGeneration: generation }],
  });
  expect((await runs.ended(run.id)).state).toBe('succeeded');
});

test('two requests never share a token', async () => {
  const { newToken } = await import('./request-reconcile.ts');
  const tokens = Array.from({ length: 1_000 }, () => newToken(() => 1_700_000_000_000));
  expect(new Set(tokens).size).toBe(1_000);
  expect(tokens.toSorted()).toEqual(tokens);
});

test('a sync that changed nothing says so', async () => {
  const { start, runs, shop, answer, asked } = world([repository(), kustomization()]);
  const run = await start('reconcile', {});
  answer(shop(), { lastHandledReconcileAt: await asked(shop) });
  expect((await runs.ended(run.id)).message).toBe('Reconciled; still at main@4f1a5b1, nothing new.');
});

test('a release of the same chart with other values is something new', async () => {
  const release = (version: number) => ({
    lastAttemptedRevision: '1.2.3',
    history: [{ version, chartVersion: '1.2.3', status: 'deployed' }],
  });
  const { object, start, runs, answer, asked } = world([helmRelease(release(4))]);
  const cart = (): KubeObject => object('helm.toolkit.fluxcd.io', 'helmreleases', 'cart');
  const run = await start('reconcile', { plural: 'helmreleases', name: 'cart' });
  answer(cart(), { ...release(5), lastHandledReconcileAt: await asked(cart) });
  expect((await runs.ended(run.id)).message).toBe('Applied 1.2.3 with other values: release 5.');
});

test('a failing object ends the sync with its cause, although its controller goes on trying', async () => {
  const { start, runs, shop, answer, asked } = world([repository(), kustomization()]);
  const run = await start('reconcile', {});
  const token = await asked(shop);
  answer(shop(), {
    lastHandledReconcileAt: token,
    observedGeneration: -1,
    conditions: [
      {
        ...readyTrue,
        status: 'False',
        reason: 'BuildFailed',
        message: 'kustomization path not found: stat /tmp/x/shop: no such file; https://ada:s3cret@git.example.com',
      },
      { ...readyTrue, type: 'Reconciling', reason: 'ProgressingWithRetry', message: 'retrying' },
    ],
  });
  const ended = await runs.ended(run.id);
  expect(ended).toMatchObject({ state: 'failed', error: { kind: 'failed' } });
  expect(ended.message).toBeTruthy();
  expect(ended.message).not.toContain('s3cret');
});

test('a dependency that is failing ends the sync, one that is on its way is waited for', async () => {
  const data = (status: Record<string, unknown>): PartialObject => ({
    ...kustomization(status),
    metadata: { namespace: 'apps', name: 'data', generation: 1 },
  });
  const moving = {
    conditions: [
      { ...readyTrue, status: 'Unknown', reason: 'Progressing', message: 'Applying' },
      { ...readyTrue, type: 'Reconciling', reason: 'Progressing', message: 'Applying' },
    ],
  };
  const { start, runs, cluster, shop, answer, asked, step } = world([
    repository(),
    data(moving),
    kustomization({}, { dependsOn: [{ name: 'data' }] }),
  ]);
  const run = await start('reconcile', {});
  const token = await asked(shop);
  answer(shop(), {
    lastHandledReconcileAt: token,
    conditions: [
      { ...readyTrue, status: 'False', reason: 'DependencyNotReady', message: "dependency 'apps/data' is not ready" },
    ],
  });
  await step(run, /waits for Kustomization apps\/data/);
  cluster.set(
    data({ conditions: [{ ...readyTrue, status: 'False', reason: 'BuildFailed', message: 'no such file' }] }),
  );
  const ended = await runs.ended(run.id);
  expect(ended.state).toBe('failed');
  expect(ended.message).toContain('Kustomization apps/data');
});

test('a suspended object is not synced, and the refusal says who suspended it and why', async () => {
  const suspended = kustomization({}, { suspend: true });
  suspended.metadata.annotations = { 'sluice.dev/suspended-by': 'bob', 'sluice.dev/suspend-reason': 'load test' };
  const { start, patches } = world([repository(), suspended]);
  const error = await refusal(start('reconcile', {}));
  expect(error).toMatchObject({ kind: 'refused' });
  expect(error.message).toContain('Kustomization apps/shop is suspended by bob, saying “load test”');
  expect(patches()).toEqual([]);
});

test('an object that is suspended, deleted or asked again by another during a sync ends it', async () => {
  const first = world([repository(), kustomization()]);
  const run = await first.start('reconcile', {});
  await first.asked(first.shop);
  first.cluster.set({ ...first.shop(), spec: { ...first.shop().spec, suspend: true } });
  expect((await first.runs.ended(run.id)).error?.kind).toBe('refused');

  const second = world([repository(), kustomization()]);
  const deleted = await second.start('reconcile', {});
  await second.asked(second.shop);
  second.cluster.remove(second.shop());
  expect((await second.runs.ended(deleted.id)).message).toContain('was deleted meanwhile');

  const third = world([repository(), kustomization()]);
  const replaced = await third.start('reconcile', {});
  await third.asked(third.shop);
  const other = third.shop();
  third.cluster.set({
    ...other,
    metadata: { ...other.metadata, annotations: { [requestedAt]: 'later' } },
    status: { ...other.status, lastHandledReconcileAt: 'later' },
  });
  expect((await third.runs.ended(replaced.id)).state).toBe('succeeded');
});

test('with its source, the source is fetched first', async () => {
  const { start, runs, shop, object, answer, asked } = world([repository(), kustomization()]);
  const fleet = (): KubeObject => object('source.toolkit.fluxcd.io', 'gitrepositories', 'fleet');
  const run = await start('reconcile', { withSource: true });
  const sourceToken = await asked(fleet);
  expect(shop().metadata.annotations?.[requestedAt]).toBeUndefined();
  answer(fleet(), { lastHandledReconcileAt: sourceToken, artifact: { revision: newer } });
  const token = await asked(shop);
  answer(shop(), { lastHandledReconcileAt: token, lastAppliedRevision: newer });
  const ended = await runs.ended(run.id);
  expect(ended.message).toBe('Applied main@9c02e77.');
  expect(ended.progress.map((step) => step.sentence)).toContain('Source GitRepository fleet: Fetched main@9c02e77.');
});

test('an answer from before the fetched source was seen is not the end', async () => {
  const { start, runs, shop, object, answer, asked } = world([repository(), kustomization()]);
  const fleet = (): KubeObject => object('source.toolkit.fluxcd.io', 'gitrepositories', 'fleet');
  const run = await start('reconcile', { withSource: true });
  answer(fleet(), { lastHandledReconcileAt: await asked(fleet), artifact: { revision: newer } });
  const token = await asked(shop);
  const older = 'main@sha1:0000000000000000000000000000000000000000';
  const failed = { ...readyTrue, status: 'False', reason: 'BuildFailed', message: 'of the older one' };
  answer(shop(), { lastHandledReconcileAt: token, lastAttemptedRevision: older, conditions: [failed] });
  answer(shop(), {
    lastHandledReconcileAt: token,
    lastAttemptedRevision: newer,
    lastAppliedRevision: newer,
    conditions: [readyTrue],
  });
  const ended = await runs.ended(run.id);
  expect(ended).toMatchObject({ state: 'succeeded', message: 'Applied main@9c02e77.' });
  expect(ended.progress.map((step) => step.sentence)).toContain('Its controller has yet to see main@9c02e77.');
});

/** A repository of charts, the chart of the release in it and the release, all having seen 1.0.0. */
function chartObjects(tried: string): PartialObject[] {
  const fetched = (kind: string, name: string, spec: object, status: object): PartialObject => ({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: { namespace: 'apps', name, generation: 1 },
    spec: { ...spec },
    status: { observedGeneration: 1, conditions: [readyTrue], ...status },
  });
  return [
    fetched(
      'HelmRepository',
      'charts',
      { url: 'https://charts.example.com' },
      { artifact: { revision: 'sha256:aaaaaaaa' } },
    ),
    fetched(
      'HelmChart',
      'apps-cart',
      { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
      { artifact: { revision: '1.0.0' }, observedSourceArtifactRevision: 'sha256:aaaaaaaa' },
    ),
    helmRelease({ helmChart: 'apps/apps-cart', lastAttemptedRevision: tried }),
  ];
}

/** Has the repository fetched and asks the chart; what follows is up to the test. */
async function syncedRelease(tried: string) {
  const all = world(chartObjects(tried));
  const charts = (): KubeObject => all.object('source.toolkit.fluxcd.io', 'helmrepositories', 'charts');
  const chart = (): KubeObject => all.object('source.toolkit.fluxcd.io', 'helmcharts', 'apps-cart');
  const cart = (): KubeObject => all.object('helm.toolkit.fluxcd.io', 'helmreleases', 'cart');
  const run = await all.start('reconcile', { plural: 'helmreleases', name: 'cart', withSource: true });
  all.answer(charts(), { lastHandledReconcileAt: await all.asked(charts), artifact: { revision: 'sha256:bbbbbbbb' } });
  return { ...all, run, chart, cart, chartToken: await all.asked(chart) };
}

test('a release with its source is done when chart and release have tried what was fetched for them', async () => {
  const { runs, run, chart, cart, chartToken, answer, asked, step } = await syncedRelease('1.0.0');
  answer(chart(), { lastHandledReconcileAt: chartToken });
  await step(run, /^HelmChart apps-cart: Its controller has yet to see bbbbbbb\.$/);
  expect(cart().metadata.annotations?.[requestedAt]).toBeUndefined();
  answer(chart(), { observedSourceArtifactRevision: 'sha256:bbbbbbbb', artifact: { revision: '1.1.0' } });
  const token = await asked(cart);
  answer(cart(), { lastHandledReconcileAt: token });
  await step(run, /^Its controller has yet to see 1\.1\.0\.$/);
  answer(cart(), { lastAttemptedRevision: '1.1.0' });
  expect((await runs.ended(run.id)).state).toBe('succeeded');
});

test('a chart that calls its version otherwise than its repository does is not waited for', async () => {
  const { runs, run, chart, cart, chartToken, answer, asked } = await syncedRelease('v1.0.0');
  const artifact = { revision: '1.1.0' };
  answer(chart(), { lastHandledReconcileAt: chartToken, observedSourceArtifactRevision: 'sha256:bbbbbbbb', artifact });
  answer(cart(), { lastHandledReconcileAt: await asked(cart), lastAttemptedRevision: 'v1.1.0' });
  expect((await runs.ended(run.id)).state).toBe('succeeded');
});

test('of an OCI artifact the digest tells whether the release has tried it', async () => {
  const oci: PartialObject = {
    ...repository({ artifact: { revision: '1.0.0@sha256:aaaaaaaa' } }),
    kind: 'OCIRepository',
    metadata: { namespace: 'apps', name: 'cart', generation: 1 },
  };
  const release = {
    ...helmRelease({ lastAttemptedRevision: '1.0.0+aa', lastAttemptedRevisionDigest: 'sha256:aaaaaaaa' }),
    spec: { interval: '5m', chartRef: { kind: 'OCIRepository', name: 'cart' } },
  };
  const { start, runs, object, answer, asked, step } = world([oci, release]);
  const source = (): KubeObject => object('source.toolkit.fluxcd.io', 'ocirepositories', 'cart');
  const cart = (): KubeObject => object('helm.toolkit.fluxcd.io', 'helmreleases', 'cart');
  const run = await start('reconcile', { plural: 'helmreleases', name: 'cart', withSource: true });
  answer(source(), { lastHandledReconcileAt: await asked(source), artifact: { revision: '1.0.0@sha256:bbbbbbbb' } });
  answer(cart(), { lastHandledReconcileAt: await asked(cart) });
  await step(run, /has yet to see 1\.0\.0@bbbbbbb/);
  answer(cart(), { lastAttemptedRevision: '1.0.0+bb', lastAttemptedRevisionDigest: 'sha256:bbbbbbbb' });
  expect((await runs.ended(run.id)).state).toBe('succeeded');
});

test('what fails before it looks at its source ends with that, though it has not tried what was fetched', async () => {
  const { runs, run, chart, cart, chartToken, answer, asked } = await syncedRelease('1.0.0');
  const artifact = { revision: '1.1.0' };
  answer(chart(), { lastHandledReconcileAt: chartToken, observedSourceArtifactRevision: 'sha256:bbbbbbbb', artifact });
  const failed = { ...readyTrue, status: 'False', reason: 'ValuesError', message: 'could not find Secret' };
  answer(cart(), { lastHandledReconcileAt: await asked(cart), conditions: [failed] });
  expect(await runs.ended(run.id)).toMatchObject({ state: 'failed' });

  const other: PartialObject = {
    ...kustomization({ conditions: [{ ...readyTrue, status: 'False', reason: 'BuildFailed', message: 'broken' }] }),
    metadata: { namespace: 'apps', name: 'base', generation: 1 },
  };
  const depends = kustomization({ lastAttemptedRevision: revision }, { dependsOn: [{ name: 'base' }] });
  const second = world([repository(), other, depends]);
  const fleet = (): KubeObject => second.object('source.toolkit.fluxcd.io', 'gitrepositories', 'fleet');
  const waiting = await second.start('reconcile', { withSource: true });
  second.answer(fleet(), { lastHandledReconcileAt: await second.asked(fleet), artifact: { revision: newer } });
  const held = { ...readyTrue, status: 'False', reason: 'DependencyNotReady', message: 'dependency not ready' };
  second.answer(second.shop(), { lastHandledReconcileAt: await second.asked(second.shop), conditions: [held] });
  expect((await second.runs.ended(waiting.id)).message).toMatch(/^It waits for Kustomization apps\/base/);
});

test('a source that fails ends the sync with its cause, before the object is asked', async () => {
  const { start, runs, shop, object, answer, asked } = world([repository(), kustomization()]);
  const fleet = (): KubeObject => object('source.toolkit.fluxcd.io', 'gitrepositories', 'fleet');
  const run = await start('reconcile', { withSource: true });
  answer(fleet(), {
    lastHandledReconcileAt: await asked(fleet),
    conditions: [{ ...readyTrue, status: 'False', reason: 'GitOperationFailed', message: 'authentication required' }],
  });
  expect((await runs.ended(run.id)).message).toMatch(/^Its source GitRepository fleet was not fetched\. /);
  expect(shop().metadata.annotations?.[requestedAt]).toBeUndefined();
});

test('with its source, a release asks the repository, then its chart; a static repository is passed over', async () => {
  const charts: PartialObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { namespace: 'apps', name: 'charts', generation: 1 },
    spec: { type: 'oci', url: 'oci://registry.example.com/charts' },
  };
  const chart: PartialObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmChart',
    metadata: { namespace: 'apps', name: 'apps-cart', generation: 1 },
    spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    status: { observedGeneration: 1, conditions: [readyTrue], artifact: { revision: '1.0.0' } },
  };
  const { start, runs, object, answer, asked } = world([charts, chart, helmRelease({ helmChart: 'apps/apps-cart' })]);
  const cart = (): KubeObject => object('helm.toolkit.fluxcd.io', 'helmreleases', 'cart');
  const appsCart = (): KubeObject => object('source.toolkit.fluxcd.io', 'helmcharts', 'apps-cart');
  const run = await start('reconcile', { plural: 'helmreleases', name: 'cart', withSource: true, force: true });
  answer(appsCart(), { lastHandledReconcileAt: await asked(appsCart) });
  const token = await asked(cart);
  expect(cart().metadata.annotations?.['reconcile.fluxcd.io/forceAt']).toBe(token);
  answer(cart(), { lastHandledReconcileAt: token, lastHandledForceAt: token });
  expect((await runs.ended(run.id)).state).toBe('succeeded');
});

test('a release that waits for its chart ends with what the chart fails of', async () => {
  const chart: PartialObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmChart',
    metadata: { namespace: 'apps', name: 'apps-cart', generation: 1 },
    spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } },
    status: {
      observedGeneration: 1,
      conditions: [{ ...readyTrue, status: 'False', reason: 'InvalidChartReference', message: 'no chart cart found' }],
    },
  };
  const charts: PartialObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { namespace: 'apps', name: 'charts', generation: 1 },
    spec: { type: 'oci', url: 'oci://registry.example.com/charts' },
  };
  const { start, runs, object, answer, asked } = world([charts, chart, helmRelease({ helmChart: 'apps/apps-cart' })]);
  const cart = (): KubeObject => object('helm.toolkit.fluxcd.io', 'helmreleases', 'cart');
  const run = await start('reconcile', { plural: 'helmreleases', name: 'cart' });
  answer(cart(), {
    lastHandledReconcileAt: await asked(cart),
    conditions: [{ ...readyTrue, status: 'False', reason: 'SourceNotReady', message: 'HelmChart is not ready' }],
  });
  const ended = await runs.ended(run.id);
  expect(ended).toMatchObject({
    state: 'failed',
    message: expect.stringContaining('waits for HelmChart apps/apps-cart'),
  });
});

test('a force that the controller consumed without acting on it is told', async () => {
  const { start, runs, object, answer, asked } = world([helmRelease()]);
  const cart = (): KubeObject => object('helm.toolkit.fluxcd.io', 'helmreleases', 'cart');
  const run = await start('reconcile', { plural: 'helmreleases', name: 'cart', force: true });
  answer(cart(), { lastHandledReconcileAt: await asked(cart) });
  expect((await runs.ended(run.id)).message).toContain('without the force');
});

test('what makes no sense is refused before anything is changed', async () => {
  const { start, patches } = world([repository(), kustomization()]);
  expect(await refusal(start('reconcile', { force: true }))).toMatchObject({ kind: 'invalid', field: 'force' });
  expect(
    await refusal(start('reconcile', { plural: 'gitrepositories', name: 'fleet', withSource: true })),
  ).toMatchObject({ field: 'withSource' });
  expect(await refusal(start('reconcile', { name: 'nothing' }))).toMatchObject({ kind: 'not_found' });
  expect(await refusal(start('reconcile', { plural: 'pods' }))).toMatchObject({ kind: 'invalid', field: 'plural' });
  expect(await refusal(start('reconcile', { name: '../x' }))).toMatchObject({ kind: 'invalid', field: 'name' });
  expect(await refusal(start('resume', {}))).toMatchObject({ kind: 'refused' });
  expect(patches()).toEqual([]);
});

test('a source one may not patch refuses the sync with source, naming the right', async () => {
  const { start, patches } = world([repository(), kustomization()], {
    allow: (_, rule) => !(rule.verb === 'patch' && rule.resource === 'gitrepositories'),
  });
  expect(await refusal(start('reconcile', { withSource: true }))).toMatchObject({
    kind: 'forbidden',
    missing: [{ verb: 'patch', resource: 'gitrepositories', namespace: 'apps', name: 'fleet' }],
  });
  expect(patches()).toEqual([]);
});

test('suspend is one patch with who, when and why; resume takes them away and ends with the reconciliation', async () => {
  const { start, runs, shop, answer, asked, patches } = world([repository(), kustomization()]);
  const suspended = await runs.ended((await start('suspend', { reason: 'load test' })).id);
  expect(suspended).toMatchObject({ state: 'succeeded', message: 'Suspended: load test' });
  expect(patches()).toHaveLength(1);
  expect(shop().spec?.['suspend']).toBe(true);
  expect(shop().metadata.annotations).toMatchObject({
    'sluice.dev/suspended-by': 'ada',
    'sluice.dev/suspend-reason': 'load test',
  });
  expect(await refusal(start('suspend', {}))).toMatchObject({ kind: 'refused' });

  const run = await start('resume', {});
  const token = await asked(shop);
  expect(shop().spec?.['suspend']).toBeUndefined();
  expect(Object.keys(shop().metadata.annotations ?? {})).toEqual([requestedAt]);
  expect(runs.get(run.id)?.state).toBe('running');
  const { generation } = shop().metadata;
  answer(shop(), {
    lastHandledReconcileAt: token,
    observedGeneration: generation,
    conditions: [{ ...readyTrue, observedGeneration: generation }],
  });
  expect((await runs.ended(run.id)).message).toBe('Resumed. Reconciled; still at main@4f1a5b1, nothing new.');
});

test('a lost connection is told and waited out', async () => {
  const { start, runs, cluster, shop, answer, asked, step } = world([repository(), kustomization()]);
  const run = await start('reconcile', {});
  const token = await asked(shop);
  cluster.loseConnection('connect ECONNREFUSED');
  await step(run, /connection to the cluster is lost/);
  cluster.regainConnection();
  answer(shop(), { lastHandledReconcileAt: token });
  expect((await runs.ended(run.id)).state).toBe('succeeded');
});

test('a refusal of the API server ends the run as refused, without an Event', async () => {
  const { start, runs, cluster, audit } = world([repository(), kustomization()], {
    allow: (identity, rule) => !(rule.verb === 'patch' && identity.name === 'ada'),
  });
  // The review said yes, and the rights were taken away before the write.
  cluster.access.missing = async () => [];
  const ended = await runs.ended((await start('reconcile', {})).id);
  expect(ended.error?.kind).toBe('forbidden');
  await expect.poll(() => audit.entries()[0]?.result).toBe('refused');
  expect(cluster.requests.filter((request) => request.path.endsWith('/events'))).toEqual([]);
});

test('the list and the object are told as their pages tell them, masked', async () => {
  const failing = repository(
    {
      conditions: [
        {
          ...readyTrue,
          status: 'False',
          reason: 'GitOperationFailed',
          message: 'failed to checkout: https://ada:s3cret@git.example.com: authentication required',
        },
      ],
    },
    { spec: { url: 'https://ada:s3cret@git.example.com/fleet', interval: '5m' } },
  );
  const { query } = world([failing, kustomization()]);
  const list = (await query('list', { plural: 'gitrepositories', status: 'failing' })) as {
    items: unknown[];
    total: number;
    problems: unknown[];
  };
  expect(list).toMatchObject({
    total: 1,
    page: 1,
    items: [{ kind: 'GitRepository', namespace: 'apps', name: 'fleet', state: 'failing' }],
    problems: [],
  });
  const one = await query('get', { plural: 'gitrepositories', namespace: 'apps', name: 'fleet' });
  expect(one).toMatchObject({ summary: { state: 'failing' }, object: { kind: 'GitRepository' } });
  expect(JSON.stringify([list, one])).not.toContain('s3cret');
  await expect(query('list', { plural: 'gitrepositories', sort: 'color' })).rejects.toMatchObject({
    kind: 'invalid',
    field: 'sort',
  });
  await expect(query('get', { plural: 'gitrepositories', namespace: 'apps', name: 'x' })).rejects.toMatchObject({
    kind: 'not_found',
  });
});

test('who may list nothing is refused with what is missing, so that an empty list means that there is nothing', async () => {
  const { query } = world([repository()], { allow: () => false });
  await expect(query('list', { plural: 'gitrepositories' })).rejects.toMatchObject({
    kind: 'forbidden',
    missing: [{ verb: 'list', resource: 'gitrepositories' }],
  });
  await expect(query('get', { plural: 'gitrepositories', namespace: 'apps', name: 'fleet' })).rejects.toMatchObject({
    kind: 'forbidden',
  });
});
