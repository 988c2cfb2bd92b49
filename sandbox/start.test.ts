import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../server/kube/object.ts';
import { createClient } from '../server/kube/client.ts';
import { tokenCredentials } from '../server/kube/credentials.ts';
import { KubeError } from '../server/kube/kube-error.ts';
import { conditionOf } from './company/conditions.ts';
import { virtualClock } from './controllers/clock.ts';
import { startSandbox } from './start.ts';
import type { StoryName } from './story/index.ts';

const paths = {
  Kustomization: (namespace: string) => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`,
  HelmRelease: (namespace: string) => `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`,
  HelmChart: (namespace: string) => `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/helmcharts`,
  GitRepository: (namespace: string) => `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespace}/gitrepositories`,
  ImagePolicy: (namespace: string) => `/apis/image.toolkit.fluxcd.io/v1/namespaces/${namespace}/imagepolicies`,
  ImageRepository: (namespace: string) => `/apis/image.toolkit.fluxcd.io/v1/namespaces/${namespace}/imagerepositories`,
  ConfigMap: (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`,
  Secret: (namespace: string) => `/api/v1/namespaces/${namespace}/secrets`,
  Event: (namespace: string) => `/api/v1/namespaces/${namespace}/events`,
};

type Kind = keyof typeof paths;

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function play(story: StoryName = 'still') {
  const clock = virtualClock(new Date('2026-05-04T10:00:00Z'));
  const problems: unknown[] = [];
  const sandbox = await startSandbox({ story, clock, logger: { error: (details) => void problems.push(details) } });
  const client = createClient(tokenCredentials({ server: sandbox.url, token: sandbox.api.adminToken }));
  open.push(
    () => sandbox.close(),
    () => client.close(),
  );
  const { world } = sandbox;
  if (world === undefined) throw new Error('The sandbox has no controllers');

  const get = (kind: Kind, namespace: string, name: string) =>
    client.json<KubeObject>({ path: `${paths[kind](namespace)}/${name}` });
  const find = async (kind: Kind, namespace: string, name: string) => {
    try {
      return await get(kind, namespace, name);
    } catch (error) {
      if (error instanceof KubeError && error.httpStatus === 404) return undefined;
      throw error;
    }
  };

  const patch = (kind: Kind, namespace: string, name: string, body: object) =>
    client.json({ method: 'PATCH', path: `${paths[kind](namespace)}/${name}`, body });

  /** Lets time pass, a quarter of a second at a time, until something is found; gives up after an hour of it. */
  const until = async <Found>(look: () => Promise<Found | undefined | false>): Promise<Found> => {
    for (let step = 0; step < 14_400; step += 1) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      clock.advance(250);
      expect(problems).toEqual([]);
    }
    throw new Error('It did not come about in an hour');
  };

  return {
    clock,
    sandbox,
    world,
    get,
    find,
    until,
    patch,
    create: (kind: Kind, object: object) => {
      const { namespace } = (object as KubeObject).metadata;
      return client.json({ method: 'POST', path: paths[kind](namespace ?? ''), body: object });
    },
    remove: (kind: Kind, namespace: string, name: string) =>
      client.json({ method: 'DELETE', path: `${paths[kind](namespace)}/${name}` }),
    /** Asks for a reconciliation and waits until the token is answered. */
    sync: async (kind: Kind, namespace: string, name: string, more: Record<string, string> = {}) => {
      const token = `token-${clock.now().toISOString()}`;
      const annotations = Object.fromEntries(
        ['requestedAt', ...Object.keys(more)].map((annotation) => [`reconcile.fluxcd.io/${annotation}`, token]),
      );
      await patch(kind, namespace, name, { metadata: { annotations } });
      return until(async () => {
        const object = await get(kind, namespace, name);
        return object.status?.['lastHandledReconcileAt'] === token && object;
      });
    },
    events: async (namespace: string, name: string) => {
      const { items } = await client.json<{ items: KubeObject[] }>({ path: paths.Event(namespace) });
      return items.filter((event) => (event['involvedObject'] as { name: string }).name === name);
    },
  };
}

function statusOf<Value>(object: KubeObject, field: string): Value {
  return (object.status ?? {})[field] as Value;
}

const readyOf = (object: KubeObject) => conditionOf(object.status, 'Ready');

