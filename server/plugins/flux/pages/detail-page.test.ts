import { afterEach, expect, test } from 'vitest';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import {
  buildFailed,
  condition,
  dependencyNotReady,
  eventAbout,
  gitRepository,
  kustomization,
  sha,
} from './testing/objects.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

test('tells the status in words, and leads from symptom to cause', async () => {
  app = await startFluxApp({
    objects: [
      gitRepository('apps'),
      kustomization('base', { status: { conditions: [buildFailed()] } }),
      kustomization('middle', {
        spec: { dependsOn: [{ name: 'base' }] },
        status: { conditions: [dependencyNotReady('shop/base')] },
      }),
      kustomization('top', {
        spec: { dependsOn: [{ name: 'middle' }] },
        status: { conditions: [dependencyNotReady('shop/middle')] },
      }),
    ],
  });
  const { $ } = await app.page('/flux/kustomizations/shop/top');
  expect($('#detail-finding').attr('data-state')).toBe('waiting');
  expect($('#detail-finding h2').text()).toContain('Waiting');
  const steps = $('.cascade > li');
  expect(steps.map((_, step) => $(step).find('.obj b').text()).get()).toEqual(['top', 'middle', 'base']);
  expect(steps.last().attr('class')).toBe('root');
  expect(steps.last().find('a').attr('href')).toBe('/flux/kustomizations/shop/base');
  const cause = await app.page('/flux/kustomizations/shop/base');
  expect(cause.$('.cascade')).toHaveLength(0);
  expect(cause.$('#detail-finding').text()).toContain('Holds up');
  expect(cause.$('#detail-used-by').text()).toContain('middle');
});

test('a release that has drifted is ready, and its head says that it has', async () => {
  const release = (name: string, status: 'True' | 'False') => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { namespace: 'shop', name },
    spec: { interval: '10m', chartRef: { kind: 'OCIRepository', name: 'chart' }, driftDetection: { mode: 'warn' } },
    status: {
      observedGeneration: 1,
      conditions: [
        condition({ reason: 'UpgradeSucceeded', message: 'Helm upgrade succeeded' }),
        condition({ type: 'Drifted', status, reason: 'DriftDetected', message: 'it differs' }),
      ],
    },
  });
  app = await startFluxApp({ objects: [release('away', 'True'), release('there', 'False')] });
  const away = (await app.page('/flux/helmreleases/shop/away')).$('#detail-finding');
  expect(away.attr('data-state')).toBe('warning');
  expect(away.text()).toContain('Ready');
  expect(away.text()).toContain('The cluster differs from what Helm applied');
  const there = (await app.page('/flux/helmreleases/shop/there')).$('#detail-finding');
  expect(there.attr('data-state')).toBe('ready');
});

test('shows conditions, set-up, artifact, events, commands and where the commit is on the web', async () => {
  const source = gitRepository('apps');
  app = await startFluxApp({
    objects: [
      source,
      kustomization('web'),
      eventAbout(source, 'e1', { reason: 'NewArtifact', message: 'stored artifact for commit <b>x</b>' }),
      eventAbout(source, 'e2', { reason: 'NewArtifact', message: 'stored artifact for commit <b>x</b>', count: 4 }),
    ],
  });
  const { $ } = await app.page('/flux/gitrepositories/shop/apps');
  expect($('#detail-conditions').text()).toContain('Ready: yes');
  expect($('#detail-facts').text()).toContain('https://github.com/example/apps');
  expect($('#detail-artifact').text()).toContain('2.7 kB');
  expect($('#detail-artifact').text()).toContain('b'.repeat(64));
  expect($('#detail-events > li')).toHaveLength(1);
  expect($('#detail-events').text()).toContain('× 5');
  expect($('#detail-events').text()).toContain('<b>x</b>');
  expect($('#detail-commands').text()).toContain('flux reconcile source git apps -n shop');
  expect($(`a[href="https://github.com/example/apps/commit/${sha('a')}"]`).text()).toContain('aaaaaaa');
  expect($('#detail-used-by').text()).toContain('web');
});

