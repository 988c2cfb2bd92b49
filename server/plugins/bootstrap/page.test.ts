import { load } from 'cheerio';
import { afterEach, expect, test } from 'vitest';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import type { FakeClusterOptions } from '../../testing/fake-cluster.ts';
import { startRealApp } from '../../testing/real-app.ts';
import type { RealApp } from '../../testing/real-app.ts';
import { componentResources } from './components.ts';

let app: RealApp | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function texts(options: Partial<FakeClusterOptions>, selector: string): Promise<string[]> {
  app = await startRealApp({ clusters: (watches) => [fakeCluster({ version: 'v1.36.3', ...options, watches })] });
  const $ = load(await (await fetch(`${app.url}/bootstrap`)).text());
  return $(selector)
    .toArray()
    .map((element) => $(element).text().replaceAll(/\s+/g, ' ').trim());
}

test('where Flux is installed it says so', async () => {
  expect(await texts({}, 'h1')).toEqual(['Flux is installed: test serves all its standard kinds']);
});

test('it leads to no page of Flux where their plugin is off', async () => {
  expect(await texts({}, '.finding a')).toEqual(['See what it does']);
  await app?.close();
  const plugins = { flux: { enabled: false, section: {} } };
  app = await startRealApp({ clusters: [fakeCluster({ watches: [] })], config: { plugins } });
  const html = await (await fetch(`${app.url}/bootstrap`)).text();
  expect(html).toContain('Flux is');
  expect(html).not.toContain('"/flux');
});

test('where nothing of Flux is served it is missing, with the rights an installation takes', async () => {
  const options = {
    absent: componentResources,
    allow: (_: unknown, rule: { resource: string }) => rule.resource !== 'customresourcedefinitions',
  };
  expect(await texts(options, 'h1, #bootstrap-state .brief .when')).toEqual([
    'Flux is missing: test serves none of its kinds',
    'missing',
    'missing',
    'missing',
    'missing',
    'missing',
    'allowed',
    'not allowed',
    'allowed',
    'allowed',
  ]);
});

test('where a controller is missing it is named', async () => {
  const absent = componentResources.filter(({ group }) => group === 'helm.toolkit.fluxcd.io');
  const [title, sentence] = await texts({ absent }, 'h1, .finding [role=status]');
  expect(title).toBe('Flux is there in part: 1 of 4 standard controllers bring no kinds to test');
  expect(sentence).toContain('Missing: helm-controller.');
});

test('the commands are named after the cluster', async () => {
  expect((await texts({}, '.command code')).join('\n')).toContain('--path=clusters/test');
});
