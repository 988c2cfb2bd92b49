import * as cheerio from 'cheerio';
import supertest from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SluiceError } from './errors.ts';
import type { WatchDefinition } from './kube/cluster.ts';
import { fakeCluster } from './testing/fake-cluster.ts';
import { startRealApp } from './testing/real-app.ts';
import { gadget, gadgets, startGadgetApp } from './web/testing/gadget-app.ts';

let app: Awaited<ReturnType<typeof startGadgetApp>>;

beforeAll(async () => {
  app = await startGadgetApp({
    cluster: {
      note: 'A demo cluster.',
      objects: [gadget('one', 'ready', 'first'), gadget('two', 'failing', '<i>x</i>')],
    },
    others: ['spare'],
  });
});
afterAll(() => app.close());

function get(path: string) {
  return supertest(app.url).get(path);
}

async function page(path: string) {
  const response = await get(path).expect(200);
  return cheerio.load(response.text);
}

test('a page stands in the frame: rail, counts, gauge, breadcrumb, identity', async () => {
  const $ = await page('/gadgets');
  expect($('head > title').text()).toBe('Gadgets · test · Sluice');
  expect($('.rail a[aria-current="page"]').text().replaceAll(/\s+/g, ' ')).toContain('Gadgets1 failing, of2');
  expect($('.rail .rail-off').text()).toContain('The cluster does not serve Gizmos.');
  expect($('.rail-foot').text()).toBe('1 of 2 ready');
  expect(
    $('.crumbs li')
      .toArray()
      .map((item) => $(item).text()),
  ).toEqual(['test', 'Gadgets']);
  expect($('.cluster summary').text()).toContain('Kubernetes 1.36, Gadgets 2');
  expect($('#notices').text()).toContain('A demo cluster.');
  expect($('.account summary').attr('aria-label')).toContain('sluice');
  expect($('main h1')).toHaveLength(1);
});

test('the box in the bar leads to the search that a plugin brings, and is not there without one', async () => {
  expect((await page('/gadgets'))('form.search')).toHaveLength(0);
  const found = await startRealApp({ clusters: (watches) => [fakeCluster({ watches })] });
  const $ = cheerio.load(await (await fetch(`${found.url}/audit`)).text());
  expect($('form.search').attr('action')).toBe('/flux/search');
  await found.close();
});

test('nothing on a page is inline, and everything it names is served', async () => {
  const $ = await page('/gadgets');
  expect($('script:not([src]), style, [style], [onclick]')).toHaveLength(0);
  const urls = $('link[href]')
    .toArray()
    .map((link) => $(link).attr('href') ?? '');
  urls.push($('script').attr('src') ?? '', ($('use').attr('href') ?? '').split('#')[0] ?? '');
  for (const url of urls) await get(url).expect(200).expect('Cache-Control', 'public, max-age=31536000, immutable');
});

