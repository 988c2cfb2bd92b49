import { expect, expectSound, test, untilLive } from '../support/test.ts';
import { kustomizationsPath, mergePatch } from '../support/objects.ts';

const line = '#log-lines > li';

interface Container {
  ready: boolean;
  state: { waiting?: { reason: string } };
  lastState: { terminated?: { exitCode: number } };
}
const secret = 's3cret';

test.describe('what programs have written', () => {
  test.skip(({ world }) => world.kind === 'cluster' && !world.node, 'no node runs programs in this cluster');

  test('the logs of all controllers stand there in human form, newest last', async ({ page }) => {
    await page.goto('/flux/logs');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Controller logs');
    expect(await page.locator(line).count()).toBeGreaterThan(20);
    const labels = new Set(await page.locator(`${line} .log-label`).allTextContents());
    expect(labels).toContain('kustomize-controller');
    expect(labels).toContain('source-controller');
    const times = await page
      .locator(line)
      .evaluateAll((lines) => lines.map((each) => (each as HTMLElement).dataset['at'] ?? ''));
    expect(times).toEqual(times.toSorted());
    await expect(page.locator(`${line} .log-say a`).first()).toHaveAttribute('href', /^\/flux\/\w+\/[\w-]+\//);
    await expect(page.locator(line).last()).toBeInViewport();
  });

  test('a level, a word and a controller narrow the log, and the address is the view', async ({ page }) => {
    await page.goto('/flux/logs');
    await page.getByLabel('Level').selectOption('error');
    await expect(page).toHaveURL(/level=error/);
    await expect(page.locator(`${line}:not([data-level="error"])`)).toHaveCount(0);
    await page.getByLabel('Controller', { exact: true }).selectOption('helm-controller');
    await expect(page).toHaveURL(/controller=helm-controller/);
    await page.goto(page.url());
    const from = await page
      .locator(line)
      .evaluateAll((lines) => lines.map((each) => (each as HTMLElement).dataset['from'] ?? ''));
    expect(from.length).toBeGreaterThan(0);
    expect(from.every((each) => each.startsWith('helm-controller-'))).toBe(true);
    await page.goto('/flux/logs?q=no-line-says-this');
    await expect(page.locator('main')).toContainText('No line matches');
  });

  test('the log of one object: linked from its page, and only of it', async ({ page, world }) => {
    const { namespace, name } = world.failing;
    await page.goto(`/flux/kustomizations/${namespace}/${name}`);
    await page.getByRole('link', { name: 'Controller logs' }).last().click();
    await expect(page).toHaveURL(new RegExp(`object=Kustomization%2F${namespace}%2F${name}`));
    const texts = await page.locator(line).allTextContents();
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toContain(name);
  });

  test('what is written is followed as it comes, until it is paused', async ({ page, kube, world }) => {
    const { namespace, name } = world.working;
    await page.goto(`/flux/logs?object=Kustomization/${namespace}/${name}`);
    await untilLive(page);
    await expect(page.locator('[data-log-state]')).toContainText('follow');
    const before = await page.locator(line).count();
    const sync = async () =>
      mergePatch(kube, kustomizationsPath(namespace, name), {
        metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `logs-${Date.now()}` } },
      });
    await sync();
    await expect.poll(() => page.locator(line).count()).toBeGreaterThan(before);
    await expect(page.locator('.log-new').last()).toContainText(name);
    await page.getByRole('button', { name: 'Follow' }).click();
    await expect(page.locator('[data-log-state]')).toHaveText('Paused.');
  });

  test('pods of any namespace, the log before the last restart, and one that has not started', async ({
    page,
    kube,
  }) => {
    const { items } = await kube.json<{
      items: {
        metadata: { name: string; namespace: string };
        status: { containerStatuses?: Container[] };
      }[];
    }>({ path: '/api/v1/pods' });
    const found = (has: (container: Container) => boolean) =>
      items.find(({ status }) => status.containerStatuses?.some(has));
    // Between two looks of the kubelet a container that crashed is down without that word.
    const crashing = found(({ lastState, ready }) => !ready && (lastState.terminated?.exitCode ?? 0) > 0);
    const { name = '', namespace = '' } = crashing?.metadata ?? {};
    await page.goto(`/flux/logs?namespace=${namespace}&pod=${name}&previous=true`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pod logs');
    // A node keeps the log of the last container that ended; while that one is the present one, no earlier is left.
    await expect(page.locator(line).or(page.getByText('This log is gone')).first()).toBeVisible();
    expect(await page.content()).not.toContain(secret);
    const starting = found(({ state }) => /ImagePull/.test(state.waiting?.reason ?? ''));
    const address = `/flux/logs?namespace=${starting?.metadata.namespace}&pod=${starting?.metadata.name}`;
    if (starting !== undefined) {
      await page.goto(address);
      await expect(page.locator('main')).toContainText('Nothing has started yet');
    }
    await page.goto(`/flux/logs?namespace=${namespace}&pod=nobody-knows-it`);
    await expect(page.locator('main')).toContainText('There is no pod nobody-knows-it');
  });

  test('a log is downloaded as text, masked', async ({ page }) => {
    const answer = await page.request.get('/flux/logs/download?controller=source-controller');
    expect(answer.headers()['content-disposition']).toMatch(/attachment; filename="?source-controller-.*\.log"?/);
    const text = await answer.text();
    expect(text.split('\n').length).toBeGreaterThan(10);
    expect(text).toContain('"controllerKind":"GitRepository"');
    expect(text).not.toContain(secret);
  });

  test('who may not read logs is told which right is missing', async ({ page, sluiceAs }) => {
    const sluice = await sluiceAs('tenant');
    const answer = await page.goto(`${sluice.url}/flux/logs`);
    expect(answer?.status()).toBe(200);
    await expect(page.locator('main')).toContainText('get on pods/log in namespace flux-system');
    await expect(page.locator('main')).toContainText('rbac.authorization.k8s.io');
    await expect(page.locator(line)).toHaveCount(0);
    const file = await page.request.get(`${sluice.url}/flux/logs/download`);
    expect(file.status()).toBe(403);
    await page.goto(`${sluice.url}/flux/logs?namespace=team-checkout`);
    expect(await page.locator(line).count()).toBeGreaterThan(0);
  });

  test('the newest are shown and told, and only those that are seen are laid out', async ({ page }) => {
    await page.goto('/flux/logs?tail=20');
    await expect(page.locator('.log-told')).toContainText('The newest 20 lines of');
    expect(await page.locator(line).count()).toBeGreaterThanOrEqual(20);
    await page.goto('/flux/logs?q=reconcil&tail=2');
    await expect(page.locator('.log-told')).toContainText(
      /\d+ of [\d,]+ lines of \d+ logs match, the newest 2 are shown/,
    );
    const laidOut = await page
      .locator(line)
      .first()
      .evaluate((each) => getComputedStyle(each).contentVisibility);
    expect(laidOut).toBe('auto');
  });
});

