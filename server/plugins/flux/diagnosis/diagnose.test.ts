import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../kube/object.ts';
import { fluxObject } from '../testing/situations.ts';
import { failed, gaveUp, ready } from './testing/failures.ts';
import { wayOf, worldOf } from './testing/world.ts';

const last = '2026-03-02T08:10:00Z';

const troubled = new Set(['failing', 'stalled', 'waiting', 'suspended-failing']);

const waiting = (name: string, ...on: string[]) =>
  failed(
    'Kustomization',
    name,
    { sourceRef: { kind: 'GitRepository', name: 'apps' }, dependsOn: on.map((each) => ({ name: each })) },
    'DependencyNotReady',
    `dependency 'shop/${on[0] ?? ''}' is not ready`,
  );

describe('what holds up', () => {
  test('objects that wait for each other are named as such, with one key from wherever one comes', () => {
    const circle = worldOf([waiting('outside', 'b'), waiting('a', 'b'), waiting('b', 'c'), waiting('c', 'a')]);
    const { root } = circle.of('Kustomization/a');
    expect(root?.title).toBe('Kustomizations shop/a, shop/b and shop/c wait for each other');
    expect(root?.fix).toContain('Take one of them out of spec.dependsOn');
    for (const name of ['b', 'c', 'outside']) expect(circle.of(`Kustomization/${name}`).root?.key).toBe(root?.key);
    expect(worldOf([waiting('self', 'self')]).of('Kustomization/self').root?.title).toBe(
      'Kustomization shop/self waits for itself',
    );
  });

  test('a dependency that does not exist', () => {
    const { root, steps } = worldOf([waiting('web', 'gone')]).of('Kustomization/web');
    expect(steps.map(({ state }) => state)).toEqual(['waiting', 'missing']);
    expect(root?.title).toBe('Kustomization shop/gone does not exist');
    expect(root?.fix).toBe('Create Kustomization shop/gone, or correct spec.dependsOn.');
  });

  test('a dependency that may not be seen says no more than that', () => {
    const base = failed('Kustomization', 'base', {}, 'BuildFailed', 'kustomize build failed: secret thing');
    const web = failed(
      'Kustomization',
      'web',
      { dependsOn: [{ name: 'base', namespace: 'hidden' }] },
      'DependencyNotReady',
      `dependency 'hidden/base' is not ready`,
    );
    const diagnosis = worldOf([web, { ...base, metadata: { ...base.metadata, namespace: 'hidden' } }], ['hidden']).of(
      'Kustomization/web',
    );
    expect(wayOf(diagnosis)).toBe('Kustomization web ← Kustomization base');
    expect(diagnosis.steps.at(-1)).toMatchObject({ state: 'hidden', text: 'You may not see it.' });
    expect(JSON.stringify([diagnosis.steps, diagnosis.root])).not.toContain('secret thing');
  });

  test('a source that is suspended and never fetched', () => {
    const { root } = worldOf([
      fluxObject('GitRepository', 'apps', { spec: { suspend: true } }),
      failed(
        'Kustomization',
        'web',
        { sourceRef: { kind: 'GitRepository', name: 'apps' } },
        'ArtifactFailed',
        'Source artifact not found, retrying in 30s',
      ),
    ]).of('Kustomization/web');
    expect(root?.title).toBe('GitRepository shop/apps is suspended');
    expect(root?.command).toBe('flux resume source git apps -n shop');
  });

  test('what is ready by now only needs the next try', () => {
    const { root } = worldOf([waiting('web', 'base'), ready('Kustomization', 'base')]).of('Kustomization/web');
    expect(root?.title).toBe('Kustomization shop/base is ready by now, and was not at the last try');
    expect(root?.command).toBe('flux reconcile kustomization web -n shop');
  });

  test('a health check that waits for an object of Flux leads to its cause', () => {
    const diagnosis = worldOf([
      failed(
        'Kustomization',
        'all',
        {},
        'HealthCheckFailed',
        "health check failed after 1m0s: timeout waiting for: [HelmRelease/shop/cart status: 'InProgress']",
      ),
      failed(
        'HelmRelease',
        'cart',
        { valuesFrom: [{ kind: 'Secret', name: 'v' }] },
        'ValuesError',
        `could not resolve Secret chart values reference 'shop/v' with key 'values.yaml': secrets "v" not found`,
      ),
    ]).of('Kustomization/all');
    expect(wayOf(diagnosis)).toBe('Kustomization all ← HelmRelease cart ← Secret v');
  });

  test('a repository that fails explains its chart, and the release', () => {
    const diagnosis = worldOf([
      failed(
        'HelmRelease',
        'cart',
        { chart: { spec: { chart: 'cart', sourceRef: { kind: 'HelmRepository', name: 'charts' } } } },
        'SourceNotReady',
        "HelmChart 'shop/shop-cart' is not ready: no artifact",
        { helmChart: 'shop/shop-cart' },
      ),
      failed(
        'HelmChart',
        'shop-cart',
        { sourceRef: { kind: 'HelmRepository', name: 'charts' } },
        'NoSourceArtifact',
        "no artifact available for HelmRepository source 'charts'",
      ),
      failed(
        'HelmRepository',
        'charts',
        { url: 'https://charts.example.com', secretRef: { name: 'login' } },
        'AuthenticationError',
        `failed to get secret 'shop/login': secrets "login" not found`,
      ),
    ]).of('HelmRelease/cart');
    expect(wayOf(diagnosis)).toBe('HelmRelease cart ← HelmChart shop-cart ← HelmRepository charts ← Secret login');
    expect(diagnosis.root?.command).toBe('flux create secret helm login -n shop --username=<user> --password=<token>');
  });

  test('an automation follows its repository, a policy its image repository', () => {
    const images = worldOf([
      failed(
        'ImageRepository',
        'cart',
        { image: 'registry.example.com/cart' },
        'ReadOperationFailed',
        'scan failed: GET https://registry.example.com/v2/: UNAUTHORIZED: authentication required',
      ),
      failed(
        'ImagePolicy',
        'cart',
        { imageRepositoryRef: { name: 'cart' } },
        'DependencyNotReady',
        'referenced ImageRepository has not been scanned yet',
      ),
      failed(
        'ImagePolicy',
        'lost',
        { imageRepositoryRef: { name: 'gone' } },
        'DependencyNotReady',
        'referenced ImageRepository does not exist',
      ),
      failed(
        'GitRepository',
        'apps',
        { url: 'ssh://git@git.example.com/a.git', secretRef: { name: 'key' } },
        'GitOperationFailed',
        "unable to clone 'ssh://git@git.example.com/a.git': ssh: handshake failed: knownhosts: key mismatch",
      ),
      failed(
        'ImageUpdateAutomation',
        'bump',
        { sourceRef: { kind: 'GitRepository', name: 'apps' } },
        'GitOperationFailed',
        "unable to clone 'ssh://git@git.example.com/a.git': ssh: handshake failed: knownhosts: key mismatch",
      ),
    ]);
    expect(wayOf(images.of('ImagePolicy/cart'))).toBe('ImagePolicy cart ← ImageRepository cart');
    expect(wayOf(images.of('ImagePolicy/lost'))).toBe('ImagePolicy lost ← ImageRepository gone');
    expect(wayOf(images.of('ImageUpdateAutomation/bump'))).toBe('ImageUpdateAutomation bump ← GitRepository apps');
    expect(images.of('GitRepository/apps').root?.command).toBe('ssh-keyscan git.example.com');
  });

  test('an alert whose provider does not exist', () => {
    const alert = fluxObject('Alert', 'news', {
      spec: { providerRef: { name: 'chat' }, eventSources: [{ kind: 'Kustomization', name: '*' }] },
    });
    expect(worldOf([alert]).of('Alert/news').root?.title).toBe('Provider shop/chat does not exist');
    expect(worldOf([alert, fluxObject('Provider', 'chat')]).of('Alert/news').root).toBeUndefined();
  });
});

