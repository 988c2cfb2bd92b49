import { expect, test } from 'vitest';
import { fakeCluster } from '../../../testing/fake-cluster.ts';
import type { PartialObject } from '../../../testing/fake-cluster.ts';
import { look } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { fluxWatches } from '../watches.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { lookupIn } from '../diagnosis/lookup.ts';
import { causesOf } from './causes.ts';
import { buildFailed, condition, dependencyNotReady, gitRepository, kustomization } from './testing/objects.ts';

const now = new Date('2026-11-20T12:00:00Z');
const ann = { name: 'ann', groups: [] };

function sightOf(objects: readonly PartialObject[]): Promise<Sight> {
  return look(fakeCluster({ watches: fluxWatches, objects }), ann);
}

function chainOf(sight: Sight, name: string): string[] {
  const group = 'kustomize.toolkit.fluxcd.io';
  const entry = sight.entry({ group, kind: 'Kustomization', namespace: 'shop', name });
  if (entry === undefined) throw new Error(`There is no ${name}.`);
  return diagnose(entry, lookupIn(sight, now)).steps.map((step) => step.reference.name);
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

test('objects are grouped by cause, the widest effect first', async () => {
  const sight = await sightOf([
    kustomization('lone', { status: { conditions: [buildFailed('kustomize build failed: no such thing as x')] } }),
    kustomization('base', { status: { conditions: [failing] } }),
    kustomization('left', waitingFor('base')),
    kustomization('right', waitingFor('base')),
    kustomization('calm'),
  ]);
  const entries = sight.seen.flatMap((seen) => [...seen.entries]);
  const causes = causesOf(entries, lookupIn(sight, now));
  expect(causes.map((cause) => cause.hit.map((entry) => entry.object.metadata.name))).toEqual([
    ['base', 'left', 'right'],
    ['lone'],
  ]);
  expect(causes[0]?.root).toMatchObject({
    reference: { name: 'base' },
    title: 'The path ./base does not exist in GitRepository apps',
    fix: 'Correct spec.path, or add the folder ./base to GitRepository apps.',
  });
  expect(causes[0]?.nearest.key).toBe('shop/base');
});

test('what fails again and again is not away while it is tried once more; what is tried for the first time is no trouble', async () => {
  const atWork = {
    status: {
      conditions: [
        condition({ type: 'Reconciling', status: 'True', reason: 'Progressing', message: 'Running health checks' }),
        condition({ status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' }),
      ],
    },
  };
  const history = [{ lastReconciled: '2026-11-20T11:50:00Z', lastReconciledStatus: 'HealthCheckFailed' }];
  const sight = await sightOf([
    kustomization('again', { status: { ...atWork.status, history } }),
    kustomization('first', atWork),
  ]);
  const entries = sight.seen.flatMap((seen) => [...seen.entries]);
  const causes = causesOf(entries, lookupIn(sight, now));
  expect(causes.map(({ hit }) => hit.map(({ object }) => object.metadata.name))).toEqual([['again']]);
});
