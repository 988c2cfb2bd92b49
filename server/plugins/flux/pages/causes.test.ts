import { expect, test } from 'vitest';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { fluxWatches } from '../watches.ts';
import { causeChain } from './cause-chain.ts';
import { causesOf, titleAndWhy } from './causes.ts';
import { buildFailed, condition, dependencyNotReady, gitRepository, kustomization } from './testing/objects.ts';

const ann = { name: 'ann', groups: [] };

function sightOf(objects: readonly PartialObject[]): Promise<Sight> {
  return look(fakeCluster({ watches: fluxWatches, objects }), ann);
}

function chainOf(sight: Sight, name: string): string[] {
  const group = 'kustomize.toolkit.fluxcd.io';
  const entry = sight.entry({ group, kind: 'Kustomization', namespace: 'shop', name });
  if (entry === undefined) throw new Error(`There is no ${name}.`);
  return causeChain(entry, (reference) => sight.entry(reference)).map((step) => step.reference.name);
}

const failing = buildFailed();
const waitingFor = (name: string) => ({
  spec: { dependsOn: [{ name }] },
  status: { conditions: [dependencyNotReady(`shop/${name}`)] },
});
const refused = condition({ status: 'False', reason: 'GitOperationFailed', message: 'authentication required' });

test('a chain leads over what is waited for, and ends where an object fails by itself', async () => {
  const sight = await sightOf([
    gitRepository('apps', { status: { conditions: [refused] } }),
    kustomization('base', { status: { conditions: [failing] } }),
    kustomization('middle', waitingFor('base')),
    kustomization('top', waitingFor('middle')),
  ]);
  expect(chainOf(sight, 'top')).toEqual(['top', 'middle', 'base']);
});

test('an object that waits for its source has the source as cause', async () => {
  const message = 'Source artifact not found, retrying in 30s';
  const sight = await sightOf([
    gitRepository('apps', { status: { conditions: [refused], artifact: {} } }),
    kustomization('web', {
      status: { conditions: [condition({ status: 'False', reason: 'ArtifactFailed', message })] },
    }),
  ]);
  expect(chainOf(sight, 'web')).toEqual(['web', 'apps']);
});

test('a circle ends, and so does a long chain', async () => {
  const sight = await sightOf([kustomization('one', waitingFor('two')), kustomization('two', waitingFor('one'))]);
  expect(chainOf(sight, 'one')).toEqual(['one', 'two']);
  const many = await sightOf(
    Array.from({ length: 9 }, (_, index) => kustomization(`k${index}`, waitingFor(`k${index + 1}`))),
  );
  expect(chainOf(many, 'k0')).toHaveLength(5);
});

test('objects are grouped by cause, the widest effect first', async () => {
  const sight = await sightOf([
    kustomization('lone', { status: { conditions: [buildFailed('kustomize build failed: no such thing as x')] } }),
    kustomization('base', { status: { conditions: [failing] } }),
    kustomization('left', waitingFor('base')),
    kustomization('right', waitingFor('base')),
    kustomization('calm'),
  ]);
  const entries = sight.seen.flatMap((seen) => [...seen.entries]);
  const causes = causesOf(entries, (reference) => sight.entry(reference));
  expect(causes.map((cause) => cause.hit.map((entry) => entry.object.metadata.name))).toEqual([
    ['base', 'left', 'right'],
    ['lone'],
  ]);
  expect(causes[0]?.root.name).toBe('base');
});

test('the first sentence is the title, wherever dots stand within it', () => {
  expect(titleAndWhy('The host git.example.com refuses v1.2. Check the key.')).toEqual({
    title: 'The host git.example.com refuses v1.2',
    why: 'Check the key.',
  });
  expect(titleAndWhy('Secret shop/key does not exist.')).toEqual({ title: 'Secret shop/key does not exist', why: '' });
});