/** A generator of numbers that is the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('whatever depends on whatever, it ends, and what is not well has a cause', () => {
  const next = numbers(7);
  const pick = (count: number) => Math.floor(next() * count);
  for (let round = 0; round < 300; round += 1) {
    const size = 2 + pick(7);
    const objects: KubeObject[] = Array.from({ length: size }, (_, index) => {
      const name = `k${index}`;
      const kind = next() < 0.5 ? 'Kustomization' : 'HelmRelease';
      const on = Array.from({ length: pick(3) }, () => ({ name: `k${pick(size + 2)}` }));
      const [first] = on;
      const spec = {
        dependsOn: on,
        sourceRef: { kind: 'GitRepository', name: `k${pick(size)}` },
        suspend: next() < 0.1,
      };
      if (first !== undefined && next() < 0.7) {
        return failed(kind, name, spec, 'DependencyNotReady', `dependency 'shop/${first.name}' is not ready`);
      }
      if (next() < 0.3) return ready(kind, name, spec);
      if (next() < 0.3) {
        const list = `${kind}/shop/k${pick(size)} status: 'InProgress', Deployment/shop/d status: 'Failed'`;
        return failed(
          kind,
          name,
          spec,
          'HealthCheckFailed',
          `health check failed after 1s: timeout waiting for: [${list}]`,
        );
      }
      return next() < 0.2
        ? gaveUp(kind, name, spec, [['Ready', 'X', 'what nobody knows']])
        : failed(kind, name, spec, 'ArtifactFailed', 'Source artifact not found, retrying in 30s');
    });
    const random = worldOf(objects, next() < 0.1 ? ['shop'] : []);
    for (const { object, summary } of random.entries) {
      const { steps, root } = random.of(`${object.kind}/${object.metadata.name}`);
      expect(steps.length).toBeLessThan(40);
      if (!troubled.has(summary.state)) continue;
      expect(root).toBeDefined();
      expect(root?.key).not.toBe('');
      expect(steps[0]?.reference.name).toBe(object.metadata.name);
    }
  }
});

describe('a try that follows a failed one', () => {
  const checking = fluxObject('Kustomization', 'checking', {
    spec: { sourceRef: { kind: 'GitRepository', name: 'apps' } },
    conditions: [
      ['Reconciling', 'True', 'Progressing', 'Running health checks for revision main@sha1:6d1f0e5', last],
      ['Ready', 'Unknown', 'Progressing', 'Reconciliation in progress', last],
    ],
    status: { history: [{ lastReconciled: last, lastReconciledStatus: 'HealthCheckFailed' }] },
  });

  test('has the cause of that one, for itself and for what waits for it', () => {
    const world = worldOf([checking, waiting('web', 'checking')]);
    const { root, wantsWorkloads, steps } = world.of('Kustomization/checking');
    expect(steps).toMatchObject([{ state: 'reconciling', text: 'Its health checks did not pass.' }]);
    expect(root).toMatchObject({
      title: 'Kustomization shop/checking: its health checks did not pass',
      command: 'flux events --for Kustomization/checking -n shop',
      known: true,
    });
    expect(wantsWorkloads).toBe(true);
    const web = world.of('Kustomization/web');
    expect(web.root?.key).toBe(root?.key);
    expect(wayOf(web)).toBe('Kustomization web ← Kustomization checking');
  });

  test('of a release has what its last action came to', () => {
    const upgrading = fluxObject('HelmRelease', 'upgrading', {
      conditions: [
        ['Reconciling', 'True', 'Progressing', `Running 'upgrade' action with timeout of 5m0s`, last],
        ['Ready', 'Unknown', 'Progressing', `Running 'upgrade' action with timeout of 5m0s`, last],
        [
          'Released',
          'False',
          'UpgradeFailed',
          'Helm upgrade failed for release shop/upgrading with chart cart@2.0.0: another operation (install/upgrade/rollback) is in progress',
          last,
        ],
      ],
    });
    expect(worldOf([upgrading]).of('HelmRelease/upgrading').root?.title).toBe(
      'An operation that was cut off holds the release shop/upgrading',
    );
  });
});
