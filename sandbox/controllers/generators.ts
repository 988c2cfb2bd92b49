import type { KubeObject } from '../../server/kube/object.ts';
import { conditionOf } from '../company/conditions.ts';
import { digestOf, numberOf } from '../company/invent.ts';
import { artifactOf } from '../company/source-status.ts';
import { instant } from '../company/time.ts';
import { artifactAt } from './artifact.ts';
import { withConditions } from './status.ts';
import { handled, referenceOf } from './surroundings.ts';
import type { Reconciler, Surroundings } from './surroundings.ts';

/** Composes new artifacts when a source of a generator has moved on. */
export const reconcileGenerator: Reconciler = async (object, around) => {
  const { namespace = '' } = object.metadata;
  await around.work(300, 1200);
  const revisions: string[] = [];
  for (const each of (object.spec?.['sources'] ?? []) as unknown[]) {
    const source = referenceOf(each);
    if (source === undefined) continue;
    const place = source.namespace ?? namespace;
    const found = around.get(source.kind, place, source.name);
    if (found === undefined) {
      const resource = source.kind.endsWith('y') ? `${source.kind.slice(0, -1)}ies` : `${source.kind}s`;
      const missing = `${resource.toLowerCase()}.source.toolkit.fluxcd.io "${source.name}" not found`;
      await refuse(object, around, `unable to get source '${place}/${source.name}': ${missing}`);
      return 60;
    }
    revisions.push(artifactAt(found)?.revision ?? '');
  }
  const names = ((object.spec?.['artifacts'] ?? []) as { name: string }[]).map((artifact) => artifact.name);
  const observed = digestOf(revisions.join(' '));
  const isReady = conditionOf(object.status, 'Ready')?.status === 'True';
  const first = object.status?.['observedSourcesDigest'] !== observed;
  if (!first && isReady) {
    await around.writeStatus(object, handled(object.status ?? {}, object));
    return undefined;
  }
  const inventory = [];
  for (const name of names) inventory.push(await putArtifact(object, name, observed, around));
  const message = `reconciliation succeeded, generated ${names.length} artifact(s)`;
  const status = withConditions(
    { ...object.status, inventory, observedSourcesDigest: observed },
    object,
    around.clock.now(),
    [{ type: 'Ready', status: 'True', reason: 'Succeeded', message }],
    ['Reconciling'],
  );
  await around.writeStatus(object, handled(status, object));
  around.log(object, 'info', message);
  await around.happened(object, { reason: 'Succeeded', message });
  return undefined;
};

async function refuse(object: KubeObject, around: Surroundings, message: string): Promise<void> {
  const status = withConditions(object.status ?? {}, object, around.clock.now(), [
    { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message },
    { type: 'Ready', status: 'False', reason: 'SourceFetchFailed', message },
  ]);
  await around.writeStatus(object, handled(status, object));
  around.log(object, 'error', message);
  await around.happened(object, { reason: 'SourceFetchFailed', message, type: 'Warning' });
}

async function putArtifact(
  generator: KubeObject,
  name: string,
  digest: string,
  around: Surroundings,
): Promise<Record<string, unknown>> {
  const { namespace = '' } = generator.metadata;
  const filename = `${numberOf(`${name} ${digest}`, 1_000_000_000, 3_999_999_999)}.tar.gz`;
  const path = `externalartifact/${namespace}/${name}/${filename}`;
  const now = around.clock.now();
  const revision = `latest@${digestOf(path)}`;
  const made: KubeObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'ExternalArtifact',
    metadata: { name, namespace, uid: '', resourceVersion: '' },
    spec: {
      sourceRef: { apiVersion: generator.apiVersion, kind: generator.kind, name: generator.metadata.name, namespace },
    },
  };
  const stored = await around.keepArtifact(made, revision, path);
  const artifact = { ...artifactOf({ revision, path }, instant(now)), ...stored };
  await around.create(made);
  const external = around.get('ExternalArtifact', namespace, name);
  const done = { type: 'Ready', status: 'True' as const, reason: 'Succeeded', message: 'Artifact is ready' };
  const status = withConditions({ ...external?.status, artifact }, external ?? generator, now, [done]);
  await around.patchStatus('ExternalArtifact', namespace, name, status);
  return { digest: artifact['digest'], filename, name, namespace };
}
