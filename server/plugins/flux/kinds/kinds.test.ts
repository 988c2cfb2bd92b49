import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { groupOf } from '../../../kube/object.ts';
import { fluxObject } from '../testing/situations.ts';
import { entryOf, surroundingsOf } from '../testing/surroundings.ts';
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
    expect(columnsOf(provider)).toEqual({ Type: 'slack', Channel: 'ops', Address: 'hidden' });
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
    ).toEqual({ Chooses: 'the highest number', 'Latest tag': '7' });
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

describe('panels', () => {
  const around = surroundingsOf();
  const panelsOf = async (object: KubeObject, seen = around) => {
    const panels = await kindOfObject(object).panels?.(entryOf(object), seen);
    return Object.fromEntries((panels ?? []).map((panel) => [panel.id, panel]));
  };

  test('every kind has panels for an empty object too, each with a name of its own', async () => {
    for (const kind of kinds) {
      const panels = (await kind.panels?.(entryOf(fluxObject(kind.kind, 'a')), around)) ?? [];
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    }
  });

  test('an automation says which of its policies have moved on since', async () => {
    const automation = fluxObject('ImageUpdateAutomation', 'a', {
      spec: { sourceRef: { kind: 'GitRepository', name: 'fleet' } },
      status: {
        lastPushCommit: '4f1a5b1051b469108d1bdf0ebec6c814427e3834',
        lastPushTime: '2026-03-02T08:00:00Z',
        observedPolicies: {
          cart: { name: 'r/cart', tag: '1.0' },
          web: { name: 'r/web', tag: '7' },
          gone: { tag: '1' },
        },
      },
    });
    const policy = (name: string, tag: string) =>
      fluxObject('ImagePolicy', name, { status: { latestRef: { name: `r/${name}`, tag } } });
    const seen = surroundingsOf({ objects: [policy('cart', '1.1'), policy('web', '7')] });
    const { push, policies } = await panelsOf(automation, seen);
    expect(push?.facts?.map(({ label }) => label)).toEqual(['Commit', 'Pushed', 'Applied by']);
    expect(policies?.rows).toMatchObject([
      { how: 'wrote 1.0', state: 'reconciling', what: 'It chooses 1.1 now; the next run writes that.' },
      { how: 'wrote 7' },
      { how: 'wrote 1', state: 'failing' },
    ]);
  });

  test('a generator says which of its artifacts are there', async () => {
    const generator = fluxObject('ArtifactGenerator', 'a', {
      spec: {
        artifacts: [
          { name: 'web', copy: [{ from: '@fleet/web/**', to: '@artifact/' }] },
          { name: 'api', copy: [] },
        ],
      },
    });
    const made = fluxObject('ExternalArtifact', 'web', {
      status: { artifact: { revision: 'latest@sha256:abcdef0123' } },
    });
    const { artifacts } = await panelsOf(generator, surroundingsOf({ objects: [made] }));
    expect(artifacts?.rows).toMatchObject([
      { what: '@fleet/web/** → @artifact/' },
      { state: 'waiting', how: 'not made yet' },
    ]);
  });

  test('a FluxInstance lists what is installed and what is still to come', async () => {
    const instance = fluxObject('FluxInstance', 'flux', {
      spec: { components: ['source-controller', 'helm-controller'], distribution: { version: '2.x', registry: 'r' } },
      status: { components: [{ name: 'source-controller', repository: 'r/source-controller', tag: 'v1.9.2' }] },
    });
    const { components } = await panelsOf(instance);
    expect(components).toMatchObject({
      sub: '1 of 2 installed',
      rows: [
        { text: 'source-controller', how: 'v1.9.2' },
        { text: 'helm-controller', how: 'not installed yet', state: 'waiting' },
      ],
    });
  });

  test('a ResourceSet takes inputs from providers by name or label, and its own', async () => {
    const provider = (name: string, labels: Record<string, string>) =>
      fluxObject('ResourceSetInputProvider', name, {
        metadata: { labels },
        spec: { type: 'Static' },
        status: { exportedInputs: [{ id: '1', token: 'planted' }] },
      });
    const set = fluxObject('ResourceSet', 'a', {
      spec: {
        inputs: [{ tenant: 'one', nested: { deep: true } }],
        inputsFrom: [{ name: 'named' }, { name: 'gone' }, { selector: { matchLabels: { for: 'a' } } }],
      },
    });
    const objects = [provider('named', {}), provider('chosen', { for: 'a' }), provider('other', { for: 'b' })];
    const { inputs } = await panelsOf(set, surroundingsOf({ objects }));
    expect(inputs?.rows).toMatchObject([
      { reference: { name: 'named' }, how: '1 input' },
      { reference: { name: 'gone' }, state: 'failing' },
      { reference: { name: 'chosen' }, how: '1 input' },
      { text: 'tenant=one, nested={"deep":true}', how: 'its own' },
    ]);
    const exported = await panelsOf(provider('named', {}));
    expect(JSON.stringify(exported)).not.toContain('planted');
  });
});

describe('the Flux Operator', () => {
  const every = (value: string) => ({ metadata: { annotations: { 'fluxcd.controlplane.io/reconcileEvery': value } } });

  test('the interval is an annotation, with a default for each kind', () => {
    const interval = (kind: string, parts = {}) => {
      const object = fluxObject(kind, 'a', parts);
      return kindOfObject(object).intervalSeconds?.(object);
    };
    expect(interval('ResourceSet', every('30m'))).toBe(1800);
    expect(interval('ResourceSet', every('soon'))).toBe(3600);
    expect(interval('FluxInstance')).toBe(3600);
    expect(interval('ResourceSetInputProvider')).toBe(600);
  });

  test('what an input provider reads is said in words', () => {
    const reads = (type: string) => columnsOf(fluxObject('ResourceSetInputProvider', 'a', { spec: { type } }))['Reads'];
    expect(reads('GitHubPullRequest')).toBe('pull requests of GitHub');
    expect(reads('GitLabMergeRequest')).toBe('merge requests of GitLab');
    expect(reads('AWSCodeCommitTag')).toBe('tags of AWS CodeCommit');
    expect(reads('ECRArtifactTag')).toBe('tags of an OCI artifact');
    expect(reads('Static')).toBe('fixed values');
    expect(reads('SomethingNew')).toBe('SomethingNew');
  });
});
