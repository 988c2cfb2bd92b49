import { recreate, remove } from '../support/objects.ts';
import { expect, test } from '../support/test.ts';

/** Who may read Flux's own kinds and nothing else: no pods, logs, events, Secrets, workloads. */
const who = 'reads-flux-only@example.com';
const name = 'reads-flux-only';
const rbac = '/apis/rbac.authorization.k8s.io/v1';

const groups = ['source', 'kustomize', 'helm', 'notification', 'image'].map((part) => `${part}.toolkit.fluxcd.io`);

test.beforeAll(async ({ kube }) => {
  await recreate(kube, `${rbac}/clusterroles`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      { apiGroups: groups, resources: ['*'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
    ],
  });
  await recreate(kube, `${rbac}/clusterrolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: who }],
  });
});

test.afterAll(async ({ kube }) => {
  await remove(kube, `${rbac}/clusterrolebindings/${name}`);
  await remove(kube, `${rbac}/clusterroles/${name}`);
});

test('what one may not see is missing piece by piece, each with the right that would show it', async ({
  page,
  sluiceAs,
}) => {
  const { url } = await sluiceAs('admin', '--as', who);

  await page.goto(url);
  await expect(page.locator('#overview-kinds')).toContainText('Kustomizations');
  await expect(page.locator('#overview-controllers')).toContainText(
    'list on deployments.apps in namespace flux-system',
  );
  await expect(page.locator('.feed-none')).toContainText('list on events');

  await page.goto(`${url}/flux/kustomizations/team-checkout/pricing`);
  await expect(page.locator('#detail-finding')).toContainText('did not become healthy');
  await expect(page.locator('#detail-inventory')).toContainText('list on deployments.apps in namespace team-checkout');
  await expect(page.locator('#detail-inventory')).toContainText('Deployment pricing');
  await expect(page.locator('#detail-facts')).toContainText('Path');
  await expect(page.locator('main')).toContainText('list on events in namespace team-checkout');

  await page.goto(`${url}/flux/kustomizations/team-checkout/pricing?tab=yaml`);
  await expect(page.locator('#detail-yaml')).toContainText('kind: Kustomization');

  await page.goto(`${url}/flux/alerts/flux-system/failures`);
  await expect(page.locator('#detail-finding')).toContainText('only events say so, and you may not list them here');
});

test('each page of what is hidden names the right it takes', async ({ page, sluiceAs }) => {
  const { url } = await sluiceAs('admin', '--as', who);
  for (const [path, right] of [
    ['/flux/events', 'list on events'],
    ['/flux/logs', 'get on pods/log in namespace flux-system'],
    ['/flux/controllers', 'list on deployments.apps in namespace flux-system'],
    ['/helm', 'list on secrets'],
    ['/objects/core/v1/pods/team-checkout/pricing', 'get on pods in namespace team-checkout'],
    ['/objects/core/v1/secrets/team-checkout/deploy-token', 'get on secrets in namespace team-checkout'],
  ] as const) {
    await page.goto(url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('main'), path).toContainText(right);
  }
});

test('who works in one namespace sees that of another nowhere: not in search, graph or API', async ({
  page,
  sluiceAs,
}) => {
  const { url } = await sluiceAs('tenant');
  for (const path of ['/', '/flux/search?q=ledger', '/flux/graph', '/flux/events', '/helm', '/audit']) {
    await page.goto(url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('body'), path).not.toContainText('team-payments');
  }
  for (const path of ['/api/v1/flux/kustomizations', '/api/v1/flux/search?q=ledger', '/api/v1/flux/graph']) {
    const answer = await page.request.get(url + path);
    expect(answer.status(), path).toBe(200);
    expect(await answer.text(), path).not.toContain('team-payments');
  }
});
