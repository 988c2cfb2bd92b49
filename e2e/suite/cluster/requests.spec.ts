import { sluiceRequests } from '../../support/audit-log.ts';
import { expect, test, untilLive } from '../../support/test.ts';

test('page views and more browsers cause no request to the API server', async ({ browser, world, sluiceAs }) => {
  const sluice = await sluiceAs('admin');
  const { auditLog } = world;
  if (auditLog === undefined) throw new Error('A real cluster has an audit log.');
  // Not pages that show what is not watched (inventories, logs): those read it while somebody looks, see below.
  const pages = [
    '/',
    '/flux/kustomizations',
    '/flux/helmreleases',
    '/flux/gitrepositories/team-checkout/checkout',
    '/flux/search?q=checkout',
    '/flux/graph',
    '/flux/events',
    '/audit',
  ];
  for (const path of pages) await (await fetch(sluice.url + path)).text();

  const since = new Date();
  for (let round = 0; round < 60; round += 1) {
    for (const path of pages) expect((await fetch(sluice.url + path)).status).toBe(200);
  }
  for (let one = 0; one < 5; one += 1) {
    const page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(`${sluice.url}/flux/kustomizations`);
    await untilLive(page);
    await page.close();
  }
  const caused = sluiceRequests(auditLog, since)
    .filter(({ requestURI }) => !requestURI.includes('watch=true'))
    // What is asked by clock, whether anybody looks or not: rights and the heartbeat.
    .filter(({ requestURI }) => requestURI !== '/version')
    .filter(({ requestURI }) => !requestURI.includes('/apis/authorization.k8s.io/'));
  expect(caused.map(({ verb, requestURI }) => `${verb} ${requestURI}`)).toEqual([]);
  const reviews = sluiceRequests(auditLog, since).filter(({ requestURI }) =>
    requestURI.includes('authorization.k8s.io'),
  );
  expect(reviews.length, 'reviews are renewed by clock, not asked by 300 views').toBeLessThan(100);
});

test('an inventory is read for all who look at it at once, not for each', async ({ world, sluiceAs }) => {
  const sluice = await sluiceAs('admin');
  const address = `${sluice.url}/flux/kustomizations/team-checkout/pricing`;
  const since = new Date();
  const began = Date.now();
  for (let round = 0; round < 40; round += 1) await (await fetch(address)).text();
  const seconds = (Date.now() - began) / 1000;
  const reads = sluiceRequests(world.auditLog ?? '', since).filter(
    ({ requestURI }) => requestURI.includes('/namespaces/team-checkout/') && !requestURI.includes('watch=true'),
  );
  expect(reads.length).toBeGreaterThan(0);
  // Answers are kept for 2.5 seconds, and this inventory takes fewer than ten requests.
  expect(reads.length).toBeLessThan(10 * (1 + seconds / 2.5));
});

test('several impersonated groups reach the API server one by one', async ({ world, sluiceAs }) => {
  const since = new Date();
  const sluice = await sluiceAs(
    'admin',
    '--as',
    'auditor@example.com',
    '--as-group',
    'readers',
    '--as-group',
    'writers',
  );
  await (await fetch(`${sluice.url}/flux/kustomizations`)).text();
  const asked = sluiceRequests(world.auditLog ?? '', since).filter(
    ({ impersonated }) => impersonated?.username === 'auditor@example.com',
  );
  expect(asked.length).toBeGreaterThan(0);
  for (const { impersonated } of asked)
    expect(impersonated?.groups).toEqual(expect.arrayContaining(['readers', 'writers']));
});
