import { afterEach, expect, test } from 'vitest';
import { load } from 'cheerio';
import type { AccessRule } from '../../errors.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import type { FakeCluster, PartialObject } from '../../testing/fake-cluster.ts';
import { startRealApp } from '../../testing/real-app.ts';
import type { RealApp } from '../../testing/real-app.ts';
import { listReleases, listReleasesSoon } from './releases.ts';
import { storedConfigMap, storedSecret } from './testing/stored.ts';

let app: RealApp;
let cluster: FakeCluster;
afterEach(() => app.close());

const served = ['secrets', 'configmaps'].map((resource) => ({
  group: '',
  version: 'v1',
  resource,
  kind: resource === 'secrets' ? 'Secret' : 'ConfigMap',
  namespaced: true,
}));

async function start(objects: readonly PartialObject[], allow: (rule: AccessRule) => boolean = () => true) {
  app = await startRealApp({
    clusters(watches) {
      cluster = fakeCluster({ watches, served, objects, allow: (_identity, rule) => allow(rule) });
      return [cluster];
    },
  });
}

async function page(path: string) {
  const response = await fetch(app.url + path);
  return { status: response.status, $: load(await response.text()) };
}

const helmRelease: PartialObject = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    chart: { spec: { chart: 'web', version: '1.x' } },
    valuesFrom: [
      { kind: 'ConfigMap', name: 'common' },
      { kind: 'Secret', name: 'login', valuesKey: 'user', targetPath: 'mirror.user' },
      { kind: 'ConfigMap', name: 'missing' },
    ],
    values: { replicas: 3 },
  },
};

const sources: PartialObject[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'common', namespace: 'shop' },
    data: { 'values.yaml': 'replicas: 2\nlevel: debug\n' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login', namespace: 'shop' },
    data: { user: Buffer.from('invented-user').toString('base64') },
  },
];

const values = { replicas: 3, level: 'debug', mirror: { user: 'invented-user' } };

test('a release is said to be without Flux only where Flux is looked at', async () => {
  const objects = [storedSecret({ revision: 1, status: 'deployed' })];
  await start(objects);
  const { $ } = await page('/helm');
  expect($('#helm-rows').text()).toContain('not by Flux');
  await app.close();
  const plugins = { flux: { enabled: false, section: {} } };
  app = await startRealApp({
    clusters: (watches) => [fakeCluster({ watches, served, objects })],
    config: { plugins },
  });
  const without = await page('/helm');
  expect(without.$('#helm-rows').text()).toContain('web');
  expect(without.$('#helm-rows').text()).toContain('not known');
});

test('says who sets each value, and hides what a Secret sets everywhere', async () => {
  await start([
    helmRelease,
    ...sources,
    storedSecret({
      revision: 1,
      status: 'deployed',
      values,
      defaults: { replicas: 1, port: 80 },
      manifest: '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  user: invented-user\n',
      notes: 'Your user is invented-user.',
    }),
  ]);
  const { $ } = await page('/helm/shop/web?tab=values&all=true');
  expect(valueRows($)).toEqual([
    'replicas | 3 | spec.values',
    'port | 80 | chart default',
    'level | debug | ConfigMap common',
    'mirror.user | *** (hidden) | Secret login, key user, put at mirror.user',
  ]);
  expect($('#helm-body').text()).toContain('There is no ConfigMap shop/missing.');
  for (const tab of ['values', 'manifest', 'notes', 'hooks', 'compare', 'roll-back', 'history']) {
    const one = await page(`/helm/shop/web?tab=${tab}`);
    expect(one.status).toBe(200);
    expect(one.$.html()).not.toContain('invented-user');
  }
});

/** The rows of the table of values, their cells parted. */
function valueRows($: Awaited<ReturnType<typeof page>>['$']): string[] {
  return $('#helm-body tbody tr')
    .map((_, row) =>
      $(row)
        .find('th, td')
        .map((_index, cell) => $(cell).text().trim())
        .get()
        .join(' | '),
    )
    .get();
}

