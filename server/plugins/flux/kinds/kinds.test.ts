import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { groupOf } from '../../../kube/object.ts';
import { fluxObject } from '../testing/situations.ts';
import { kindByPlural, kindOf, kinds } from './index.ts';

function kindOfObject(object: KubeObject) {
  const kind = kindOf(groupOf(object.apiVersion), object.kind);
  if (kind === undefined) throw new Error(object.kind);
  return kind;
}

/** A kind's own columns of one object, by label. */
function columnsOf(object: KubeObject): Record<string, string | undefined> {
  return Object.fromEntries(kindOfObject(object).columns.map((column) => [column.label, column.value(object)]));
}

function factsOf(object: KubeObject): Record<string, string> {
  return Object.fromEntries(
    kindOfObject(object)
      .facts(object)
      .map(({ label, value }) => [label, value]),
  );
}

test('no two kinds share a plural, and each is found by plural and by group and kind', () => {
  expect(new Set(kinds.map((kind) => kind.plural)).size).toBe(kinds.length);
  for (const kind of kinds) {
    expect(kindByPlural(kind.plural)).toBe(kind);
    expect(kindOf(kind.group, kind.kind)).toBe(kind);
    expect(kindOf('example.com', kind.kind)).toBeUndefined();
  }
  expect(kindByPlural('constructor')).toBeUndefined();
});

describe('columns', () => {
  test('GitRepository: URL without credentials, what is checked out', () => {
    const git = (ref: Record<string, string>) =>
      columnsOf(fluxObject('GitRepository', 'a', { spec: { url: 'https://u:planted@git.example.com/a.git', ref } }));
    expect(git({ branch: 'main' })).toEqual({ URL: 'https://***@git.example.com/a.git', Reference: 'branch main' });
    expect(git({ tag: 'v1', branch: 'main' })['Reference']).toBe('tag v1');
    expect(git({ semver: '>=1', tag: 'v1' })['Reference']).toBe('semver >=1');
    expect(git({ commit: '4f1a5b1051b469108d1bdf0ebec6c814427e3834', branch: 'main' })['Reference']).toBe(
      'commit 4f1a5b1 of main',
    );
    expect(git({ name: 'refs/pull/1/head' })['Reference']).toBe('refs/pull/1/head');
    expect(git({})['Reference']).toBe('branch master');
  });

  test('OCIRepository: URL and tag, semver or digest', () => {
    const oci = (ref: Record<string, string>) =>
      columnsOf(fluxObject('OCIRepository', 'a', { spec: { url: 'oci://registry.example.com/a', ref } }))['Reference'];
    expect(oci({ tag: '1.0' })).toBe('tag 1.0');
    expect(oci({ semver: '1.x', tag: '1.0' })).toBe('semver 1.x');
    expect(oci({ digest: `sha256:${'ab'.repeat(32)}`, semver: '1.x' })).toBe('digest abababa');
    expect(oci({})).toBe('tag latest');
  });

  test('HelmRepository: the two types are told apart', () => {
    expect(columnsOf(fluxObject('HelmRepository', 'a', { spec: { url: 'https://charts.example.com' } }))).toEqual({
      URL: 'https://charts.example.com',
      Type: 'HTTP index',
    });
    expect(
      columnsOf(fluxObject('HelmRepository', 'a', { spec: { type: 'oci', url: 'oci://r.example.com' } }))['Type'],
    ).toBe('OCI registry');
  });

  test('Bucket, HelmChart, Kustomization', () => {
    expect(columnsOf(fluxObject('Bucket', 'a', { spec: { endpoint: 's3.example.com', bucketName: 'b' } }))).toEqual({
      Endpoint: 's3.example.com',
      Bucket: 'b',
    });
    expect(columnsOf(fluxObject('HelmChart', 'a', { spec: { chart: 'cart' } }))).toEqual({
      Chart: 'cart',
      Version: '*',
    });
    expect(columnsOf(fluxObject('Kustomization', 'a', { spec: { path: './apps' } }))).toEqual({ Path: './apps' });
  });

  test('HelmRelease: the chart that is deployed, else the one asked for', () => {
    const spec = {
      chart: { spec: { chart: 'cart', version: '1.x', sourceRef: { kind: 'HelmRepository', name: 'charts' } } },
    };
    expect(columnsOf(fluxObject('HelmRelease', 'a', { spec }))).toEqual({ Chart: 'cart 1.x' });
    const history = [{ chartName: 'cart', chartVersion: '1.2.0', version: 3, status: 'deployed' }];
    expect(columnsOf(fluxObject('HelmRelease', 'a', { spec, status: { history } }))).toEqual({ Chart: 'cart 1.2.0' });
  });

  test('a Provider never shows its webhook, an Alert says what it listens to', () => {
    const provider = fluxObject('Provider', 'a', {
      spec: { type: 'slack', channel: 'ops', address: 'https://hooks.slack.com/services/planted' },
    });
    expect(columnsOf(provider)).toEqual({ Type: 'slack', Channel: 'ops', Address: 'https://hooks.slack.com/***' });
    expect(JSON.stringify(factsOf(provider))).not.toContain('planted');
    const alert = fluxObject('Alert', 'a', {
      spec: {
        providerRef: { name: 'chat' },
        eventSeverity: 'error',
        eventSources: [
          { kind: 'Kustomization', name: '*' },
          { kind: 'HelmRelease', name: 'cart', namespace: 'media' },
          { kind: 'Bucket', name: '*', matchLabels: { team: 'shop' } },
        ],
      },
    });
    expect(columnsOf(alert)).toEqual({
      Provider: 'chat',
      'Listens to': 'Kustomization *, HelmRelease media/cart, Bucket * with team=shop',
      Severity: 'errors only',
    });
  });

  test('an ImagePolicy shows its tag in both versions of the API', () => {
    const spec = { imageRepositoryRef: { name: 'cart' }, policy: { numerical: { order: 'asc' } } };
    expect(
      columnsOf(
        fluxObject('ImagePolicy', 'a', { spec, status: { latestRef: { name: 'r.example.com/cart', tag: '7' } } }),
      ),
    ).toEqual({ Policy: 'highest number', 'Latest tag': '7' });
    expect(
      columnsOf(fluxObject('ImagePolicy', 'a', { spec, status: { latestImage: 'r.example.com:5000/cart:7' } }))[
        'Latest tag'
      ],
    ).toBe('7');
  });
});

