import { kustomizationsPath, mergePatch, rowOf } from '../support/objects.ts';
import { expect, test, untilLive } from '../support/test.ts';

test.describe.configure({ mode: 'serial' });

test.afterEach(async ({ kube, world }) => {
  for (const { namespace, name } of [world.working, world.failing]) {
    await mergePatch(kube, kustomizationsPath(namespace, name), {
      metadata: {
        annotations: {
          'sluice.dev/suspended-by': null,
          'sluice.dev/suspended-at': null,
          'sluice.dev/suspend-reason': null,
        },
      },
      spec: { suspend: null },
    });
  }
});

test('a sync from the detail page ends with the revision the controller applied', async ({ page, kube, world }) => {
  const { namespace, name } = world.working;
  await page.goto(`/flux/kustomizations/${namespace}/${name}`);
  await untilLive(page);
  await page.getByRole('button', { name: 'Sync', exact: true }).first().click();
  await expect(page.locator('#detail-run .run').first()).toHaveAttribute('data-state', 'ready');
  // Another spec may have asked for more meanwhile.
  await expect(async () => {
    const object = await kube.json<{
      metadata: { annotations: Record<string, string> };
      status: { lastHandledReconcileAt: string };
    }>({
      path: kustomizationsPath(namespace, name),
    });
    expect(object.status.lastHandledReconcileAt).toBe(object.metadata.annotations['reconcile.fluxcd.io/requestedAt']);
  }).toPass();
});

test('a sync of a failing object ends with its cause', async ({ page, world }) => {
  const { namespace, name, cause } = world.failing;
  await page.goto(`/flux/kustomizations/${namespace}/${name}`);
  await untilLive(page);
  await page.getByRole('button', { name: 'Sync', exact: true }).first().click();
  await expect(page.locator('#detail-run .run').first()).toHaveAttribute('data-state', 'failing');
  await expect(page.locator('#detail-run .run').first()).toContainText(cause);
});

test('suspend keeps who and why, refuses a sync in words, and resume ends it', async ({ page, kube, world }) => {
  const { namespace, name } = world.working;
  await page.goto(`/flux/kustomizations/${namespace}/${name}`);
  await untilLive(page);
  await page
    .getByRole('button', { name: /^Suspend/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('load test until Friday');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await expect(page.locator('#detail-finding')).toContainText('load test until Friday');
  const object = await kube.json<{ spec: { suspend: boolean }; metadata: { annotations: Record<string, string> } }>({
    path: kustomizationsPath(namespace, name),
  });
  expect(object.spec.suspend).toBe(true);
  expect(object.metadata.annotations['sluice.dev/suspend-reason']).toBe('load test until Friday');
  expect(object.metadata.annotations['sluice.dev/suspended-by']).toBeTruthy();

  const refused = await page.request.post(`/api/v1/flux/kustomizations/${namespace}/${name}/reconcile?wait=true`, {
    data: {},
  });
  expect(refused.status()).toBe(422);
  expect(JSON.stringify(await refused.json())).toContain('suspended');

  await page.getByRole('button', { name: 'Resume', exact: true }).first().click();
  await expect
    .poll(
      async () =>
        (await kube.json<{ spec: { suspend?: boolean } }>({ path: kustomizationsPath(namespace, name) })).spec
          .suspend ?? false,
    )
    .toBe(false);
  await expect(page.locator('#detail-finding')).not.toContainText('load test until Friday');
});

test('several picked rows are suspended and resumed together', async ({ page, world }) => {
  const { namespace, name } = world.working;
  const other = world.failing.name;
  await page.goto(`/flux/kustomizations?namespace=${namespace}`);
  await untilLive(page);
  for (const each of [name, other]) await rowOf(page, namespace, each).getByRole('checkbox').check();
  await page
    .locator('[data-bulk]')
    .getByRole('button', { name: /Suspend/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  for (const each of [name, other]) {
    await expect(rowOf(page, namespace, each)).toHaveAttribute('data-state', /suspended/);
    // The answer to what was done lets go of the rows; the news of it may come sooner.
    await expect(rowOf(page, namespace, each).getByRole('checkbox')).not.toBeChecked();
  }
  for (const each of [name, other]) await rowOf(page, namespace, each).getByRole('checkbox').check();
  await page
    .locator('[data-bulk]')
    .getByRole('button', { name: /Resume/ })
    .click();
  for (const each of [name, other]) {
    await expect(rowOf(page, namespace, each)).not.toHaveAttribute('data-state', /suspended/);
  }
});

test('two syncs of one object at once: the second is told that the first is under way', async ({ page, world }) => {
  const { namespace, name } = world.working;
  const path = `/api/v1/flux/kustomizations/${namespace}/${name}/reconcile`;
  // What the specs before have asked for may still be under way.
  await expect(async () => {
    const answers = await Promise.all([page.request.post(path, { data: {} }), page.request.post(path, { data: {} })]);
    const told = await Promise.all(answers.map(async (answer) => `${answer.status()} ${await answer.text()}`));
    expect(told.toSorted((one, other) => one.localeCompare(other))).toEqual([
      expect.stringMatching(/^202 /),
      expect.stringMatching(/^422 .*under way/),
    ]);
  }).toPass();
});

test('what was done stands in the audit, with who and how it ended', async ({ page, world }) => {
  const { namespace, name } = world.working;
  await expect(async () => {
    const path = `/api/v1/flux/kustomizations/${namespace}/${name}/reconcile?wait=true`;
    expect((await page.request.post(path, { data: {} })).status()).toBe(200);
  }).toPass();
  await page.goto('/audit');
  const entry = page.locator('main tr, main li').filter({ hasText: name }).first();
  await expect(entry).toContainText('admin');
  await expect(entry).toContainText(/succeeded|done/i);
});