test('what a Secret one may not read may have set is hidden, unless a source says just that', async () => {
  const spec = {
    ...helmRelease.spec,
    valuesFrom: [
      { kind: 'ConfigMap', name: 'common' },
      { kind: 'Secret', name: 'unread' },
      { kind: 'Secret', name: 'placed', valuesKey: 'user', targetPath: 'mirror.user' },
    ],
  };
  const set = { replicas: 3, level: 'from-the-secret', mirror: { user: 'invented-user' } };
  const objects = [{ ...helmRelease, spec }, ...sources];
  for (const [installed, level] of [
    [set, '*** (hidden) | ConfigMap common, unless Secret unread does, which could not be read'],
    [{ ...set, level: 'debug' }, 'debug | ConfigMap common'],
  ] as const) {
    await start([...objects, storedSecret({ revision: 1, status: 'deployed', values: installed })]);
    cluster.answer(({ path }) => {
      if (/secrets\/(?:unread|placed)$/.test(path))
        throw new KubeError('forbidden', 'no', { httpStatus: 403, reason: 'Forbidden' });
      return undefined;
    });
    const { $ } = await page('/helm/shop/web?tab=values');
    expect(valueRows($)).toEqual([
      'replicas | 3 | spec.values',
      `level | ${level}`,
      'mirror.user | *** (hidden) | Secret placed, key user, put at mirror.user',
    ]);
    expect($.html()).not.toContain('from-the-secret');
    expect($('#helm-body').text()).toContain('You may not read Secret shop/unread.');
    const answer = await (await fetch(`${app.url}/api/v1/helm/releases/shop/web`)).text();
    expect(answer).not.toContain('from-the-secret');
    expect(answer.includes('"unless":["Secret unread"]')).toBe(level.includes('unless'));
    await app.close();
  }
  await start([]);
});

test('tells the history by metadata and payload, names what is damaged, and reads each revision once', async () => {
  const damaged = { ...storedSecret({ revision: 1 }), data: { release: 'bm90aGluZw==' } };
  await start([storedSecret({ revision: 3, status: 'deployed' }), storedConfigMap({ revision: 2 }), damaged]);
  const { $ } = await page('/helm/shop/web');
  expect(
    $('#helm-body tbody tr')
      .map((_, row) => $(row).find('.state-word').text())
      .get(),
  ).toEqual(['Deployed', 'Superseded', 'Damaged']);
  expect($('#helm-body').text()).toContain('web 1.0.3');
  expect($('#helm-body').text()).toContain('The Secret shop/sh.helm.release.v1.web.v1 is damaged');
  const reads = () => cluster.requests.filter(({ path }) => path.includes('sh.helm.release')).length;
  const before = reads();
  await page('/helm/shop/web');
  expect(reads()).toBe(before);
  expect((await page('/helm/shop/web?revision=9')).status).toBe(404);
  expect((await page('/helm/shop/web?revision=x')).status).toBe(400);
  expect((await page('/helm/shop/none')).status).toBe(404);
});

test('who may not list Secrets is told which right is missing', async () => {
  await start([storedSecret({ revision: 1 })], ({ resource }) => resource !== 'secrets');
  for (const path of ['/helm', '/helm/shop/web']) {
    const { status, $ } = await page(path);
    expect(status).toBe(403);
    expect($('.rights').text()).toContain('list on secrets');
  }
});

test('while the API server does not answer, the list tells what HelmReleases told', async () => {
  const history = [
    { name: 'web', namespace: 'shop', version: 7, status: 'deployed', chartName: 'web', chartVersion: '1.0.7' },
  ];
  await start([{ ...helmRelease, status: { history } }]);
  const isStorage = ({ path }: { path: string }) => path.endsWith('/secrets') || path.endsWith('/configmaps');
  cluster.answer((request) => {
    if (isStorage(request))
      throw new KubeError('timed_out', 'It did not answer.', { httpStatus: 0, reason: 'Timeout' });
    return undefined;
  });
  const { status, $ } = await page('/helm');
  expect(status).toBe(200);
  expect($('#helm-notices').text()).toContain('It did not answer. What you see is what HelmReleases last told');
  expect($('#helm-rows').text()).toContain('shop/webweb 1.0.7');
  expect((await fetch(`${app.url}/api/v1/helm/releases`)).status).toBe(504);

  // It hangs: the answer comes when it will, and whoever asks meanwhile waits for the same.
  const late = Promise.withResolvers<object>();
  let asked = 0;
  cluster.answer((request) => {
    if (!isStorage(request)) return undefined;
    asked += 1;
    return late.promise;
  });
  const identity = { name: 'ada', groups: [] };
  const filter = { namespace: undefined, q: '', page: 1 };
  const soon = () => listReleasesSoon(cluster, identity, filter, 1);
  expect(await soon()).toMatchObject({ total: 1, rows: [{ chartVersion: '1.0.7' }], problems: [{ kind: 'stale' }] });
  const before = asked;
  await soon();
  expect(asked).toBe(before);
  late.resolve({ items: [] });
  expect(await listReleases(cluster, identity, filter)).toMatchObject({ total: 0, problems: [] });
});

