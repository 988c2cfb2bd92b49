import { expect, test } from 'vitest';
import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { EventSummary } from '../events.ts';
import { helmReleasePanels } from './helm-release-panels.ts';

function release(spec: Record<string, unknown>, status: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1' },
    spec,
    status,
  };
}

const panelOf = (id: string, ...given: Parameters<typeof release>) =>
  helmReleasePanels(release(...given)).find((panel) => panel.id === id);

const factsOf = (...given: Parameters<typeof release>) =>
  Object.fromEntries(panelOf('failures', ...given)?.facts?.map(({ label, value }) => [label, value]) ?? []);

test('a plain release has no panels', () => {
  expect(helmReleasePanels(release({ interval: '1m', values: { a: 1 } }))).toEqual([]);
});

test('what happens after a failure, with the defaults of helm-controller', () => {
  expect(factsOf({ install: { remediation: { retries: 3 } } })).toMatchObject({
    Install: 'uninstalled and tried again 3 times; after the last try it stays failed',
    Upgrade: 'not tried again; it stays failed',
    Failures: 'none since the last change',
  });
  expect(factsOf({ upgrade: { remediation: { retries: 1, ignoreTestFailures: true } } })['Upgrade']).toBe(
    'rolled back and tried again once; after the last try it is rolled back, too; failed tests do not count',
  );
  expect(factsOf({ upgrade: { remediation: { retries: -1, strategy: 'uninstall' } } })['Upgrade']).toBe(
    'uninstalled and tried again, without end',
  );
  expect(factsOf({ upgrade: { strategy: { name: 'RetryOnFailure' } } })['Upgrade']).toBe(
    'left as it is and tried again every 5 min, without end',
  );
});

test('failures are counted against the retries that are left', () => {
  const spec = { upgrade: { remediation: { retries: 2 } } };
  const status = {
    failures: 4,
    upgradeFailures: 2,
    lastAttemptedReleaseAction: 'upgrade',
    lastAttemptedRevision: '1.2.0',
  };
  expect(panelOf('failures', spec, status)?.says?.sentence).toBe('It has failed 4 times; one try is left.');
  expect(factsOf(spec, status)).toMatchObject({
    Failures: '4 since the last change; they count against the retries: 2 of an upgrade',
    'Last tried': 'upgrade of 1.2.0',
  });
  expect(panelOf('failures', spec, { ...status, upgradeFailures: 3 })?.says?.sentence).toContain('no retry is left');
});

/** An Event of helm-controller about the release, as recorded of a real one. */
function driftEvent(reason: string, message: string, lastAt: string, name = 'web'): Entry<EventSummary> {
  const about = { group: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease', namespace: 'shop', name, uid: 'u' };
  const summary = {
    warning: true,
    reason,
    message,
    component: 'helm-controller',
    about,
    firstAt: lastAt,
    lastAt,
    count: 1,
  };
  return { key: reason, object: release({}), summary };
}

const found = (at: string, name?: string) =>
  driftEvent(
    'DriftDetected',
    'Cluster state of release shop/web.v1 has drifted from the desired state:\nDeployment/shop/web changed (0 additions, 1 changes, 0 removals)\nService/shop/web removed',
    at,
    name,
  );

function driftOf(mode: string, events: Entry<EventSummary>[] | undefined, status: Record<string, unknown> = {}) {
  const inventory = { entries: [{ id: 'shop_web_apps_Deployment', v: 'v1' }] };
  const object = release({ driftDetection: { mode } }, { inventory, ...status });
  // The store's events can be gone through once only.
  return helmReleasePanels(object, events?.values()).find(({ id }) => id === 'drift');
}

test('drift tells what is ignored where', () => {
  const ignore = [
    { paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'web.*' } },
    { paths: [''], target: { labelSelector: 'a=b' } },
  ];
  expect(panelOf('drift', { driftDetection: { mode: 'warn', ignore } })?.rows).toEqual([
    { text: '/spec/replicas', how: 'ignored in Deployment web.*' },
    { text: 'everything', how: 'ignored in all objects with a=b' },
  ]);
  expect(driftOf('disabled', [])).toBeUndefined();
  expect(driftOf('warn', [])?.note).toContain('Nothing was found in the last hour.');
  expect(driftOf('warn', undefined)?.note).toContain('you may not list');
});