describe('references', () => {
  test('a HelmRelease names its source by chart or by chartRef, and the chart made for it', () => {
    const kind = kindByPlural('helmreleases');
    const byChart = fluxObject('HelmRelease', 'a', {
      spec: { chart: { spec: { sourceRef: { kind: 'HelmRepository', name: 'charts', namespace: 'flux-system' } } } },
      status: { helmChart: 'flux-system/shop-a' },
    });
    expect(kind?.source?.(byChart)).toEqual({
      group: 'source.toolkit.fluxcd.io',
      kind: 'HelmRepository',
      namespace: 'flux-system',
      name: 'charts',
    });
    expect(kind?.references?.(byChart)).toContainEqual({
      group: 'source.toolkit.fluxcd.io',
      kind: 'HelmChart',
      namespace: 'flux-system',
      name: 'shop-a',
    });
    const byRef = fluxObject('HelmRelease', 'a', { spec: { chartRef: { kind: 'OCIRepository', name: 'cart' } } });
    expect(kind?.source?.(byRef)).toEqual({
      group: 'source.toolkit.fluxcd.io',
      kind: 'OCIRepository',
      namespace: 'shop',
      name: 'cart',
    });
  });

  test('an Alert refers to the objects it names, not to every one', () => {
    const alert = fluxObject('Alert', 'a', {
      spec: {
        providerRef: { name: 'chat' },
        eventSources: [
          { kind: 'Kustomization', name: '*' },
          { kind: 'GitRepository', name: 'fleet' },
        ],
      },
    });
    expect(
      kindByPlural('alerts')
        ?.references?.(alert)
        .map(({ kind, name }) => `${kind} ${name}`),
    ).toEqual(['Provider chat', 'GitRepository fleet']);
  });

  test('values may come from several places', () => {
    const release = fluxObject('HelmRelease', 'a', {
      spec: {
        valuesFrom: [
          { kind: 'ConfigMap', name: 'one' },
          { kind: 'Secret', name: 'two' },
        ],
      },
    });
    expect(
      kindByPlural('helmreleases')
        ?.references?.(release)
        .map(({ kind, name }) => `${kind} ${name}`),
    ).toEqual(['ConfigMap one', 'Secret two']);
  });
});