test('a request is answered with its token, and the controller tells of it', async () => {
  const { sync, events, sandbox } = await play();
  const object = await sync('Kustomization', 'team-checkout', 'cart');
  expect(readyOf(object)).toMatchObject({ status: 'True', reason: 'ReconciliationSucceeded' });
  expect(conditionOf(object.status, 'Reconciling')).toBeUndefined();
  expect(
    (await events('team-checkout', 'cart')).some((event) =>
      String(event['message']).includes('Reconciliation finished in'),
    ),
  ).toBe(true);
  expect(sandbox.kubeconfig).toContain(sandbox.url);
});

test('what fails goes on failing, with the same cause', async () => {
  const { get, sync } = await play();
  const before = await get('Kustomization', 'team-checkout', 'feature-flags');
  const after = await sync('Kustomization', 'team-checkout', 'feature-flags');
  expect(readyOf(after)?.message).toBe(readyOf(before)?.message);
  expect(conditionOf(after.status, 'Reconciling')).toMatchObject({ reason: 'ProgressingWithRetry' });
  const source = await sync('GitRepository', 'team-payments', 'payments');
  expect(readyOf(source)).toMatchObject({ status: 'False', reason: 'GitOperationFailed' });
});

test('a repair of the spec heals it', async () => {
  const { patch, until, get } = await play();
  await patch('Kustomization', 'team-checkout', 'feature-flags', { spec: { path: './apps/feature-flags-mended' } });
  const object = await until(async () => {
    const found = await get('Kustomization', 'team-checkout', 'feature-flags');
    return readyOf(found)?.status === 'True' && found;
  });
  expect(object.status?.['observedGeneration']).toBe(object.metadata.generation);
});

test('what is suspended is left alone until it is resumed', async () => {
  const { clock, patch, get, until, sync } = await play();
  const annotations = { 'reconcile.fluxcd.io/requestedAt': 'while suspended' };
  await patch('Kustomization', 'team-checkout', 'promotions', { metadata: { annotations } });
  // Another request, begun later and ended, shows that the first had its time.
  await sync('Kustomization', 'team-checkout', 'cart');
  clock.advance(60_000);
  expect(
    (await get('Kustomization', 'team-checkout', 'promotions')).status?.['lastHandledReconcileAt'],
  ).toBeUndefined();
  await patch('Kustomization', 'team-checkout', 'promotions', { spec: { suspend: false } });
  await until(async () => {
    const { status } = await get('Kustomization', 'team-checkout', 'promotions');
    return status?.['lastHandledReconcileAt'] === 'while suspended';
  });
});

test('what was held back is applied, and what the source has no more is deleted, when it is resumed', async () => {
  const { patch, get, find, until } = await play();
  const called = (name: string) => find('ConfigMap', 'team-payments', `payouts-${name}`);
  expect(await called('calendar')).toBeDefined();
  expect(await called('holidays')).toBeUndefined();
  await patch('Kustomization', 'team-payments', 'payouts', { spec: { suspend: false } });
  const resumed = await until(async () => {
    const found = await get('Kustomization', 'team-payments', 'payouts');
    return (
      readyOf(found)?.status === 'True' && found.status?.['observedGeneration'] === found.metadata.generation && found
    );
  });
  expect(await called('calendar')).toBeUndefined();
  expect(await called('holidays')).toBeDefined();
  expect(statusOf<{ entries: { id: string }[] }>(resumed, 'inventory').entries.map(({ id }) => id)).toEqual([
    'team-payments_payouts-holidays__ConfigMap',
    'team-payments_payouts-settings__ConfigMap',
    'team-payments_payouts__Service',
    'team-payments_payouts_apps_Deployment',
  ]);
});

test('a dependent waits for its dependency, and follows when that is healed', async () => {
  const { world, sync, until, get } = await play('calm');
  const waiting = await sync('Kustomization', 'team-payments', 'invoices');
  expect(readyOf(waiting)).toMatchObject({
    status: 'False',
    reason: 'DependencyNotReady',
    message: "dependency 'team-payments/ledger' is not ready",
  });
  world.heal('Kustomization', 'team-payments/ledger');
  await sync('Kustomization', 'team-payments', 'ledger');
  await until(async () => readyOf(await get('Kustomization', 'team-payments', 'statements'))?.status === 'True');
});

