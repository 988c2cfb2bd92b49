import { afterEach, expect, test, vi } from 'vitest';
import { SluiceError } from '../../../errors.ts';
import type { PageRequest } from '../../../web/page.ts';
import { controllersGlance } from './overview-controllers.ts';
import { startFluxApp } from './testing/flux-app.ts';
import type { FluxApp } from './testing/flux-app.ts';
import { kustomization } from './testing/objects.ts';

let app: FluxApp;
afterEach(async () => {
  await app.close();
});

const deployment = (name: string, ready: number) => ({
  metadata: {
    name,
    namespace: 'flux-system',
    labels: { 'app.kubernetes.io/part-of': 'flux', 'app.kubernetes.io/version': 'v2.9.2' },
  },
  spec: {
    replicas: 1,
    template: { spec: { containers: [{ name: 'manager', image: `ghcr.io/fluxcd/${name}:v1.9.2` }] } },
  },
  status: { updatedReplicas: 1, readyReplicas: ready },
});

async function start(denied: readonly string[] = []): Promise<{ asked: string[]; open: PageRequest }> {
  app = await startFluxApp({ objects: [kustomization('web')], allow: (rule) => !denied.includes(rule.resource) });
  const asked: string[] = [];
  app.cluster.answer(({ path }) => {
    asked.push(path);
    if (path.endsWith('/deployments'))
      return { items: [deployment('kustomize-controller', 0), deployment('source-controller', 1)] };
    return { items: [] };
  });
  const open: PageRequest = {
    cluster: app.cluster,
    identity: app.cluster.self,
    params: {},
    query: new URLSearchParams(),
    url: '/',
    link: (path) => path,
    now: new Date(),
    isOpen: true,
  };
  return { asked, open };
}

test('a single answer asks the API server nothing; what an open page has read stands in the next one', async () => {
  const { asked, open } = await start();
  const before = await app.page('/');
  expect(asked).toEqual([]);
  expect(before.$('#overview-controllers').text()).toContain('They are read while this page is open.');
  expect((await controllersGlance(open)).down).toEqual(['kustomize-controller']);
  expect(asked.some((path) => path.endsWith('/deployments'))).toBe(true);
  asked.length = 0;
  const { $ } = await app.page('/');
  expect(asked).toEqual([]);
  expect($('#overview-controllers tbody').text()).toContain('No replica is ready');
  expect($('#overview-controllers').text()).toContain('v1.9.2');
  expect($('#overview-verdict').text()).toContain(
    'kustomize-controller does not run: what it looks after stands still.',
  );
  expect($('#overview-verdict').text()).toContain('Flux 2.9.2');
  expect($('#overview-verdict .tag').text()).toBe('fixes available');
});

test('names the right that is missing, of all or of a part', async () => {
  const { asked } = await start(['deployments']);
  const hidden = await app.page('/');
  expect(hidden.$('#overview-controllers').text()).toContain(
    'You lack list on deployments.apps in namespace flux-system.',
  );
  expect(asked).toEqual([]);
  await app.close();
  const { open } = await start(['pods', 'leases']);
  await controllersGlance(open);
  const partly = await app.page('/');
  expect(partly.$('#overview-controllers').text()).toContain('list on pods in namespace flux-system');
  expect(partly.$('#overview-controllers tbody').text()).toContain('hidden');
});

test('when they cannot be read, that is told beside what was seen before, and they are asked for again', async () => {
  const { open } = await start();
  await controllersGlance(open);
  app.cluster.answer(() => {
    throw new SluiceError('unreachable', 'Nothing answers at the API server.');
  });
  vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
  try {
    const { part, down, again } = await controllersGlance({ ...open, now: new Date() });
    expect(part.model).toMatchObject({ words: 'Nothing answers at the API server.' });
    expect(down).toEqual(['kustomize-controller']);
    expect(again?.getTime()).toBeGreaterThan(Date.now());
  } finally {
    vi.useRealTimers();
  }
});
