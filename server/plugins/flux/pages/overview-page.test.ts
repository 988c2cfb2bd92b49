import { afterEach, expect, test } from 'vitest';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { buildFailed, dependencyNotReady, eventAbout, gitRepository, kustomization, sha } from './testing/objects.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

test('groups what is held back by its cause and counts everything', async () => {
  const broken = kustomization('base', { status: { conditions: [buildFailed()] } });
  app = await startFluxApp({
    objects: [
      gitRepository('apps', { status: { artifact: { revision: `main@sha1:${sha('c')}` } } }),
      broken,
      kustomization('top', {
        spec: { dependsOn: [{ name: 'base' }] },
        status: { conditions: [dependencyNotReady('shop/base')] },
      }),
      kustomization('fresh', { status: { lastAppliedRevision: `main@sha1:${sha('c')}` } }),
      kustomization('held', { spec: { suspend: true } }),
      eventAbout(broken, 'e1', { type: 'Warning', reason: 'ArtifactFailed', message: 'no such path' }),
      eventAbout({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'shop' } }, 'e2', { message: 'x' }),
    ],
  });
  const { $ } = await app.page('/');
  expect($('h1').text()).toBe('One cause holds back 2 objects');
  expect($('.causes > li')).toHaveLength(1);
  expect(
    $('.causes .hit b')
      .map((_, name) => $(name).text())
      .get(),
  ).toEqual(['base', 'top']);
  expect($('.causes button').attr('value')).toBe('shop/base');
  expect($(`form#${$('.causes button').attr('form')} input[name="plural"]`).attr('value')).toBe('kustomizations');
  expect($('#overview-arrived').text()).toContain('1 of 4 objects has it');
  expect($('#overview-suspended').text()).toContain('held');
  expect($('#overview-events > li')).toHaveLength(1);
  expect($('#overview-kinds a[href="/flux/kustomizations?status=failing%2Cstalled"]').text()).toBe('1');
  const waiting = await app.page('/flux?status=waiting');
  expect(waiting.$('#overview-causes').text()).toContain('top');
  expect((await app.page('/flux?status=lost')).status).toBe(400);
});

test('says that notifications do not get through, why, and which Alert to look at', async () => {
  const alert = { ...kustomization('on-call'), kind: 'Alert', apiVersion: 'notification.toolkit.fluxcd.io/v1beta3' };
  const notSent = (id: string, lastTimestamp: string) =>
    eventAbout(alert, id, {
      type: 'Warning',
      reason: 'NotificationDispatchFailed',
      message:
        'failed to send notification for HelmRelease/shop/web: postMessage failed: failed to execute request: Post "https://hooks.example.com/s3cret": EOF',
      lastTimestamp,
    });
  const now = new Date().toISOString();
  app = await startFluxApp({ objects: [kustomization('web'), notSent('e1', now)] });
  const { $, html } = await app.page('/');
  expect($('#overview-notices').text()).toContain('One notification was not sent in the last hour.');
  expect($('#overview-notices a').attr('href')).toBe('/flux/alerts/shop/on-call');
  expect(html).not.toContain('s3cret');
  await app.close();
  app = await startFluxApp({ objects: [kustomization('web'), notSent('e1', '2020-01-01T00:00:00Z')] });
  expect((await app.page('/')).$('#overview-notices').text()).not.toContain('not sent');
});

test('says that everything is ready when it is', async () => {
  app = await startFluxApp({ objects: [gitRepository('apps'), kustomization('web')] });
  const { $ } = await app.page('/flux');
  expect($('h1').text()).toBe('Everything is ready');
  expect($('.rail-foot').text()).toContain('2 of 2 ready');
  expect($('.rail a[href="/flux/kustomizations"] .n').text()).toBe('1');
});

test('without Flux it leads to the installation, and comes on when its kinds appear', async () => {
  app = await startFluxApp({ absent: 'all' });
  const { $ } = await app.page('/');
  expect($('h1').text()).toContain('Flux is not installed');
  expect($('#not-installed a').attr('href')).toBe('/bootstrap');
  expect($('.rail a[href="/flux/kustomizations"]')).toHaveLength(0);
  app.cluster.become(
    { group: 'kustomize.toolkit.fluxcd.io', resource: 'kustomizations' },
    { state: 'live', asOf: new Date() },
  );
  expect((await app.page('/')).$('h1').text()).toBe('Flux has nothing to do yet');
});

test('tells nothing of objects the asker may not list', async () => {
  app = await startFluxApp({
    objects: [
      kustomization('hidden-thing', { namespace: 'attic', status: { conditions: [buildFailed()] } }),
      kustomization('web', { namespace: 'shop' }),
      eventAbout(kustomization('hidden-thing', { namespace: 'attic' }), 'e1', { message: 'x' }),
    ],
    allow: (rule) => rule.namespace === 'shop',
  });
  const { html } = await app.page('/');
  expect(html).not.toContain('hidden-thing');
  expect(html).not.toContain('attic');
  expect(html).toContain('Everything is ready');
});

test('says that all is hidden, and what would show it, instead of that all is well', async () => {
  app = await startFluxApp({ objects: [kustomization('web')], allow: () => false });
  const { $ } = await app.page('/');
  expect($('h1').text()).toBe('Flux is hidden from you');
  expect($('#overview-causes pre').text()).toContain('kustomizations');
});

test('says that it is still reading instead of that all is well', async () => {
  app = await startFluxApp({ objects: [kustomization('web')] });
  app.cluster.become({ group: 'helm.toolkit.fluxcd.io', resource: 'helmreleases' }, { state: 'syncing' });
  expect((await app.page('/')).$('h1').text()).toBe('Reading what is in the cluster');
});