test('a commit goes from its source to what is applied', async () => {
  const { world, get, sync, until } = await play();
  const before = await get('Kustomization', 'team-checkout', 'cart');
  world.commit('https://git.example.com/checkout/deploy.git');
  const source = await sync('GitRepository', 'team-checkout', 'checkout');
  const { revision } = statusOf<{ revision: string }>(source, 'artifact');
  expect(revision).not.toBe(before.status?.['lastAppliedRevision']);
  const after = await until(async () => {
    const found = await get('Kustomization', 'team-checkout', 'cart');
    return found.status?.['lastAppliedRevision'] === revision && found;
  });
  expect(readyOf(after)?.message).toBe(`Applied revision: ${revision}`);
  expect(statusOf<object[]>(after, 'history')[0]).toMatchObject({ metadata: { revision }, totalReconciliations: 1 });
  expect((await get('ConfigMap', 'team-checkout', 'cart-settings'))['data']).toMatchObject({ revision });
});

test('a forced release is upgraded once, and Helm keeps the new revision', async () => {
  const { get, find, sync } = await play();
  const before = await get('HelmRelease', 'platform', 'cert-manager');
  const [older] = statusOf<{ version: number }[]>(before, 'history');
  const after = await sync('HelmRelease', 'platform', 'cert-manager', { forceAt: '' });
  expect(statusOf<object[]>(after, 'history').slice(0, 2)).toMatchObject([
    { version: Number(older?.version) + 1, status: 'deployed', action: 'upgrade' },
    { version: older?.version, status: 'superseded' },
  ]);
  expect(after.status?.['lastHandledForceAt']).toBe(after.status?.['lastHandledReconcileAt']);
  expect(
    await find('Secret', 'platform', `sh.helm.release.v1.cert-manager.v${Number(older?.version) + 1}`),
  ).toMatchObject({
    type: 'helm.sh/release.v1',
  });
  const synced = await sync('HelmRelease', 'platform', 'cert-manager');
  expect(synced.status?.['history']).toEqual(after.status?.['history']);
});

test('a release that somebody else has rolled back goes forward again, and its history begins anew', async () => {
  const { get, create, sync } = await play();
  const before = await get('HelmRelease', 'platform', 'ingress-nginx');
  const [own] = statusOf<{ version: number }[]>(before, 'history');
  const version = Number(own?.version) + 1;
  const older = await get('Secret', 'platform', `sh.helm.release.v1.ingress-nginx.v${version - 2}`);
  const name = `sh.helm.release.v1.ingress-nginx.v${version}`;
  const labels = { ...older.metadata.labels, status: 'deployed', version: String(version) };
  await create('Secret', { ...older, metadata: { name, namespace: 'platform', labels } });
  const after = await sync('HelmRelease', 'platform', 'ingress-nginx');
  expect(statusOf<object[]>(after, 'history')).toMatchObject([{ version: version + 1, status: 'deployed' }]);
  expect((await get('Secret', 'platform', name)).metadata.labels?.['status']).toBe('superseded');
  const synced = await sync('HelmRelease', 'platform', 'ingress-nginx');
  expect(synced.status?.['history']).toEqual(after.status?.['history']);
});

test('a stalled release is tried again only when it is reset', async () => {
  const { world, get, sync } = await play();
  const before = await get('HelmRelease', 'platform', 'kyverno');
  const plain = await sync('HelmRelease', 'platform', 'kyverno');
  expect(plain.status?.['history']).toEqual(before.status?.['history']);
  expect(conditionOf(plain.status, 'Stalled')).toMatchObject({ reason: 'RetriesExceeded' });
  world.heal('HelmRelease', 'platform/kyverno');
  const reset = await sync('HelmRelease', 'platform', 'kyverno', { resetAt: '' });
  expect(readyOf(reset)).toMatchObject({ status: 'True', reason: 'UpgradeSucceeded' });
  expect(conditionOf(reset.status, 'Stalled')).toBeUndefined();
});

