import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { chooseClusters, openClusters } from './connections.ts';

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-home-'));
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function surroundings(flags: Record<string, string[]> = {}, environment: Record<string, string> = {}) {
  const loaded = loadConfig({ flags, environment, directory: home, plugins: [] });
  return { loaded, environment, homeDirectory: home };
}

function kubeconfig(path: string, server = 'https://127.0.0.1:1'): string {
  mkdirSync(join(home, '.kube'), { recursive: true });
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'harbour',
    contexts: ['harbour', 'dock'].map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'x' } }],
  });
  writeFileSync(path, text);
  return path;
}

const options = { watches: [], logger: pino({ level: 'silent' }) };

test('where there is nothing it is the demo, and the reason says what was looked for', () => {
  const [choice] = chooseClusters(surroundings());
  expect(choice).toMatchObject({ source: { type: 'demo' } });
  expect(choice?.because).toBe(`there is no KUBECONFIG, no ${home}/.kube/config and no cluster around it`);
});

test('a kubeconfig in the home folder is taken, one in KUBECONFIG before it, and the demo when asked for', () => {
  kubeconfig(join(home, '.kube/config'));
  expect(chooseClusters(surroundings())).toMatchObject([
    { source: { type: 'kubeconfig', files: [`${home}/.kube/config`] }, because: `${home}/.kube/config is there` },
  ]);
  expect(chooseClusters(surroundings({}, { KUBECONFIG: '/a:/b' }))).toMatchObject([
    { source: { files: ['/a', '/b'] }, because: 'KUBECONFIG in the environment names /a and /b' },
  ]);
  expect(chooseClusters(surroundings({ demo: ['true'] }, { KUBECONFIG: '/a' }))).toMatchObject([
    { source: { type: 'demo' }, because: '--demo asks for it' },
  ]);
});

test('the clusters of the file are shown under their names, the first one by default', async () => {
  const path = kubeconfig(join(home, 'both'));
  writeFileSync(
    join(home, 'sluice.yaml'),
    `clusters:\n  - { name: one, kubeconfig: ${path} }\n  - { name: two, kubeconfig: ${path}, context: dock, note: staging }\n`,
  );
  const opened = await openClusters({ ...surroundings(), ...options });
  await Promise.all(opened.clusters.map((cluster) => cluster.close()));
  expect(opened.clusters.map(({ name, note }) => ({ name, note }))).toEqual([
    { name: 'one', note: undefined },
    { name: 'two', note: 'staging' },
  ]);
  expect(opened.explanation).toMatch(
    /^Shows the cluster one and 1 more \(https:\/\/127\.0\.0\.1:1\), because .*sluice\.yaml, line 1 lists it\. Choose otherwise/,
  );
});

test('a cluster is named by its context, and one that does not answer is no error', async () => {
  const path = kubeconfig(join(home, 'k'));
  const opened = await openClusters({ ...surroundings({ kubeconfig: [path], context: ['dock'] }), ...options });
  expect(opened.clusters[0]?.name).toBe('dock');
  expect(opened.clusters[0]?.reachable.ok).toBe(false);
  await opened.clusters[0]?.close();
});

test('a kubeconfig that is missing or broken, and a context that is not in it, are errors that name it', async () => {
  const path = kubeconfig(join(home, 'k'));
  writeFileSync(join(home, 'broken'), 'clusters: [');
  for (const flags of [
    { kubeconfig: ['/nowhere/config'] },
    { kubeconfig: [join(home, 'broken')] },
    { kubeconfig: [path], context: ['quay'] },
  ]) {
    const named = flags.context?.[0] ?? flags.kubeconfig[0] ?? '';
    await expect(openClusters({ ...surroundings(flags), ...options })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(named),
    });
  }
});
