import { afterEach, expect, test } from 'vitest';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { eventAbout, gitRepository, kustomization } from './testing/objects.ts';

let app: FluxApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

const image = 'registry.example.com/shop/web';

const policy: PartialObject = {
  apiVersion: 'image.toolkit.fluxcd.io/v1',
  kind: 'ImagePolicy',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '1.x' } } },
  status: { latestRef: { name: image, tag: '1.1.0' } },
};

const automation: PartialObject = {
  apiVersion: 'image.toolkit.fluxcd.io/v1',
  kind: 'ImageUpdateAutomation',
  metadata: { namespace: 'shop', name: 'updates' },
  spec: { interval: '30m', sourceRef: { kind: 'GitRepository', name: 'apps' }, update: { path: './' } },
  status: { observedPolicies: { web: { name: image, tag: '1.1.0' } } },
};

const alert: PartialObject = {
  apiVersion: 'notification.toolkit.fluxcd.io/v1beta3',
  kind: 'Alert',
  metadata: { namespace: 'shop', name: 'all' },
  spec: { eventSources: [{ kind: 'Kustomization', name: '*' }], providerRef: { name: 'chat' } },
};

const deployments = { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', namespaced: true };

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name: 'web', uid: 'web', resourceVersion: '1' },
  spec: { template: { spec: { containers: [{ name: 'web', image: `${image}:1.0.0` }] } } },
};

test('workloads that run the image are read while somebody looks, and stand beside who writes its tag', async () => {
  app = await startFluxApp({ objects: [policy, automation, gitRepository('apps'), kustomization('web')] });
  app.cluster.answer(({ path }) => (path.endsWith('/deployments/web') ? deployment : undefined));
  const servedKind = app.cluster.servedKind.bind(app.cluster);
  app.cluster.servedKind = (group, kind) => (kind === 'Deployment' ? deployments : servedKind(group, kind));
  const { $ } = await app.page('/flux/imagepolicies/shop/web');
  const rows = $('#panel-use li')
    .toArray()
    .map((row) => $(row).text().replaceAll(/\s+/g, ' ').trim());
  expect(rows[0]).toContain('shop/updates');
  expect(rows[0]).toContain('writes 1.1.0');
  expect(rows[1]).toContain('at 1.0.0');
  expect(rows[1]).toContain('Not at 1.1.0 yet; applied by Kustomization shop/web.');
  const other = await app.page('/flux/imagepolicies/shop/web?tab=yaml');
  expect(other.$('#panel-use').length).toBe(0);
});

test('what may not be read is counted, not passed over', async () => {
  app = await startFluxApp({ objects: [policy, automation, gitRepository('apps'), kustomization('web')] });
  const { $ } = await app.page('/flux/imagepolicies/shop/web');
  expect($('#panel-use').text()).toContain('1 workload was not looked into');
});

test('delivery is told from events, and honest without the right to see them', async () => {
  const event = eventAbout(alert, 'all.1', {
    type: 'Warning',
    reason: 'NotificationDispatchFailed',
    message:
      'failed to send notification for Kustomization/shop/web: postMessage failed: failed to execute request: context deadline exceeded',
    lastTimestamp: new Date().toISOString(),
  });
  app = await startFluxApp({ objects: [alert, event, kustomization('web')] });
  const { $ } = await app.page('/flux/alerts/shop/all');
  expect($('#panel-delivery [data-state=failing]').length).toBeGreaterThan(0);
  expect($('#panel-delivery').text()).toContain('does not exist');
  expect($('#panel-sources a').attr('href')).toBe('/flux/kustomizations?namespace=shop');
  await app.close();

  app = await startFluxApp({ objects: [alert, event], allow: (rule) => rule.resource !== 'events' });
  const blind = await app.page('/flux/alerts/shop/all');
  expect(blind.$('#panel-delivery').text()).not.toContain('deadline');
});

test('the Flux Operator has a place in the rail only where it is served', async () => {
  app = await startFluxApp({ objects: [kustomization('web')] });
  expect((await app.page('/')).$('nav').text()).toContain('FluxInstances');
  await app.close();
  const absent = ['fluxinstances', 'resourcesets', 'resourcesetinputproviders'];
  app = await startFluxApp({ objects: [kustomization('web')], absent });
  const { $ } = await app.page('/');
  expect($('nav').text()).not.toContain('FluxInstances');
  expect($('nav').text()).not.toContain('Flux Operator');
  expect($('main').text()).not.toContain('FluxInstances');
});
