import { expect, test, untilLive } from '../support/test.ts';

/** The company's objects hold this in addresses and messages; it must not leave the API server. */
const secret = 's3cret';

test('credentials in addresses and messages never reach a page or an answer', async ({ page, kube }) => {
  const raw = await kube.text({ path: '/apis/source.toolkit.fluxcd.io/v1/gitrepositories' });
  expect(raw, 'the company plants credentials').toContain(secret);
  const addresses = [
    '/',
    '/flux/gitrepositories',
    '/flux/gitrepositories/flux-system/legacy-scripts',
    '/flux/gitrepositories/flux-system/legacy-scripts?tab=yaml',
    '/flux/gitrepositories/team-payments/audit-trail',
    '/flux/gitrepositories/team-payments/audit-trail?tab=events',
    '/flux/gitrepositories/team-payments/audit-trail?tab=yaml',
    '/api/v1/flux/gitrepositories',
    '/api/v1/flux/gitrepositories/team-payments/audit-trail',
    '/api/v1/audit',
  ];
  for (const address of addresses) {
    const answer = await page.request.get(address);
    expect(answer.status(), address).toBe(200);
    expect(await answer.text(), address).not.toContain(secret);
  }
});

test('what the socket sends and what is logged is masked too', async ({ page, kube, sluice }) => {
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  await page.goto('/flux/gitrepositories/team-payments/audit-trail');
  await untilLive(page);
  const before = frames.length;
  await kube.json({
    method: 'PATCH',
    path: '/apis/source.toolkit.fluxcd.io/v1/namespaces/team-payments/gitrepositories/audit-trail',
    contentType: 'application/merge-patch+json',
    body: { metadata: { labels: { touched: String(Date.now()) } } },
  });
  await expect.poll(() => frames.length).toBeGreaterThan(before);
  expect(frames.join('\n')).not.toContain(secret);
  expect(sluice.output()).not.toContain(secret);
});
