import { expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
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

test('drift tells what is ignored where, and what was found', () => {
  const ignore = [
    { paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'web.*' } },
    { paths: [''], target: { labelSelector: 'a=b' } },
  ];
  const panel = panelOf(
    'drift',
    { driftDetection: { mode: 'warn', ignore } },
    { conditions: [{ type: 'Drifted', status: 'True', message: 'Deployment/shop/web changed' }] },
  );
  expect(panel?.rows).toEqual([
    { text: '/spec/replicas', how: 'ignored in Deployment web.*' },
    { text: 'everything', how: 'ignored in all objects with a=b' },
  ]);
  expect(panel?.says?.sentence).toBe('Deployment/shop/web changed');
  expect(panelOf('drift', { driftDetection: { mode: 'disabled' } })).toBeUndefined();
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