for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const address of ['/flux/logs?tail=20', '/flux/logs?q=nothing-says-this', '/flux/controllers']) {
      test(`axe finds nothing on ${address}, and nothing is wider than the window`, async ({ page, widths }) => {
        await page.goto(address);
        await expectSound(page, widths);
      });
    }
  });
}

test.describe('without script', () => {
  test.skip(({ world }) => world.kind === 'cluster' && !world.node, 'no node runs programs in this cluster');
  test.use({ javaScriptEnabled: false });

  test('the log reads, filters with a plain form, and stands at its newest line', async ({ page }) => {
    await page.goto('/flux/logs');
    await expect(page.locator(line).last()).toBeInViewport();
    await page.locator('#filter-q').fill('stored artifact');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page).toHaveURL(/q=stored/);
    for (const text of await page.locator(line).allTextContents()) expect(text.toLowerCase()).toContain('stored');
  });
});

test('the controllers are told with version, readiness, leader and the versions of their kinds', async ({ page }) => {
  await page.goto('/flux/controllers');
  const row = page.locator('#controller-kustomize-controller');
  await expect(row).toContainText('1 of 1');
  await expect(row).toContainText(/v1\.\d+\.\d+/);
  await expect(row.getByRole('link', { name: 'Logs of kustomize-controller' })).toHaveAttribute(
    'href',
    /controller=kustomize-controller/,
  );
  const kinds = page.locator('#controllers-kinds');
  await expect(kinds.getByRole('row', { name: /Kustomization/ })).toContainText('v1');
  await expect(page.locator('#controllers-flux')).toContainText(/Flux 2\.\d+\.\d+/);
  await expect(page.locator('#controllers-flux')).toContainText('As known by this Sluice');
});

test('who may not read the controllers is told why, piece by piece', async ({ page, sluiceAs }) => {
  const sluice = await sluiceAs('nobody');
  await page.goto(`${sluice.url}/flux/controllers`);
  await expect(page.locator('main')).toContainText('list on deployments.apps in namespace flux-system');
});
