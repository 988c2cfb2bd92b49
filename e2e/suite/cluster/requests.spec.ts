import { sluiceRequests } from '../../support/audit-log.ts';
import { startSluice, untilReady } from '../../support/sluice-process.ts';
import { ownCluster } from '../../support/own-cluster.ts';
import { expect, test, untilLive } from '../../support/test.ts';

/** A cluster of its own: in the shared one another spec's Sluice asks at the same time. */
const own = ownCluster('requests');

test('page views and more browsers cause no request to the API server', async ({ browser }) => {
  const { auditLog } = own.cluster;
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
  for (const path of pages) await (await fetch(own.sluice.url + path)).text();

  const since = new Date();
  for (let round = 0; round < 60; round += 1) {
    for (const path of pages) expect((await fetch(own.sluice.url + path)).status).toBe(200);
  }
  for (let one = 0; one < 5; one += 1) {
    const page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(`${own.sluice.url}/flux/kustomizations`);
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

test('an inventory is read for all who look at it at once, not for each', async () => {
  const address = `${own.sluice.url}/flux/kustomizations/team-checkout/pricing`;
  const since = new Date();
  const began = Date.now();
  for (let round = 0; round < 40; round += 1) await (await fetch(address)).text();
  const seconds = (Date.now() - began) / 1000;
  const reads = sluiceRequests(own.cluster.auditLog, since).filter(
    ({ requestURI }) => requestURI.includes('/namespaces/team-checkout/') && !requestURI.includes('watch=true'),
  );
  expect(reads.length).toBeGreaterThan(0);
  // Answers are kept for 2.5 seconds, and this inventory takes fewer than ten requests.
  expect(reads.length).toBeLessThan(10 * (1 + seconds / 2.5));
});

test('several impersonated groups reach the API server one by one', async () => {
  const since = new Date();
  const groups = ['--as-group', 'readers', '--as-group', 'writers'];
  const another = await startSluice({
    kubeconfig: own.cluster.kubeconfig('admin'),
    arguments: ['--as', 'auditor@example.com', ...groups],
  });
  try {
    await untilReady(another.url);
    await (await fetch(`${another.url}/flux/kustomizations`)).text();
    const asked = sluiceRequests(own.cluster.auditLog, since).filter(
      ({ impersonated }) => impersonated?.username === 'auditor@example.com',
    );
    expect(asked.length).toBeGreaterThan(0);
    for (const { impersonated } of asked) {
      expect(impersonated?.groups).toEqual(expect.arrayContaining(['readers', 'writers']));
    }
  } finally {
    await another.stop();
  }
});