test('lists what it owns and shows its YAML with colours, credentials masked', async () => {
  app = await startFluxApp({
    objects: [
      gitRepository('apps', { spec: { url: 'https://user:s3cret@git.example.com/apps.git' } }),
      kustomization('web'),
    ],
  });
  const inventory = await app.page('/flux/kustomizations/shop/web?tab=inventory');
  expect(inventory.$('#detail-inventory').text()).toContain('Deployment');
  expect(inventory.$('.tabs [aria-current]').text()).toContain('Inventory');
  const yaml = await app.page('/flux/gitrepositories/shop/apps?tab=yaml');
  expect(yaml.$('pre .hljs-attr').length).toBeGreaterThan(5);
  expect(yaml.html).not.toContain('s3cret');
  expect((await app.page('/flux/kustomizations/shop/web?tab=x')).status).toBe(400);
});

test('disables what may not be done and names the missing right', async () => {
  app = await startFluxApp({ objects: [kustomization('web')], allow: (rule) => rule.verb !== 'patch' });
  const { $ } = await app.page('/flux/kustomizations/shop/web');
  const buttons = $('.subject-actions > button, .split > button');
  expect(buttons.map((_, button) => $(button).attr('aria-disabled')).get()).toEqual(['true', 'true']);
  expect($('.subject .denied').text()).toContain(
    'patch on kustomizations.kustomize.toolkit.fluxcd.io in namespace shop',
  );
});

test('says who suspended it, and offers to resume instead of to sync', async () => {
  app = await startFluxApp({
    objects: [
      kustomization('web', {
        metadata: {
          annotations: { 'sluice.dev/suspended-by': 'ann@example.com', 'sluice.dev/suspend-reason': 'load test' },
        },
        spec: { suspend: true },
      }),
    ],
  });
  const { $ } = await app.page('/flux/kustomizations/shop/web');
  expect($('#detail-finding').text()).toContain('ann@example.com');
  expect($('#detail-finding').text()).toContain('load test');
  expect($('button[formaction="/actions/flux.resume"]')).toHaveLength(1);
  expect($('button[formaction="/actions/flux.reconcile"][form="row-action"]')).toHaveLength(0);
});

test('suspends without script: a page asks, its form does it, and the object says who and why', async () => {
  app = await startFluxApp({ objects: [kustomization('web')] });
  const { $ } = await app.page('/flux/kustomizations/shop/web/suspend?back=%2Fflux%2Fkustomizations');
  const form = $('main form');
  expect(form.find('a').attr('href')).toBe('/flux/kustomizations');
  const fields = new URLSearchParams();
  for (const field of form.find('input').get()) fields.set($(field).attr('name') ?? '', $(field).attr('value') ?? '');
  fields.set('reason', 'load test until Friday');
  const answer = await fetch(app.url + form.attr('action'), { method: 'POST', body: fields, redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/flux/kustomizations']);
  await expect
    .poll(async () => (await app.page('/flux/kustomizations/shop/web')).$('#detail-finding').text())
    .toContain('load test until Friday');
});

test('never leads to another site', async () => {
  app = await startFluxApp({ objects: [kustomization('web')] });
  for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example/']) {
    const { $ } = await app.page(`/flux/kustomizations/shop/web/suspend?back=${encodeURIComponent(back)}`);
    expect($('main form a').attr('href')).toBe('/flux/kustomizations/shop/web');
  }
});

test('an object that is gone is a 404 that says so, and near names are offered', async () => {
  app = await startFluxApp({ objects: [kustomization('ledger')] });
  const { $, status } = await app.page('/flux/kustomizations/shop/ledgr');
  expect(status).toBe(404);
  expect($('h1').text()).toContain('There is no Kustomization shop/ledgr');
  expect($('#gone a').first().attr('href')).toBe('/flux/kustomizations/shop/ledger');
});

test('nobody learns of an object they may not see', async () => {
  app = await startFluxApp({ objects: [kustomization('web')], allow: () => false });
  for (const name of ['web', 'nothing']) {
    const { status, $ } = await app.page(`/flux/kustomizations/shop/${name}`);
    expect(status).toBe(403);
    expect($('main').text()).toContain('get');
  }
});
