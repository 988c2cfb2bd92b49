import { expect, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { compareReleases } from './compare.ts';
import { decodeRelease } from '../flux/helm-storage/decode-release.ts';
import { recordedRevisions } from './testing/recorded-revisions.ts';
import { storedSecret } from './testing/stored.ts';
import type { ValueSource } from './value-sources.ts';

async function release(input: Parameters<typeof storedSecret>[0]) {
  return decodeRelease(storedSecret(input) as unknown as KubeObject);
}

const secretSource: ValueSource = {
  kind: 'Secret',
  name: 'login',
  key: 'values.yaml',
  targetPath: undefined,
  values: { mirror: { user: 'fifth-user' } },
  isUnread: false,
  problem: undefined,
};

test('tells recorded revisions apart, object by object', async () => {
  const [failed, rolledBack] = await Promise.all(recordedRevisions.map((object) => decodeRelease(object)));
  if (failed === undefined || rolledBack === undefined) throw new Error('Two are recorded.');
  const { values, objects, unchanged } = compareReleases(failed, rolledBack, []);
  expect(values).toMatchObject({ added: 0, removed: 1 });
  expect(objects.map(({ change, object }) => `${change} ${object.kind}`)).toEqual(['changed Deployment']);
  expect(unchanged).toBe(1);
  const lines = objects[0]?.comparison.stretches.flat().filter(({ change }) => change !== 'same');
  expect(lines?.map(({ change, text }) => `${change} ${text.trim()}`)).toEqual([
    'removed - image: docker.io/lab/none:9',
    'added - image: docker.io/lab/pause:1',
  ]);
});

test('a hidden value that changed says so and is nowhere shown', async () => {
  const secret = (value: string) =>
    `---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: login\nstringData:\n  user: ${value}\n`;
  const config = (value: string) =>
    `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  url: http://x/?u=${value}\n`;
  const of = (revision: number, user: string, password: string) =>
    release({
      revision,
      values: { mirror: { user }, password },
      manifest: secret(user) + config(user),
      notes: `Sign in as ${user} with ${password}.`,
    });
  const compared = compareReleases(
    await of(1, 'first-user', 'open-sesame-1'),
    await of(2, 'fifth-user', 'open-sesame-2'),
    [secretSource],
  );
  const told = JSON.stringify(compared, (key, value: unknown) => (key === 'object' ? undefined : value));
  for (const value of ['first-user', 'fifth-user', 'open-sesame']) expect(told).not.toContain(value);
  expect(compared.values.added).toBe(2);
  expect(told).toContain('*** (another value)');
  expect(compared.objects.find(({ object }) => object.kind === 'Secret')?.comparison.added).toBe(1);
});

test('tells objects that came and went', async () => {
  const object = (name: string) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
  const { objects, unchanged } = compareReleases(
    await release({ revision: 1, manifest: object('same') + object('old') }),
    await release({ revision: 2, manifest: object('same') + object('new') }),
    [],
  );
  expect(objects.map(({ change, object: { name } }) => `${change} ${name}`)).toEqual(['added new', 'removed old']);
  expect(unchanged).toBe(1);
});