test('a new release gets its chart, is installed, and leaves nothing when it is deleted', async () => {
  const { create, find, until, remove } = await play();
  const chart = { spec: { chart: 'notes', version: '2.x', sourceRef: { kind: 'HelmRepository', name: 'mirror' } } };
  await create('HelmRelease', {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { namespace: 'platform', name: 'notes', finalizers: ['finalizers.fluxcd.io'] },
    spec: { interval: '10m', chart },
  });
  const object = await until(async () => {
    const found = await find('HelmRelease', 'platform', 'notes');
    return found !== undefined && readyOf(found)?.status === 'True' && found;
  });
  expect(readyOf(object)?.message).toBe('Helm install succeeded for release platform/notes.v1 with chart notes@2.0.0');
  expect(await find('HelmChart', 'platform', 'platform-notes')).toBeDefined();
  await remove('HelmRelease', 'platform', 'notes');
  await until(async () => (await find('HelmRelease', 'platform', 'notes')) === undefined);
  await until(async () => (await find('HelmChart', 'platform', 'platform-notes')) === undefined);
  expect(await find('ConfigMap', 'platform', 'notes-settings')).toBeUndefined();
});

test('a deleted Kustomization takes what it applied with it; one that hung before hangs on', async () => {
  const { remove, find, until } = await play();
  await remove('Kustomization', 'team-checkout', 'cart');
  await until(async () => (await find('Kustomization', 'team-checkout', 'cart')) === undefined);
  expect(await find('ConfigMap', 'team-checkout', 'cart-settings')).toBeUndefined();
  expect((await find('Kustomization', 'media', 'video-archive'))?.metadata.deletionTimestamp).toBeDefined();
});

test('a pushed image is found, chosen and committed', async () => {
  const { world, get, sync, until } = await play('calm');
  const before = statusOf<{ name: string; tag: string }>(
    await get('ImagePolicy', 'team-checkout', 'cart'),
    'latestRef',
  );
  world.commit(before.name);
  await sync('ImageRepository', 'team-checkout', 'cart');
  const after = await until(async () => {
    const { status } = await get('ImagePolicy', 'team-checkout', 'cart');
    const latest = status?.['latestRef'] as { tag: string };
    return latest.tag !== before.tag && latest;
  });
  expect(Number(after.tag.split('.').at(-1))).toBe(Number(before.tag.split('.').at(-1)) + 1);
  await until(async () => world.commitsAt('https://git.example.com/checkout/deploy.git') > 0);
});

test('an outage spreads from the sources and heals', async () => {
  const { until, get } = await play('outage');
  const release = () => get('HelmRelease', 'platform', 'cert-manager');
  const failed = await until(async () => {
    const found = await get('GitRepository', 'flux-system', 'flux-system');
    return readyOf(found)?.status === 'False' && found;
  });
  expect(readyOf(failed)?.message).toContain('lookup git.example.com');
  expect(failed.status?.['artifact']).toBeDefined();
  await until(async () => readyOf(await release())?.reason === 'SourceNotReady');
  await until(async () => readyOf(await get('GitRepository', 'flux-system', 'flux-system'))?.status === 'True');
  await until(async () => readyOf(await release())?.status === 'True');
});

test('what carries a shard of its own is left alone', async () => {
  const clock = virtualClock(new Date('2026-05-04T10:00:00Z'));
  const sandbox = await startSandbox({ clock, scale: 300 });
  open.push(() => sandbox.close());
  const client = createClient(tokenCredentials({ server: sandbox.url, token: sandbox.api.adminToken }));
  open.push(() => client.close());
  const list = async () => {
    const { items } = await client.json<{ items: KubeObject[] }>({ path: paths.Kustomization('bulk-1') });
    return items.map(({ metadata }) => metadata.resourceVersion);
  };
  const before = await list();
  expect(before.length).toBeGreaterThan(50);
  // Minute by minute: all controllers at work at once would take more connections than some machines let a process have.
  for (let minute = 0; minute < 20; minute += 1) {
    clock.advance(60_000);
    expect(await list()).toEqual(before);
  }
});

test('viewer, tenant and nobody see what they may', async () => {
  const { sandbox } = await play();
  const status = async (user: string, path: string) => {
    const answer = await fetch(sandbox.url + path, { headers: { authorization: `Bearer ${sandbox.api.token(user)}` } });
    return answer.status;
  };
  const everywhere = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
  expect(await status('viewer', everywhere)).toBe(200);
  expect(await status('viewer', paths.Secret('platform'))).toBe(403);
  expect(await status('tenant', everywhere)).toBe(403);
  expect(await status('tenant', paths.Kustomization('team-checkout'))).toBe(200);
  expect(await status('tenant', paths.Kustomization('team-payments'))).toBe(403);
  expect(await status('nobody', paths.Kustomization('team-checkout'))).toBe(403);
});