test('how to go back names the chart to commit and the commands, and no hidden value', async () => {
  await start([
    helmRelease,
    ...sources,
    storedSecret({ revision: 1, values }),
    storedSecret({ revision: 2, status: 'deployed', values: { ...values, replicas: 4 } }),
  ]);
  const { $ } = await page('/helm/shop/web?tab=roll-back');
  const text = $('#helm-body').text();
  expect(text).toContain('version: 1.0.1');
  expect(text).toContain('helm rollback web 1 -n shop --wait');
  expect(text).toContain('flux suspend helmrelease web -n shop');
  expect(text).not.toContain('***');
  expect(text).not.toContain('mirror');
});

test('hidden values are shown once, on request, to who may read the Secrets, and the audit tells of it', async () => {
  let mayRead = true;
  const objects = [helmRelease, ...sources, storedSecret({ revision: 1, status: 'deployed', values })];
  await start(objects, ({ resource, verb }) => mayRead || resource !== 'secrets' || verb !== 'get');
  const href = (await page('/helm/shop/web?tab=values')).$('.helm-hidden a').attr('href') ?? '';
  const question = await page(href);
  expect(question.$.html()).not.toContain('invented-user');
  const action = question.$('form.ask').attr('action') ?? '';
  const post = () => fetch(app.url + action, { method: 'POST' });
  const answer = await post();
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const html = await answer.text();
  expect(load(html)('pre').text()).toContain('user: invented-user');
  // Nothing to come back to: no live room, no snapshot of the history.
  expect(load(html)('main').attr('data-digest')).toBe('');
  expect(load(html)('[hx-history="false"]').length).toBe(1);
  expect((await page(href)).$.html()).not.toContain('invented-user');
  const [entry] = app.services.audit.entries();
  expect(entry).toMatchObject({
    operation: 'helm.reveal',
    result: 'succeeded',
    message: 'The values of revision 1 were shown.',
  });
  expect(JSON.stringify(entry)).not.toContain('invented-user');

  mayRead = false;
  const refused = await post();
  expect(refused.status).toBe(403);
  expect(await refused.text()).not.toContain('invented-user');
  expect(app.services.audit.entries()[0]).toMatchObject({ operation: 'helm.reveal', result: 'refused' });
  expect((await page(href)).$('form.ask button').length).toBe(0);
});

test('nothing leads to Helm’s pages when their plugin is off, and they do without Flux’s', async () => {
  const seen = { ...helmRelease, status: { history: [{ name: 'web', version: 1 }] } };
  const startWithout = async (plugin: string) => {
    app = await startRealApp({
      clusters: (watches) => [
        fakeCluster({ watches, served, objects: plugin === 'flux' ? [storedSecret({ revision: 1 })] : [seen] }),
      ],
      config: { plugins: { [plugin]: { enabled: false, section: {} } } },
    });
  };
  await startWithout('helm');
  const { status, $ } = await page('/flux/helmreleases/shop/web');
  expect(status).toBe(200);
  expect($('a[href^="/helm"]').length).toBe(0);
  expect((await page('/helm')).status).toBe(404);
  await app.close();
  await startWithout('flux');
  for (const path of ['/helm', '/helm/shop/web', '/helm/shop/web?tab=roll-back']) {
    const one = await page(path);
    expect([path, one.status]).toEqual([path, 200]);
    expect(one.$('a[href^="/flux"]').length).toBe(0);
  }
});