describe('facts', () => {
  test('a Kustomization in human form', () => {
    const object = fluxObject('Kustomization', 'a', {
      spec: {
        interval: '10m0s',
        timeout: '1m',
        retryInterval: '2m',
        path: './apps',
        prune: true,
        wait: false,
        targetNamespace: 'web',
        sourceRef: { kind: 'GitRepository', name: 'fleet', namespace: 'flux-system' },
        dependsOn: [{ name: 'base' }],
        healthChecks: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart', namespace: 'web' }],
        postBuild: { substitute: { region: 'planted-value' }, substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] },
      },
    });
    const facts = factsOf(object);
    expect(facts).toMatchObject({
      Source: 'GitRepository flux-system/fleet',
      Path: './apps',
      Interval: '10 min, timeout 1 min, tries again after 2 min',
      'Depends on': 'Kustomization base',
      'Target namespace': 'web',
      'What leaves the source': 'is deleted from the cluster (prune)',
      'Health check': 'Deployment web/cart',
      Substitutes: 'region',
      'Substitutes from': 'ConfigMap vars',
    });
    expect(JSON.stringify(facts)).not.toContain('planted-value');
  });

  test('a HelmRelease says what serves and what happens after a failure', () => {
    const object = fluxObject('HelmRelease', 'a', {
      spec: {
        targetNamespace: 'web',
        install: { remediation: { retries: 1 } },
        upgrade: { remediation: { retries: 3, strategy: 'rollback' } },
        driftDetection: { mode: 'enabled' },
      },
      conditions: [['Drifted', 'False', 'NoDriftDetected', 'x', '2026-03-02T08:00:00Z']],
      status: {
        history: [
          { chartName: 'cart', chartVersion: '1.3.0', version: 5, status: 'failed' },
          { chartName: 'cart', chartVersion: '1.2.0', version: 4, status: 'deployed' },
        ],
      },
    });
    expect(factsOf(object)).toMatchObject({
      Chart: 'cart 1.3.0',
      Serving: 'cart 1.2.0 (version 4)',
      Release: 'web/web-a',
      'A failed install is': 'uninstalled and tried again once, then given up',
      'A failed upgrade is': 'rolled back and tried again 3 times, then given up',
      Drift: 'detected and corrected, none found',
    });
    expect(kindByPlural('helmreleases')?.revision(object)).toEqual({ applied: '1.2.0', attempted: undefined });
  });

  test('a Receiver hides the path it is called by', () => {
    const object = fluxObject('Receiver', 'a', {
      spec: { type: 'github', secretRef: { name: 'token' } },
      status: { webhookPath: '/hook/planted' },
    });
    expect(factsOf(object)).toMatchObject({
      Type: 'github',
      Token: 'Secret token',
      Address: 'hidden: whoever knows it can call it',
    });
  });
});

test('what cannot be reconciled or suspended says why', () => {
  expect(
    kindByPlural('helmrepositories')?.neverReconciled?.(fluxObject('HelmRepository', 'a', { spec: { type: 'oci' } })),
  ).toContain('names a registry');
  expect(kindByPlural('helmrepositories')?.neverReconciled?.(fluxObject('HelmRepository', 'a'))).toBeUndefined();
  const old = { ...fluxObject('ImagePolicy', 'a'), apiVersion: 'image.toolkit.fluxcd.io/v1beta2' };
  expect(kindByPlural('imagepolicies')?.neverSuspended?.(old)).toContain('ImageRepository');
  for (const kind of kinds.filter(({ actions }) => !actions.reconcile)) {
    expect(kind.neverReconciled?.(fluxObject(kind.kind, 'a'))).toMatch(/\.$/);
  }
});