test('drift tells which objects differ, since when, and that they stay so', () => {
  const [at, later] = ['2026-11-21T06:00:00Z', '2026-11-21T06:07:47Z'];
  const panel = driftOf('warn', [found(at), found(later), found('2026-11-21T07:00:00Z', 'other')]);
  expect(panel?.says).toMatchObject({ state: 'warning', sentence: expect.stringContaining('stays so') as unknown });
  expect(panel?.rows).toEqual([
    {
      reference: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
      state: 'warning',
      how: '1 change',
      since: later,
    },
    { text: 'Service/shop/web', state: 'warning', how: 'was deleted', since: later },
  ]);
  const message = found(at).summary.message;
  const conditions = [{ type: 'Drifted', status: 'True', reason: 'DriftDetected', message, lastTransitionTime: at }];
  expect(driftOf('warn', [], { conditions })).toMatchObject({ says: { state: 'warning' }, rows: [{ since: at }, {}] });
  expect(driftOf('warn', [found(at)], { conditions: [{ ...conditions[0], status: 'False' }] })?.says?.state).toBe(
    'ready',
  );
});

test('drift that was corrected says so, and what could not be corrected says why', () => {
  const at = '2026-11-21T06:07:47Z';
  const corrected = 'Cluster state of release shop/web.v1 has been corrected:\nDeployment/shop/web configured';
  const over = driftOf('enabled', [found(at), driftEvent('DriftCorrected', corrected, at)]);
  expect(over?.says?.state).toBe('ready');
  expect(over?.rows?.[0]).toMatchObject({ state: 'ready', how: '1 change; configured', since: at });
  const failed = 'Failed to correct cluster state of release shop/web.v1:\nadmission webhook denied the request';
  expect(driftOf('enabled', [found(at), driftEvent('DriftCorrectionFailed', failed, at)])?.says).toEqual({
    state: 'failing',
    sentence: 'There is drift that Flux could not correct: admission webhook denied the request',
  });
  const earlier = driftEvent('DriftCorrected', corrected, '2026-11-21T06:00:00Z');
  expect(driftOf('enabled', [earlier, found(at)])?.says?.state).toBe('warning');
});

test('tests tell how the newest version fared', () => {
  const history = [{ testHooks: { 'web-test': { phase: 'Failed', lastCompleted: '2026-01-01T00:00:00Z' } } }, {}];
  const panel = panelOf(
    'tests',
    { test: { enable: true, ignoreFailures: true, filters: [{ name: 'slow', exclude: true }] } },
    { history },
  );
  expect(panel?.rows).toEqual([{ text: 'web-test', state: 'failing', how: 'failed', since: '2026-01-01T00:00:00Z' }]);
  expect(panel?.facts?.map(({ value }) => value)).toEqual(['is reported, and the release counts as good', 'not slow']);
});

test('values come in the order in which they are merged', () => {
  const valuesFrom = [
    { kind: 'ConfigMap', name: 'common' },
    { kind: 'Secret', name: 'login', valuesKey: 'user', targetPath: 'a.b', optional: true },
  ];
  expect(
    panelOf('values', { valuesFrom, values: { one: 1, two: 2 } })?.rows?.map((row) => [
      row.reference?.name ?? row.text,
      row.how,
    ]),
  ).toEqual([
    ['common', 'key values.yaml'],
    ['login', 'key user, put at a.b, may be missing'],
    ['spec.values', '2 keys, has the last word'],
  ]);
});