test('every symbol a page uses is in the sprite', async () => {
  const $ = await page('/gadgets/a/one');
  const sprite = await get(($('use').attr('href') ?? '').split('#')[0] ?? '');
  const known = new Set([...String(sprite.body).matchAll(/symbol id="([^"]+)"/g)].map(([, id]) => id));
  const used = new Set(
    $('use')
      .toArray()
      .map((use) => ($(use).attr('href') ?? '').split('#')[1] ?? ''),
  );
  expect(used.difference(known)).toEqual(new Set());
});

test('a first visit loads at most 120 kB', async () => {
  const $ = await page('/gadgets');
  const urls = [
    '/gadgets',
    ...$('link[href], script[src]').map((_, element) => $(element).attr('href') ?? $(element).attr('src') ?? ''),
  ];
  urls.push(($('use').attr('href') ?? '').split('#')[0] ?? '');
  let bytes = 0;
  for (const url of urls) {
    const response = await fetch(app.url + url, { headers: { 'Accept-Encoding': 'br' } });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    bytes += Number(response.headers.get('content-length'));
  }
  expect(bytes).toBeLessThan(66_000);
});

test('pages are compressed, strict, and never kept by others', async () => {
  const response = await get('/gadgets').set('Accept-Encoding', 'br');
  expect(response.headers['content-encoding']).toBe('br');
  expect(Number(response.headers['content-length'])).toBeLessThan(response.text.length / 3);
  expect(response.text).toContain('</html>');
  expect(response.headers['cache-control']).toBe('private, no-cache');
  expect(response.headers['content-security-policy']).toBe(
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';worker-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
  );
  expect(response.headers['x-content-type-options']).toBe('nosniff');
  expect(response.headers['x-powered-by']).toBeUndefined();
  expect(response.headers['x-request-id']).toMatch(/^[0-9a-f]{8}$/);
});

test('no answer may be kept by a cache that was not told so', async () => {
  for (const path of ['/healthz', '/readyz', '/nowhere', '/api/v1/openapi.json', '/api/v1/nothing']) {
    const response = await get(path).set('Accept', 'application/json');
    expect({ path, kept: response.headers['cache-control'] }).toEqual({ path, kept: 'no-store' });
  }
});

test('JSON of some size is compressed too', async () => {
  const response = await get('/api/v1/openapi.json').set('Accept-Encoding', 'gzip').expect(200);
  expect(response.headers['content-encoding']).toBe('gzip');
  expect(response.body).toMatchObject({ openapi: '3.1.0' });
});

test('page views ask the API server nothing', async () => {
  await page('/gadgets');
  const before = app.cluster.requests.length;
  await page('/gadgets');
  await page('/gadgets/a/one');
  expect(app.cluster.requests.length).toBe(before);
});

test('the root goes to the first page there is, in every cluster', async () => {
  await get('/').expect(302).expect('Location', '/gadgets');
  await get('/clusters/spare/').expect(302).expect('Location', '/clusters/spare/gadgets');
  const $ = await page('/clusters/spare/gadgets?q=x');
  expect($('.rail a[aria-current="page"]').attr('href')).toBe('/clusters/spare/gadgets');
  expect($('#filters').attr('action')).toBe('/clusters/spare/gadgets');
});

test.each([
  ['/nowhere', 404, 'There is no page at this address.'],
  ['/gadgets/a/none', 404, 'There is no Gadget a/none in the cluster test.'],
  ['/clusters/none/gadgets', 404, 'There is no cluster named none here.'],
  ['/gadgets/%zz/x', 400, 'cannot be read'],
  ['/broken', 500, 'Something went wrong inside Sluice.'],
])('%s answers %d with a page that says why', async (path, status, words) => {
  const response = await get(path).set('Accept', 'text/html').expect(status);
  const $ = cheerio.load(response.text);
  expect($('main').text()).toContain(words);
  expect($('main').text()).toContain(response.headers['x-request-id']);
  expect($('.rail a')).not.toHaveLength(0);
});

test('what happened inside never gets out', async () => {
  const html = await get('/broken').set('Accept', 'text/html');
  const json = await get('/broken').set('Accept', 'application/json').expect(500);
  for (const text of [html.text, json.text]) {
    expect(text).not.toContain('s3cr3t');
    expect(text).not.toContain('10.1.2.3');
    expect(text).not.toContain('gadget-app.ts');
  }
  expect(json.body).toMatchObject({ success: false, error: { code: 'internal' } });
});

test('a missing right is named, with the rules that would grant it', async () => {
  const response = await get('/denied').set('Accept', 'text/html').expect(403);
  const $ = cheerio.load(response.text);
  expect($('.rights').text()).toContain('list on gadgets.gadgets.example in namespace a');
  expect($('pre').text()).toContain('kind: RoleBinding');
});

test('only pages of this site may change anything', async () => {
  await supertest(app.url)
    .post('/actions/gadget.turn')
    .set('Sec-Fetch-Site', 'cross-site')
    .type('form')
    .send('object=a/one')
    .expect(403);
  await supertest(app.url)
    .post('/actions/gadget.turn')
    .set('Origin', 'https://evil.example')
    .type('form')
    .send('object=a/one')
    .expect(403);
  await supertest(app.url)
    .post('/actions/gadget.turn')
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send('object=a/one&back=/gadgets')
    .expect(303)
    .expect('Location', '/gadgets');
});

test('a refused action is a fragment for htmx and a page without it', async () => {
  const post = () => supertest(app.url).post('/actions/gadget.turn').type('form').send('object=a/stuck');
  const fragment = await post().set('HX-Request', 'true').expect(422);
  expect(fragment.text).toContain('The gadget is stuck. Oil it.');
  expect(fragment.text).not.toContain('<html');
  const whole = await post().set('Accept', 'text/html').expect(422);
  expect(cheerio.load(whole.text)('main').text()).toContain('The gadget is stuck.');
});

test('a foreign host name is refused while only this machine is listened to', async () => {
  await get('/gadgets').set('Host', 'evil.example').expect(403);
  await get('/healthz').set('Host', 'evil.example').expect(200);
});

test('theme and density are kept without script', async () => {
  const response = await supertest(app.url)
    .post('/preferences')
    .type('form')
    .send('theme=dark&back=/gadgets%3Fq%3Da')
    .expect(303);
  expect(response.headers['location']).toBe('/gadgets?q=a');
  const cookie = String(response.headers['set-cookie']);
  expect(cookie).toContain('HttpOnly');
  const next = await get('/gadgets').set('Cookie', cookie.split(';')[0] ?? '');
  const $ = cheerio.load(next.text);
  expect($('html').attr('data-theme')).toBe('dark');
  expect($('#toggle-theme').attr('value')).toBe('system');
  await supertest(app.url).post('/preferences').type('form').send('theme=dark&back=//evil.example').expect(400);
  await supertest(app.url).post('/preferences').type('form').send('theme=pink').expect(303).expect('Location', '/');
});

test('readiness says what is missing', async () => {
  await get('/readyz').expect(200);
  app.cluster.become({ group: 'gadgets.example', resource: 'gadgets' }, { state: 'syncing' });
  const response = await get('/readyz').expect(503);
  expect(response.body).toMatchObject({
    ok: false,
    clusters: [{ name: 'test', ok: false, waitingFor: ['Gadget'] }, { ok: true }],
  });
  app.cluster.become({ group: 'gadgets.example', resource: 'gadgets' }, { state: 'live' });
});

test('who asks is not blamed for credentials of Sluice that fail', async () => {
  const words = 'The credentials of /sluice/kubeconfig cannot be had: the plugin sign-in failed.';
  let failing = true;
  const allow = () => {
    if (failing) throw new SluiceError('bad_credentials', words);
    return true;
  };
  const objects = [gadget('one', 'ready')];
  const refused = await startGadgetApp({ config: { as: 'ada' }, cluster: { objects, allow } });
  refused.cluster.become(gadgets, { state: 'unknown' });
  refused.cluster.loseConnection(words, new Date(), 'bad_credentials');
  const shown = await supertest(refused.url).get('/gadgets/a/one').expect(503);
  const $ = cheerio.load(shown.text);
  expect($('h1').text()).toBe('Sluice cannot sign in to the cluster');
  expect($('main').text()).toContain(words);
  expect($('main').text()).not.toContain('You are');
  await supertest(refused.url)
    .get('/gadgets/a/one')
    .set('Accept', 'application/json')
    .expect(503)
    .expect(({ body }) => expect(body).toMatchObject({ error: { code: 'bad_credentials', message: words } }));
  await supertest(refused.url)
    .get('/readyz')
    .expect(503)
    .expect(({ body }) => expect(body).toMatchObject({ clusters: [{ ok: false, problem: words }] }));
  failing = false;
  refused.cluster.become(gadgets, { state: 'live' });
  refused.cluster.regainConnection();
  await supertest(refused.url).get('/gadgets/a/one').expect(200);
  await refused.close();
});

test('a lost API server is said on every page, with its time', async () => {
  app.cluster.loseConnection('Nothing answers.', new Date('2026-11-19T14:31:20Z'));
  const $ = await page('/gadgets');
  expect($('#notices').text()).toContain('Not live since 14:31:20.');
  expect($('#notices').attr('data-as-of')).toBe('2026-11-19T14:31:20.000Z');
  expect($('#gadgets tbody')).toHaveLength(2);
  app.cluster.regainConnection();
});

test('below a base path everything stands there', async () => {
  const based = await startGadgetApp({
    config: { basePath: '/sluice' },
    cluster: { objects: [gadget('one', 'ready')] },
  });
  const root = based.url.replace(/\/sluice$/, '');
  const response = await fetch(`${root}/sluice/gadgets`);
  const $ = cheerio.load(await response.text());
  expect(response.status).toBe(200);
  for (const url of [
    $('link[rel="stylesheet"]').attr('href'),
    $('.rail a[aria-current="page"]').attr('href'),
    $('#filters').attr('action'),
  ]) {
    expect(url).toMatch(/^\/sluice\//);
    expect((await fetch(root + url)).status).toBe(200);
  }
  const document = await (await fetch(`${root}/sluice/api/v1/openapi.json`)).json();
  expect(document).toMatchObject({
    servers: [{ url: '/sluice/api/v1' }, { url: '/sluice/api/v1/clusters/{cluster}' }],
  });
  expect((await fetch(`${root}/gadgets`)).status).toBe(404);
  expect((await fetch(`${root}/healthz`)).status).toBe(200);
  await based.close();
});

test('what fails below a base path is answered for the cluster it names, and programs in JSON', async () => {
  const based = await startGadgetApp({ config: { basePath: '/sluice' }, others: ['spare'] });
  const shown = await fetch(`${based.url}/clusters/spare/nowhere`);
  expect(shown.status).toBe(404);
  expect(
    cheerio
      .load(await shown.text())('.cluster summary')
      .text(),
  ).toContain('spare');
  const refused = await fetch(`${based.url}/api/v1/gadgets/a/one/turn`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'cross-site' },
  });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ success: false, error: { code: 'forbidden' } });
  await based.close();
});

test('in every cluster one has the name that it gives', async () => {
  const named = (name: string, self: string) => {
    return (watches: readonly WatchDefinition[]) => fakeCluster({ name, watches, self: { name: self, groups: [] } });
  };
  const both = await startRealApp({
    clusters: (watches) => [named('one', 'ada')(watches), named('two', 'robot')(watches)],
  });
  const nameAt = async (path: string) => {
    const $ = cheerio.load(await (await fetch(both.url + path)).text());
    return $('.account .menu-note span').text();
  };
  expect(await nameAt('/audit')).toBe('ada');
  expect(await nameAt('/clusters/two/audit')).toBe('robot');
  await both.close();
});

test('an Event that the API server does not take in time keeps nobody from ending', async () => {
  const ending = await startGadgetApp({ cluster: { objects: [gadget('one', 'ready')] } });
  ending.cluster.answer(({ path }) => (path.endsWith('/events') ? new Promise(() => undefined) : undefined));
  await supertest(ending.url).post('/api/v1/gadgets/a/one/turn?wait=true').expect(200);
  await ending.services.drain(10);
  await ending.close();
});
